{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_dates() }}"
) }}

with reports as (

    select batches.*
    from {{ source('raw', 'reading_batches') }} as batches
    inner join {{ source('raw', 'verdicts') }} as verdicts on batches.batch_id = verdicts.fetch_id
    where
        verdicts.is_accepted
        and batches.kind = 'report'
        and batches.listing_date in (select listing_date from {{ source('raw', 'scope_dates') }})
    qualify row_number() over (
        partition by batches.listing_date order by batches.made_at desc, batches.batch_id desc
    ) = 1

),

-- Every entry carries the hash of the file it was read from.
files as (

    select batch_id, any_value(text_sha256) as sha256
    from {{ ref('stg_readings') }}
    group by batch_id

)

select
    reports.listing_date,
    reports.batch_id,
    reports.made_at as imported_at,
    reports.source,
    reports.envelope,
    reports.reading_count as entry_count,
    files.sha256

from reports
left join files using (batch_id)
