select listing_date, count(*) as paper_count, min(position) as first_position, max(position) as last_position
from {{ ref('paper_listings') }}
where delisted_at is null
group by listing_date
having min(position) != 1 or max(position) != count(*) or count(distinct position) != count(*)
