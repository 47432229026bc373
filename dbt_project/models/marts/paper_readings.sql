{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with accepted as (

    select
        readings.*,
        coalesce(readings.paper_version, 0) as version_number,
        case readings.state when 'read' then 1 when 'failed' then 3 else 2 end as state_rank,
        case readings.reading_source when 'html' then 1 when 'markdown' then 2 else 3 end as source_rank,
        case when readings.reader like 'llm%' then 1 when readings.reader like 'report%' then 2 else 3 end
            as reader_rank
    from {{ ref('stg_readings') }} as readings
    inner join {{ source('raw', 'verdicts') }} as verdicts on readings.batch_id = verdicts.fetch_id
    where
        verdicts.is_accepted
        and readings.paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

),

newest as (

    select *
    from accepted
    qualify row_number() over (
        partition by paper_id, paper_version, reading_source, reader
        order by made_at desc, batch_id desc, reading_number desc
    ) = 1

),

ranked as (

    select
        *,
        row_number() over (
            partition by paper_id, reader
            order by state_rank, source_rank, version_number desc, made_at desc, batch_id desc
        ) as rank_of_reader,
        row_number() over (
            partition by paper_id
            order by state_rank, reader_rank, source_rank, version_number desc, made_at desc, batch_id desc
        ) as rank_of_paper
    from newest

)

select
    paper_id,
    paper_version,
    reading_source,
    reader,
    language,
    state,
    reason,
    domain_text,
    contribution,
    usage_guide,
    innovations,
    results,
    coalesce(len(claims), 0)::integer as claim_count,
    coalesce(dropped_claim_count, 0)::integer as dropped_claim_count,
    text_sha256,
    generator,
    read_at,
    batch_id,
    reading_number,
    rank_of_reader = 1 as is_current,
    rank_of_paper = 1 as is_shown

from ranked
order by paper_id
