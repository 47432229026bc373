with listings as (

    select paper_id, min(listing_date) as first_listed_date, max(listing_date) as last_listed_date
    from {{ ref('paper_listings') }}
    group by paper_id

)

select
    papers.paper_id,
    papers.first_listed_date,
    papers.last_listed_date,
    listings.first_listed_date as first_listing,
    listings.last_listed_date as last_listing
from {{ ref('papers') }} as papers
left join listings using (paper_id)
where
    papers.first_listed_date is distinct from listings.first_listed_date
    or papers.last_listed_date is distinct from listings.last_listed_date
