{{ config(materialized='ephemeral') }}

-- What is usual on a weekday around a date, known only once its neighbours are. Days of a year's rhythm (a feast, the
-- day after it) are small in every year: the same weekday 52 weeks before or after tells them from a list cut short.
with counts as (

    select listing_date, count(*) filter (delisted_at is null) as paper_count
    from {{ ref('paper_listings') }}
    group by listing_date

),

days as (

    select listing_date from counts
    union
    select listing_date from {{ ref('int_day_fetches') }}

),

usual as (

    select days.listing_date, round(median(near.paper_count))::integer as usual_count
    from days
    inner join counts as near
        on near.listing_date between days.listing_date - 56 and days.listing_date + 56
        and near.listing_date != days.listing_date
        and dayofweek(near.listing_date) = dayofweek(days.listing_date)
    group by days.listing_date
    having count(*) >= 4

),

small as (

    select listing_date
    from usual
    inner join counts using (listing_date)
    where counts.paper_count < 0.25 * usual.usual_count

)

select
    listing_date,
    usual_count,
    listing_date - 364 in (from small) or listing_date + 364 in (from small) as is_small_in_other_years

from usual
