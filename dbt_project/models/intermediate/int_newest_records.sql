-- A paper listed on two dates is read from the newest UTC day it was seen on; within a day the later listing wins,
-- so that a backfill gives the same answer in whatever order its dates are fetched.
with ranked as (

    select
        *,
        row_number() over (
            partition by paper_id
            order by observed_at::date desc, listing_date desc, observed_at desc, fetch_id desc
        ) as recency

    from {{ ref('int_accepted_records') }}
    where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

),

-- Of a paper that was never fetched, an imported report tells the title.
reported as (

    select paper_id, max_by(title, (listing_date, entry_number)) as title, []::varchar[] as ai_keywords
    from {{ ref('imported_entries') }}
    where
        paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
        and paper_id not in (select paper_id from ranked)
    group by paper_id

)

select * exclude (recency)
from ranked
where recency = 1
union all by name
select *
from reported
