-- What the judge asks about the fields of a fetch: each beside the contract (`hf_fields`) and beside what is
-- usual. The thresholds stand in the suite.
with own_types as (

    select
        traits.fetch_id,
        traits.name,
        string_agg(traits.json_type, '|' order by traits.json_type) as json_types,
        coalesce(sum(traits.holds_count) filter (
            traits.json_type != 'null'
            and not list_contains(string_split(contract.json_types, '|'), traits.json_type)
        ), 0) as retyped_count
    from {{ source('raw', 'fetch_traits') }} as traits
    inner join {{ source('raw', 'unjudged_fetches') }} as unjudged using (fetch_id)
    left join {{ ref('hf_fields') }} as contract on traits.name = contract.field_path
    where traits.kind = 'field'
    group by all

),

-- A field is new once: not when any accepted fetch has it, nor when an earlier date that is judged now has it.
first_seen as (

    select name, min(listing_date) as first_date
    from {{ source('raw', 'fetch_traits') }}
    group by name

),

fetches as (

    select distinct fetch_id, fetches.listing_date, traits.of_count
    from {{ ref('stg_hf__fetch_traits') }} as traits
    inner join {{ source('raw', 'fetches') }} as fetches using (fetch_id)
    where traits.kind = 'field'

),

asked as (

    select fetch_id, 'field' as kind, field_path as name from fetches cross join {{ ref('hf_fields') }}
    union
    select fetch_id, kind, name from {{ ref('stg_hf__fetch_traits') }}

)

select
    asked.fetch_id,
    asked.kind,
    asked.name,
    coalesce(traits.holds_count, 0) as item_count,
    coalesce(traits.of_count, fetches.of_count) as of_count,
    own_types.json_types,
    contract.json_types as known_types,
    coalesce(contract.level, 'unknown') as level,
    round(coalesce(traits.share, 0), 3) as share,
    round(traits.usual_share, 3) as usual_share,
    case when contract.level = 'required' then 1 - coalesce(traits.share, 0) end as missing_share,
    case when contract.level = 'expected' then 1 - coalesce(traits.share, 0) end as absent_share,
    case when contract.level = 'required' then own_types.retyped_count / fetches.of_count end as misfit_share,
    case when contract.level != 'required' then own_types.retyped_count / fetches.of_count end as retyped_share,
    own_types.name is not null
        and contract.field_path is null
        and known.name is null
        and first_seen.first_date >= fetches.listing_date as is_new,
    case when contract.level = 'watched' then round(traits.surprise, 1) end as fill_surprise,
    case when asked.kind = 'statement' and traits.nearest_gap >= 0.2 then round(abs(traits.surprise), 1) end
        as meaning_surprise

from asked
inner join fetches using (fetch_id)
left join {{ ref('stg_hf__fetch_traits') }} as traits using (fetch_id, kind, name)
left join {{ ref('hf_fields') }} as contract on asked.kind = 'field' and asked.name = contract.field_path
left join {{ source('raw', 'known_fields') }} as known on asked.kind = 'field' and asked.name = known.name
left join own_types on asked.kind = 'field' and asked.fetch_id = own_types.fetch_id and asked.name = own_types.name
left join first_seen on asked.name = first_seen.name
