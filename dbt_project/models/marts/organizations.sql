{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='organization_id') }}

with seen as (

    select
        organization ->> '$._id' as organization_id,
        organization ->> '$.name' as name,
        coalesce(organization ->> '$.fullname', organization ->> '$.name') as full_name,
        organization ->> '$.avatar' as avatar_url,
        listing_date as last_listed_date,
        observed_at as last_observed_at
    from {{ ref('int_newest_records') }}
    where organization ->> '$._id' is not null
    {% if is_incremental() %}
    union all
    select organization_id, name, full_name, avatar_url, last_listed_date, last_observed_at
    from {{ this }}
    where organization_id in (select organization ->> '$._id' from {{ ref('int_newest_records') }})
    {% endif %}

)

select *
from seen
qualify row_number() over (
    partition by organization_id
    order by last_observed_at::date desc, last_listed_date desc, full_name desc, name desc, avatar_url desc
) = 1
