-- Every date from the first known one to the last, with all that is known about its list.
with listings as (

    select
        listing_date,
        count(*)::integer as expected_count,
        count(*) filter (delisted_at is null)::integer as paper_count,
        min(first_observed_at) as first_seen_at,
        max(delisted_at) as last_delisted_at,
        -- Exact until 2026-05-13, midnight afterwards; a list of midnights tells no time.
        max(submitted_at) filter (delisted_at is null and submitted_at > listing_date::timestamptz) as last_submitted_at
    from {{ ref('paper_listings') }}
    group by listing_date

),

known as (

    select *
    from {{ ref('int_day_fetches') }}
    full join {{ ref('int_day_reports') }} using (listing_date)

),

-- A date that only failed may lie anywhere: the ends are dates of which there is a list.
span as (

    select unnest(generate_series(min(listing_date), max(listing_date), interval 1 day))::date as listing_date
    from known
    where fetch_count > 0 or held_count > 0 or reported_count is not null

),

dates as (

    select listing_date from span
    union
    select listing_date from known

)

select
    listing_date,
    dayname(listing_date) as weekday,
    coalesce(known.fetch_count, 0) as fetch_count,
    coalesce(known.rejected_count, 0) as rejected_count,
    coalesce(known.held_count, 0) as held_count,
    known.* exclude (listing_date, fetch_count, rejected_count, held_count),
    coalesce(listings.expected_count, 0) as expected_count,
    coalesce(listings.paper_count, 0) as paper_count,
    listings.first_seen_at,
    listings.last_delisted_at,
    listings.last_submitted_at,
    usual.usual_count,
    coalesce(usual.is_small_in_other_years, false) as is_small_in_other_years

from dates
left join known using (listing_date)
left join listings using (listing_date)
left join {{ ref('int_usual_counts') }} as usual using (listing_date)
