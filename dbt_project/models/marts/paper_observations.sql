{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with looks as (

    select paper_id, observed_at, upvotes, comment_count, github_stars
    from {{ ref('int_accepted_records') }}
    where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
    union all
    -- A paper's page tells no number of comments.
    select paper_id, observed_at, upvotes, null, github_stars
    from {{ ref('int_paper_pages') }}

)

select
    paper_id,
    observed_at,
    max(upvotes) as upvotes,
    max(comment_count) as comment_count,
    max(github_stars) as github_stars

from looks
group by paper_id, observed_at
