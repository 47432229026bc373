{{ config(materialized='ephemeral') }}

-- Which metric the words of a claim mean: the whole wording, else the longest known one that it ends with
-- ("zero-shot accuracy" is an accuracy, "recap" is no AP).
{% set separators = "'[^\\p{L}\\p{N}+]+'" -%}
with names as (

    select
        metric_id,
        trim(regexp_replace(wording, {{ separators }}, ' ', 'g')) as words,
        regexp_replace(wording, {{ separators }}, '', 'g') as letters
    from (
        select
            metric_id,
            unnest(string_split(lower(strip_accents(concat_ws(' | ', name_en, name_zh, aliases))), ' | ')) as wording
        from {{ ref('metric_names') }}
    )

),

claimed as (

    select distinct
        metric,
        trim(regexp_replace(lower(strip_accents(metric)), {{ separators }}, ' ', 'g')) as words,
        regexp_replace(lower(strip_accents(metric)), {{ separators }}, '', 'g') as letters
    from {{ ref('int_claims') }}

)

select claimed.metric, names.metric_id
from claimed
inner join names
    on claimed.letters = names.letters
    or (
        ends_with(claimed.words, names.words)
        and regexp_matches(
            claimed.words[:-length(names.words) - 1] || '|' || names.words[1], '[ \p{Han}][|]|[|]\p{Han}'
        )
    )
qualify row_number() over (
    partition by claimed.metric
    order by claimed.letters = names.letters desc, length(names.words) desc, names.metric_id
) = 1
