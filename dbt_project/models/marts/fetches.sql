{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_waiting('fetch_id') }}"
) }}

with waiting as (

    select fetches.*
    from {{ source('raw', 'fetches') }} as fetches
    inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)

),

rejected as (

    select fetch_id, count(*)::integer as rejected_count
    from {{ ref('stg_hf__daily_papers') }}
    where reject_reason is not null
    group by fetch_id

)

select
    waiting.fetch_id,
    waiting.listing_date,
    waiting.source,
    waiting.landing_folder,
    waiting.observed_at,
    waiting.page_count,
    waiting.item_count,
    coalesce(rejected.rejected_count, 0)::integer as rejected_count,
    verdicts.is_accepted,
    verdicts.reason,
    verdicts.judged_at,
    verdicts.run_id

from waiting
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
left join rejected using (fetch_id)
