{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_waiting('fetch_id') }}"
) }}

with waiting as (

    select fetches.fetch_id, fetches.listing_date
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)
    union all
    select batches.batch_id, batches.listing_date
    from {{ source('raw', 'reading_batches') }} as batches
    inner join {{ source('raw', 'waiting_batches') }} as waiting_batches using (batch_id)

)

select
    waiting.listing_date,
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
inner join waiting using (fetch_id)
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
