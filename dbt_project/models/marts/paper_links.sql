{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with linked as (

    select paper_id, observed_at, total_counts, unnest(links, recursive := true)
    from {{ ref('int_paper_pages') }}
    where is_newest

)

select
    paper_id,
    kind,
    linked_id,
    position,
    likes,
    downloads,
    case kind
        when 'model' then total_counts.model
        when 'dataset' then total_counts.dataset
        when 'space' then total_counts.space
    end as total_count,
    'https://huggingface.co/' || case kind when 'dataset' then 'datasets/' when 'space' then 'spaces/' else '' end
        || linked_id as url,
    observed_at

from linked
