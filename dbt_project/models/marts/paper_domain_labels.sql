{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with labels as (

    -- What stands in parentheses explains the label and is none of its own.
    select *, coalesce(nullif(trim(regexp_replace(text, '\s*[（(][^）)]*[）)]?', '', 'g')), ''), text) as own_words
    from {{ ref('int_domain_texts') }}
    where
        source = 'reading'
        and paper_id not in (
            select paper_id from {{ ref('paper_readings') }} where is_shown and reader like 'keyless%'
        )

),

matched as (

    select paper_id, text_number, list(lower(evidence)) as names
    from {{ ref('int_domain_matches') }}
    where source = 'reading'
    group by paper_id, text_number

)

select
    labels.paper_id,
    labels.text_number::integer as label_number,
    labels.text as label,
    matched.names is not null as has_domain,
    -- "/", "-" and 与 may part two labels or belong to one: only what no name covers is a part of its own.
    case
        when matched.names is null then [labels.own_words]
        else list_filter(
            regexp_split_to_array(
                regexp_replace(labels.own_words, '(\p{Han})-|-(\p{Han})', '\1/\2', 'g'), '\s*[/与和]\s*'
            ),
            lambda part: part != '' and not list_bool_or(list_transform(
                matched.names, lambda name: contains(name, lower(part)) or contains(lower(part), name)
            ))
        )
    end as unknown_parts

from labels
left join matched using (paper_id, text_number)
