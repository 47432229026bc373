-- A fetch to be judged beside what was seen before it: the newest accepted look at its date, and the lists of earlier dates.
with records as (

    select fetch_id, listing_date, paper_id, title, upvotes
    from {{ ref('stg_hf__daily_papers') }}
    where
        reject_reason is null and not is_page_repeat
        and fetch_id not in (select fetch_id from {{ source('raw', 'verdicts') }} where not is_accepted)

),

waiting as (

    select fetches.*
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'unjudged_fetches') }} as unjudged using (fetch_id)

),

previous as (

    select waiting.fetch_id, max_by(fetches.fetch_id, (fetches.observed_at, fetches.fetch_id)) as previous_fetch_id
    from waiting
    inner join {{ source('raw', 'fetches') }} as fetches
        on waiting.listing_date = fetches.listing_date and fetches.observed_at < waiting.observed_at
    inner join {{ source('raw', 'verdicts') }} as verdicts on fetches.fetch_id = verdicts.fetch_id
    where verdicts.is_accepted
    group by waiting.fetch_id

),

known as (

    select
        previous.fetch_id,
        records.* exclude (fetch_id, listing_date),
        now_seen.paper_id is null as is_lost,
        now_seen.upvotes < records.upvotes as is_fallen,
        records.upvotes || ' to ' || now_seen.upvotes as votes,
        {{ letters('now_seen.title') }} != {{ letters('records.title') }} as is_retitled
    from previous
    inner join records on previous.previous_fetch_id = records.fetch_id
    left join records as now_seen on previous.fetch_id = now_seen.fetch_id and records.paper_id = now_seen.paper_id

),

kept as (

    select
        fetch_id,
        count(*) as known_count,
        count(*) filter (is_lost) as lost_count,
        list(paper_id order by paper_id) filter (is_lost) as lost_papers,
        count(*) filter (is_fallen) as fallen_count,
        list(paper_id || ' from ' || votes order by upvotes desc, paper_id) filter (is_fallen) as fallen_papers,
        count(*) filter (is_retitled) as retitled_count,
        list(paper_id order by paper_id) filter (is_retitled) as retitled_papers
    from known
    group by fetch_id

),

-- Earlier dates that wait too count: a weekend that repeats Friday may be judged together with Friday.
listed_before as (

    select records.fetch_id, records.paper_id, max(earlier.listing_date) as earlier_date
    from records
    semi join waiting using (fetch_id)
    inner join records as earlier
        on records.paper_id = earlier.paper_id and earlier.listing_date < records.listing_date
    group by all

),

relisted as (

    select
        fetch_id,
        count(*) as relisted_count,
        list(paper_id || ' on ' || earlier_date order by paper_id) as relisted_papers
    from listed_before
    group by fetch_id

)

select
    waiting.fetch_id,
    coalesce(kept.known_count, 0) as known_count,
    coalesce(kept.lost_count, 0) as lost_count,
    kept.lost_papers,
    coalesce(kept.fallen_count, 0) as fallen_count,
    kept.fallen_papers,
    coalesce(kept.retitled_count, 0) as retitled_count,
    kept.retitled_papers,
    coalesce(relisted.relisted_count, 0) as relisted_count,
    relisted.relisted_papers

from waiting
left join kept using (fetch_id)
left join relisted using (fetch_id)
