{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_dates() }}"
) }}

select
    reports.listing_date,
    readings.entry_number,
    readings.paper_id,
    readings.title,
    readings.url,
    readings.reading_source_text,
    readings.layout

from {{ ref('imported_reports') }} as reports
inner join {{ ref('stg_readings') }} as readings using (batch_id)
where reports.listing_date in (select listing_date from {{ source('raw', 'scope_dates') }})
