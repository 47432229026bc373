with fetches as (

    select * from {{ ref('fetches') }}

),

errors as (

    select listing_date, observed_at as failed_at, reason as last_error
    from fetches
    where not is_accepted
    union all
    select listing_date, failed_at, message
    from {{ source('raw', 'failed_fetches') }}

),

days as (

    select listing_date from fetches
    union
    select listing_date from errors

),

listings as (

    select
        listing_date,
        count(*)::integer as expected_count,
        count(*) filter (delisted_at is null)::integer as paper_count,
        min(first_observed_at) as first_seen_at
    from {{ ref('paper_listings') }}
    group by listing_date

),

looks as (

    select
        listing_date,
        count(*)::integer as fetch_count,
        max(observed_at) as last_seen_at,
        max_by(item_count, (observed_at, fetch_id)) as item_count,
        max_by(rejected_count, (observed_at, fetch_id)) as rejected_count,
        min(observed_at) filter (observed_at >= listing_date::timestamptz + interval 2 days) as settled_at
    from fetches
    where is_accepted
    group by listing_date

),

last_errors as (

    select listing_date, max_by(last_error, failed_at) as last_error, max(failed_at) as last_error_at
    from errors
    group by listing_date

),

joined as (

    select
        days.listing_date,
        coalesce(listings.expected_count, 0) as expected_count,
        coalesce(listings.paper_count, 0) as paper_count,
        coalesce(looks.fetch_count, 0) as fetch_count,
        coalesce(looks.rejected_count, 0) as rejected_count,
        looks.item_count,
        listings.first_seen_at,
        looks.last_seen_at,
        looks.settled_at,
        last_errors.last_error,
        last_errors.last_error_at,
        usual.usual_count
    from days
    left join listings using (listing_date)
    left join looks using (listing_date)
    left join last_errors using (listing_date)
    left join {{ ref('int_usual_counts') }} as usual using (listing_date)

),

judged as (

    select
        *,
        case
            when fetch_count = 0 then 'failed'
            when expected_count = 0 and last_seen_at < listing_date::timestamptz + interval 1 day then 'open'
            when expected_count = 0 then 'quiet'
            when item_count = 50 then 'capped'
            when settled_at is null then 'open'
            when paper_count < 0.25 * usual_count then 'partial'
            else 'settled'
        end as state
    from joined

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
        when 'failed' then 'no accepted fetch'
        when 'quiet' then 'the list was empty after the day had ended'
        when 'capped' then 'exactly 50 papers, the size at which the source cuts a list'
        when 'partial' then paper_count || ' papers where ' || usual_count || ' are usual on this weekday'
        when 'open' then 'last seen less than two days after the day began'
        else 'seen at least two days after the day began'
    end as evidence,
    last_error,
    last_error_at

from judged
