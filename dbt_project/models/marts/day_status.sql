with listings as (

    select
        listing_date,
        count(*)::integer as expected_count,
        count(*) filter (delisted_at is null)::integer as paper_count,
        min(first_observed_at) as first_seen_at
    from {{ ref('paper_listings') }}
    group by listing_date

),

days as (

    select
        day_fetches.* exclude (listing_date, fetch_count, rejected_count),
        listing_date,
        coalesce(day_fetches.fetch_count, 0) as fetch_count,
        coalesce(day_fetches.rejected_count, 0) as rejected_count,
        day_reports.reported_count,
        day_reports.unreported_paper_ids,
        coalesce(listings.expected_count, 0) as expected_count,
        coalesce(listings.paper_count, 0) as paper_count,
        listings.first_seen_at,
        usual.usual_count
    from {{ ref('int_day_fetches') }} as day_fetches
    full join {{ ref('int_day_reports') }} as day_reports using (listing_date)
    left join listings using (listing_date)
    left join {{ ref('int_usual_counts') }} as usual using (listing_date)

),

judged as (

    select
        *,
        case
            when fetch_count = 0 and last_error_at is null then 'never_fetched'
            when fetch_count = 0 then 'failed'
            when expected_count = 0 and last_seen_at < listing_date::timestamptz + interval 1 day then 'open'
            when expected_count = 0 then 'quiet'
            when item_count = 50 then 'capped'
            when settled_at is null then 'open'
            when paper_count < 0.25 * usual_count then 'partial'
            else 'settled'
        end as state
    from days

)

select
    listing_date,
    state,
    expected_count,
    paper_count,
    rejected_count,
    fetch_count,
    first_seen_at,
    last_seen_at,
    case when state in ('settled', 'quiet') then settled_at end as settled_at,
    case state
        when 'never_fetched' then 'known from an imported report alone'
        when 'failed' then 'no accepted fetch'
        when 'quiet' then 'the list was empty after the day had ended'
        when 'capped' then 'exactly 50 papers, the size at which the source cuts a list'
        when 'partial' then 'papers seen: ' || paper_count || ', usual on this weekday: ' || usual_count
        when 'open' then 'last seen less than two days after the day began'
        else 'seen at least two days after the day began'
    end as evidence,
    last_error,
    last_error_at,
    reported_count,
    unreported_paper_ids

from judged
