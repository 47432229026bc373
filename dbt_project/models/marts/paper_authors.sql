{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

select
    paper_id,
    author_id,
    author_position,
    account,
    is_hidden

from {{ ref('int_paper_authors') }}
order by paper_id
