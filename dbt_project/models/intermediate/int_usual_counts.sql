-- The median of the same weekday in the eight weeks before and after: known only once its neighbours are.
with counts as (

    select listing_date, count(*) filter (delisted_at is null) as paper_count
    from {{ ref('paper_listings') }}
    group by listing_date

)

select day.listing_date, round(median(near.paper_count))::integer as usual_count
from counts as day
inner join counts as near
    on near.listing_date between day.listing_date - 56 and day.listing_date + 56
    and near.listing_date != day.listing_date
    and dayofweek(near.listing_date) = dayofweek(day.listing_date)
group by day.listing_date
having count(*) >= 4
