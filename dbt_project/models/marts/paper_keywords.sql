{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with keywords as (

    select
        paper_id,
        generate_subscripts(ai_keywords, 1)::integer as keyword_position,
        unnest(ai_keywords) as keyword
    from {{ ref('int_newest_records') }}

),

matched as (

    select distinct paper_id, text_number
    from {{ ref('int_domain_matches') }}
    where source = 'ai_keywords'

)

select
    keywords.paper_id,
    keywords.keyword_position,
    keywords.keyword,
    matched.paper_id is not null as has_domain

from keywords
left join matched
    on keywords.paper_id = matched.paper_id and keywords.keyword_position = matched.text_number
where keywords.keyword is not null
