{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_dates() }}"
) }}

with accepted_fetches as (

    select
        fetches.listing_date,
        fetches.fetch_id,
        lead(fetches.observed_at) over (
            partition by fetches.listing_date order by fetches.observed_at, fetches.fetch_id
        ) as next_observed_at
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
    where verdicts.is_accepted

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
    from {{ ref('int_accepted_records') }}
    where listing_date in (select listing_date from {{ source('raw', 'scope_dates') }})
    group by listing_date, paper_id

),

-- The list of a date that was never fetched is that of its imported report; nobody saw any votes.
reported as (

    select listing_date, entries.paper_id, min(entries.entry_number) as entry_number, reports.imported_at
    from {{ ref('imported_entries') }} as entries
    inner join {{ ref('imported_reports') }} as reports using (listing_date)
    where
        listing_date in (select listing_date from {{ source('raw', 'scope_dates') }})
        and listing_date not in (select listing_date from accepted_fetches)
    group by listing_date, entries.paper_id, reports.imported_at

)

select
    sightings.listing_date,
    sightings.paper_id,
    (row_number() over (
        partition by sightings.listing_date, sightings.last_fetch_id order by sightings.page_number, sightings.item_number
    ))::integer as position,
    sightings.upvotes_at_listing,
    sightings.first_observed_at,
    sightings.submitted_at,
    sightings.submitter,
    -- The look after the last one that had the paper.
    accepted_fetches.next_observed_at as delisted_at

from sightings
inner join accepted_fetches on sightings.last_fetch_id = accepted_fetches.fetch_id

union all

select
    listing_date,
    paper_id,
    (row_number() over (partition by listing_date order by entry_number))::integer,
    null,
    imported_at,
    null,
    null,
    null

from reported
