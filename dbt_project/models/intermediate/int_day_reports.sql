{{ config(materialized='ephemeral') }}

-- How far the imported report of a date covers its list.
with entries as (

    select distinct listing_date, paper_id
    from {{ ref('imported_entries') }}

),

listed as (

    select listings.listing_date, listings.paper_id, listings.position, entries.paper_id is null as is_unreported
    from {{ ref('paper_listings') }} as listings
    inner join {{ ref('imported_reports') }} using (listing_date)
    left join entries using (listing_date, paper_id)
    where listings.delisted_at is null

),

unreported as (

    select listing_date, list(paper_id order by position) as paper_ids
    from listed
    where is_unreported
    group by listing_date

)

select
    listing_date,
    count(entries.paper_id)::integer as reported_count,
    coalesce(any_value(unreported.paper_ids), []) as unreported_paper_ids

from {{ ref('imported_reports') }} as reports
left join entries using (listing_date)
left join unreported using (listing_date)
group by listing_date
