{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_dates() }}"
) }}

with records as (

    select * from {{ ref('int_accepted_records') }}
    where listing_date in (select listing_date from {{ source('raw', 'scope_dates') }})

),

accepted_fetches as (

    select fetches.fetch_id, fetches.listing_date, fetches.observed_at
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
    where verdicts.is_accepted

),

newest_fetches as (

    select
        listing_date,
        max_by(fetch_id, (observed_at, fetch_id)) as fetch_id,
        max(observed_at) as observed_at
    from accepted_fetches
    group by listing_date

),

sightings as (

    select
        listing_date,
        paper_id,
        min(observed_at) as first_observed_at,
        -- A day lasts 24 h; an observation up to 12 h after its end still tells the votes of the launch.
        min_by(upvotes, (observed_at, fetch_id)) filter (observed_at <= listing_date::timestamptz + interval 36 hours)
            as upvotes_at_listing,
        max_by(fetch_id, (observed_at, fetch_id)) as last_fetch_id,
        max_by(page_number, (observed_at, fetch_id)) as page_number,
        max_by(item_number, (observed_at, fetch_id)) as item_number,
        max_by(submitted_at, (observed_at, fetch_id)) as submitted_at,
        max_by(submitter, (observed_at, fetch_id)) as submitter
    from records
    group by listing_date, paper_id

),

numbered as (

    select
        *,
        row_number() over (partition by last_fetch_id, listing_date order by page_number, item_number) as position
    from sightings

)

select
    numbered.listing_date,
    numbered.paper_id,
    numbered.position::integer as position,
    numbered.upvotes_at_listing,
    numbered.first_observed_at,
    numbered.submitted_at,
    numbered.submitter,
    case when numbered.last_fetch_id != newest_fetches.fetch_id then newest_fetches.observed_at end as delisted_at

from numbered
inner join newest_fetches using (listing_date)
