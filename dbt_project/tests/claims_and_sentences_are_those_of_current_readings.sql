with details as (

    select paper_id, reader, reading_source, claim_id as detail from {{ ref('paper_metrics') }}
    union all
    select paper_id, reader, reading_source, text from {{ ref('paper_sentences') }}

)

select details.*
from details
anti join {{ ref('paper_readings') }} as readings
    on details.paper_id = readings.paper_id
    and details.reader = readings.reader
    and details.reading_source = readings.reading_source
    and readings.is_current
where details.paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
