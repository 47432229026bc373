{{ config(materialized='incremental', incremental_strategy='append') }}

select
    fetches.listing_date,
    results.fetch_id,
    results.suite,
    results.check_name,
    results.severity,
    results.success,
    results.observed,
    results.message,
    verdicts.run_id,
    verdicts.judged_at as checked_at

from {{ source('raw', 'audit_results') }} as results
inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)
inner join {{ source('raw', 'fetches') }} as fetches using (fetch_id)
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
