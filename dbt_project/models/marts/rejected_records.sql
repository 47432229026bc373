{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_waiting('fetch_id') }}"
) }}

select
    records.listing_date,
    records.fetch_id,
    'hf_daily_papers' as source,
    records.page_number,
    records.item_number,
    records.paper_id,
    records.reject_reason as reason,
    records.payload

from {{ ref('stg_hf__daily_papers') }} as records
inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
where records.reject_reason is not null

union all

-- The paper goes on without the link.
select
    records.listing_date,
    records.fetch_id,
    'code_link',
    records.page_number,
    records.item_number,
    records.paper_id,
    'no repository of this paper alone: ' || records.doubtful_github_url,
    records.payload
from {{ ref('stg_hf__daily_papers') }} as records
inner join {{ source('raw', 'waiting_fetches') }} as waiting_fetches using (fetch_id)
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
where records.reject_reason is null and not records.is_page_repeat and records.doubtful_github_url is not null

union all

-- Papers of an imported report that are broken; `item_number` is the line that says so.
select
    batches.listing_date,
    batches.batch_id,
    'imported_report',
    0,
    (problem ->> '$.line_number')::integer,
    problem ->> '$.paper_id',
    problem ->> '$.message',
    problem
from (
    select listing_date, batch_id, unnest(json_extract(envelope, '$.problems[*]')) as problem
    from {{ source('raw', 'reading_batches') }}
) as batches
inner join {{ source('raw', 'waiting_batches') }} as waiting_batches using (batch_id)
