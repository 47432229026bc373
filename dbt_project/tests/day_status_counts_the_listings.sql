with listings as (

    select listing_date, count(*) as expected_count, count(*) filter (delisted_at is null) as paper_count
    from {{ ref('paper_listings') }}
    group by listing_date

)

select
    listing_date,
    day_status.expected_count,
    listings.expected_count as listed_count,
    day_status.paper_count,
    listings.paper_count as not_delisted_count
from {{ ref('day_status') }} as day_status
full join listings using (listing_date)
where
    day_status.expected_count is distinct from coalesce(listings.expected_count, 0)
    or day_status.paper_count is distinct from coalesce(listings.paper_count, 0)
