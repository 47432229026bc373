{{ config(materialized='ephemeral') }}

-- An extractor's id is unique in its text only, so the reading belongs to the key. A number that a reader gives
-- twice counts once.
with claims as (

    select
        current_readings.paper_id,
        current_readings.paper_version,
        current_readings.reading_source,
        current_readings.reader,
        unnest(readings.claims, recursive := true)
    from {{ ref('paper_readings') }} as current_readings
    inner join {{ ref('stg_readings') }} as readings using (batch_id, reading_number)
    where
        current_readings.is_current
        and current_readings.paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

),

identified as (

    select
        * replace (
            concat_ws(' ', paper_id, reader, reading_source, coalesce(claim_id, value_text || ' ' || evidence))
                as claim_id
        )
    from claims

)

select * replace (left(sha256(claim_id), 16) as claim_id)
from identified
qualify row_number() over (partition by claim_id order by value_text, metric, dataset, method) = 1
