{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with unit_names as (

    select * exclude (aliases), unnest(list_prepend(unit_id, string_split(aliases, ' | '))) as wording
    from {{ ref('units') }}

),

-- "tokens/s" is a unit; "USD/image" is dollars, and says per what.
measured as (

    select
        claims.*,
        claims.value - claims.baseline_value as difference,
        metrics.metric_id,
        metrics.name_en as metric_name_en,
        metrics.name_zh as metric_name_zh,
        coalesce(units.unit_id, parts.unit_id, case when claims.unit is null then metrics.unit_id end) as unit_id,
        case when units.unit_id is null then nullif(split_part(claims.unit, '/', 2), '') end as unit_per,
        coalesce(claims.direction, metrics.direction) as known_direction
    from {{ ref('int_claims') }} as claims
    left join {{ ref('int_metric_wordings') }} as wordings using (metric)
    left join {{ ref('metric_names') }} as metrics using (metric_id)
    left join unit_names as units on claims.unit = units.wording
    left join unit_names as parts on split_part(claims.unit, '/', 1) = parts.wording

)

select
    measured.claim_id,
    measured.paper_id,
    measured.paper_version,
    measured.section,
    measured.role,
    measured.metric,
    measured.metric_id,
    measured.metric_name_en,
    measured.metric_name_zh,
    measured.value,
    measured.value_max,
    measured.value_text,
    measured.unit,
    measured.unit_id,
    measured.unit_per,
    measured.value * units.factor as standard_value,
    units.standard_unit_id,
    measured.comparator,
    measured.kind,
    measured.direction,
    measured.method,
    measured.baseline,
    measured.baseline_value,
    case when measured.kind = 'absolute' then difference end as delta,
    case when measured.kind = 'absolute' then 100 * difference / abs(nullif(baseline_value, 0)) end as delta_percent,
    case
        when measured.kind != 'absolute' then null
        when measured.known_direction = 'higher_better' then difference > 0
        when measured.known_direction = 'lower_better' then difference < 0
    end as is_better,
    measured.dataset,
    measured.evidence,
    measured.evidence_location,
    measured.reading_source,
    measured.reader,
    measured.extractor

from measured
left join {{ ref('units') }} as units using (unit_id)
order by measured.paper_id
