{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with overrides as (

    select overrides.*
    from {{ ref('domain_overrides') }} as overrides
    semi join {{ ref('int_newest_records') }} using (paper_id)

),

-- A reader without a model quotes a sentence on the field; others name the field itself.
weights as (

    select *
    from (values
        ('title', false, 3.0), ('ai_keywords', false, 2.0), ('abstract', false, 1.0),
        ('reading', false, 3.0), ('reading', true, 1.0)
    ) as weights (source, is_quoted, weight)

),

quoted as (

    select paper_id
    from {{ ref('paper_readings') }}
    where is_shown and reader like 'keyless%'

)

select
    matches.paper_id,
    matches.domain_id,
    matches.source,
    min_by(matches.evidence, (matches.text_number, matches.start_at)) as evidence,
    any_value(weights.weight)::double as score

from {{ ref('int_domain_matches') }} as matches
inner join weights
    on matches.source = weights.source
    and weights.is_quoted = (matches.source = 'reading' and matches.paper_id in (select paper_id from quoted))
anti join overrides
    on matches.paper_id = overrides.paper_id and matches.domain_id = overrides.domain_id and not overrides.is_assigned
group by matches.paper_id, matches.domain_id, matches.source

union all

-- What people say outweighs all words together.
select paper_id, domain_id, 'override', coalesce(note, 'decided by hand'), 100.0
from overrides
where is_assigned
order by paper_id
