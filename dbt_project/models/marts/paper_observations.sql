{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

select
    paper_id,
    observed_at,
    any_value(upvotes) as upvotes,
    any_value(comment_count) as comment_count,
    any_value(github_stars) as github_stars

from {{ ref('int_accepted_records') }}
where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
group by paper_id, observed_at
