{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_waiting('batch_id') }}"
) }}

select
    batches.batch_id,
    batches.kind,
    batches.listing_date,
    batches.source,
    batches.landing_folder,
    batches.made_at,
    batches.reading_count,
    verdicts.is_accepted,
    verdicts.reason,
    verdicts.judged_at,
    verdicts.run_id

from {{ source('raw', 'reading_batches') }} as batches
inner join {{ source('raw', 'waiting_batches') }} as waiting_batches using (batch_id)
inner join {{ source('raw', 'verdicts') }} as verdicts on batches.batch_id = verdicts.fetch_id
