-- What the judge asks about a fetch as a whole. The thresholds stand in the suite.
with waiting as (

    select fetches.*
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'unjudged_fetches') }} as unjudged using (fetch_id)

),

counts as (

    select
        fetch_id,
        count(*) as item_count,
        count(*) filter (reject_reason is null and not is_page_repeat) as accepted_count,
        count(*) filter (reject_reason is not null) as rejected_count,
        list(distinct reject_reason) filter (reject_reason is not null) as reject_reasons,
        count(distinct paper_id) filter (doubtful_github_url is not null) as doubtful_link_count,
        list(distinct doubtful_github_url) filter (doubtful_github_url is not null)
            as doubtful_links,
        -- Exact until 2026-05-13, midnight afterwards; a list of midnights tells no time.
        max(submitted_at) filter (submitted_at > listing_date::timestamptz) as last_submitted_at
    from {{ ref('stg_hf__daily_papers') }}
    group by fetch_id

),

same_weekday as (

    select waiting.fetch_id, median(day_counts.item_count) as usual_count
    from waiting
    inner join {{ source('raw', 'day_counts') }} as day_counts
        on day_counts.listing_date between waiting.listing_date - 56 and waiting.listing_date - 1
        and dayofweek(day_counts.listing_date) = dayofweek(waiting.listing_date)
    group by waiting.fetch_id
    having count(*) >= 4

)

select
    waiting.fetch_id,
    waiting.listing_date,
    waiting.problem,
    waiting.problem_detail,
    coalesce(counts.item_count, 0) as item_count,
    coalesce(counts.accepted_count, 0) as accepted_count,
    coalesce(counts.rejected_count, 0) as rejected_count,
    counts.reject_reasons,
    coalesce(counts.doubtful_link_count, 0) as doubtful_link_count,
    counts.doubtful_links,
    history.* exclude (fetch_id),
    coalesce(counts.accepted_count, 0) = 0 and history.known_count > 0 as is_empty_but_known,
    coalesce(counts.accepted_count, 0) = 0 and coalesce(counts.item_count, 0) > 0 as is_without_good_rows,
    -- One or two papers are normal for each of these; shares count only above that.
    case when history.lost_count >= 2 then history.lost_count / history.known_count else 0 end as lost_share,
    case when history.fallen_count >= 3 then history.fallen_count / history.known_count else 0 end as fallen_share,
    case when history.retitled_count >= 3 then history.retitled_count / history.known_count else 0 end
        as retitled_share,
    case when history.relisted_count >= 3 then history.relisted_count / counts.accepted_count else 0 end
        as relisted_share,
    case when counts.rejected_count >= 3 then counts.rejected_count / counts.item_count else 0 end as rejected_share,
    same_weekday.usual_count,
    coalesce(counts.accepted_count / nullif(same_weekday.usual_count, 0), 1) as volume_share,
    coalesce(same_weekday.usual_count = 0 and counts.accepted_count > 0, false) as is_full_on_an_empty_weekday,
    counts.last_submitted_at,
    coalesce(
        counts.last_submitted_at < waiting.listing_date::timestamptz + interval 8 hours
        and waiting.observed_at >= waiting.listing_date::timestamptz + interval 1 day,
        false
    ) as is_filling

from waiting
inner join {{ ref('stg_hf__fetch_history') }} as history using (fetch_id)
left join counts using (fetch_id)
left join same_weekday using (fetch_id)
