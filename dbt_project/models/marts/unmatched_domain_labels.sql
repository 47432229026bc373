with parts as (

    select paper_id, lower(unnest(unknown_parts)) as label
    from {{ ref('paper_domain_labels') }}

)

select label, count(distinct paper_id)::integer as paper_count, max(paper_id) as example_paper_id
from parts
group by label
