{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook="delete from {{ this }} where author_id not in (select author_id from {{ ref('paper_authors') }})"
) }}

select distinct author_id, name
from {{ ref('int_paper_authors') }}
{% if is_incremental() %}
where author_id not in (select author_id from {{ this }})
{% endif %}
