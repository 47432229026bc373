-- What the fetches of a date amount to: the first and the newest accepted look, what is held, and the last error.
with fetches as (

    select *, observed_at >= listing_date::timestamptz + interval 2 days as is_late
    from {{ ref('fetches') }}

),

looks as (

    select
        listing_date,
        count(*)::integer as fetch_count,
        max(observed_at) as last_seen_at,
        min_by(item_count - rejected_count, (observed_at, fetch_id)) as first_count,
        max_by(item_count, (observed_at, fetch_id)) as item_count,
        max_by(rejected_count, (observed_at, fetch_id)) as rejected_count,
        min(observed_at) filter (is_late) as settled_at,
        min_by(item_count, (observed_at, fetch_id)) filter (is_late) as settled_count
    from fetches
    where is_accepted
    group by listing_date

),

errors as (

    select listing_date, observed_at as failed_at, reason as message
    from fetches
    where not is_accepted
    union all
    select listing_date, failed_at, message
    from {{ source('raw', 'failed_fetches') }}

),

last_errors as (

    select listing_date, max_by(message, failed_at) as last_error, max(failed_at) as last_error_at
    from errors
    group by listing_date

),

held as (

    select listing_date, count(*)::integer as held_count, max(observed_at) as last_held_at
    from {{ source('raw', 'held_fetches') }}
    group by listing_date

)

select
    listing_date,
    coalesce(looks.fetch_count, 0) as fetch_count,
    coalesce(looks.rejected_count, 0) as rejected_count,
    looks.first_count,
    looks.item_count,
    looks.last_seen_at,
    looks.settled_at,
    coalesce(looks.item_count = looks.settled_count and looks.last_seen_at >= looks.settled_at + interval 1 day, false)
        as is_confirmed,
    coalesce(held.held_count, 0) as held_count,
    held.last_held_at,
    last_errors.last_error,
    last_errors.last_error_at

from looks
full join last_errors using (listing_date)
full join held using (listing_date)
