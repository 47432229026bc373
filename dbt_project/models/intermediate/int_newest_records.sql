-- A paper listed on two dates is read from the newest UTC day it was seen on; within a day the later listing wins,
-- so that a backfill gives the same answer in whatever order its dates are fetched.
with ranked as (

    select
        *,
        min(listing_date) over (partition by paper_id) as first_listed_date,
        max(listing_date) over (partition by paper_id) as last_listed_date,
        row_number() over (
            partition by paper_id
            order by observed_at::date desc, listing_date desc, observed_at desc, fetch_id desc
        ) as recency

    from {{ ref('int_accepted_records') }}
    where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

)

select * exclude (recency)
from ranked
where recency = 1
