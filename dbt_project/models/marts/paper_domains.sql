{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with matches as (

    select * from {{ ref('int_domain_matches') }}

),

weights as (

    select * from (values ('title', 3.0), ('ai_keywords', 2.0), ('abstract', 1.0)) as weights (source, weight)

)

select
    matches.paper_id,
    matches.domain_id,
    matches.source,
    min_by(matches.evidence, (matches.text_number, matches.start_at)) as evidence,
    any_value(weights.weight)::double as score

from matches
inner join weights using (source)
group by matches.paper_id, matches.domain_id, matches.source
