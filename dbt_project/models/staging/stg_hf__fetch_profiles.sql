-- What the judge looks at: one fetch beside what was accepted before it.
with records as (

    select * from {{ ref('stg_hf__daily_papers') }}

),

waiting as (

    select fetches.*
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)

),

accepted as (

    select fetches.fetch_id, fetches.listing_date, fetches.observed_at
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
    where verdicts.is_accepted

),

previous as (

    select waiting.fetch_id, max_by(accepted.fetch_id, (accepted.observed_at, accepted.fetch_id)) as previous_fetch_id
    from waiting
    inner join accepted
        on waiting.listing_date = accepted.listing_date and accepted.observed_at < waiting.observed_at
    group by waiting.fetch_id

),

known_papers as (

    select previous.fetch_id, records.paper_id
    from previous
    inner join records on previous.previous_fetch_id = records.fetch_id
    where records.reject_reason is null

),

known as (

    select
        known_papers.fetch_id,
        count(distinct known_papers.paper_id) as known_count,
        count(distinct known_papers.paper_id) filter (records.paper_id is null) as lost_count
    from known_papers
    left join records
        on known_papers.fetch_id = records.fetch_id
        and known_papers.paper_id = records.paper_id
        and records.reject_reason is null
    group by known_papers.fetch_id

),

counts as (

    select
        fetch_id,
        count(*) as item_count,
        count(*) filter (reject_reason is null and not is_page_repeat) as accepted_count,
        count(*) filter (reject_reason is not null) as rejected_count
    from records
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
    coalesce(known.known_count, 0) as known_count,
    coalesce(known.lost_count, 0) as lost_count,
    coalesce(counts.accepted_count, 0) = 0 and coalesce(known.known_count, 0) > 0 as is_empty_but_known,
    coalesce(counts.accepted_count, 0) = 0 and coalesce(counts.item_count, 0) > 0 as is_without_good_rows,
    -- One paper taken off a list is normal, and so are two bad rows: shares count only above that.
    case when known.lost_count >= 2 then known.lost_count / known.known_count else 0 end as lost_share,
    case when counts.rejected_count >= 3 then counts.rejected_count / counts.item_count else 0 end as rejected_share,
    coalesce(counts.accepted_count / nullif(same_weekday.usual_count, 0), 1) as volume_share

from waiting
left join counts using (fetch_id)
left join known using (fetch_id)
left join same_weekday using (fetch_id)
