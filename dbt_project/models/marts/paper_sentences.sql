{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with sentences as (

    select
        current_readings.paper_id,
        current_readings.reader,
        current_readings.reading_source,
        generate_subscripts(readings.sentences, 1)::integer as sentence_number,
        unnest(readings.sentences) as sentence
    from {{ ref('paper_readings') }} as current_readings
    inner join {{ ref('stg_readings') }} as readings using (batch_id, reading_number)
    where
        current_readings.is_current
        and current_readings.paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

)

select
    paper_id,
    reader,
    reading_source,
    sentence.section,
    sentence_number,
    sentence.text,
    sentence.location

from sentences
order by paper_id
