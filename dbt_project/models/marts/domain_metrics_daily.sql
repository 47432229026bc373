{{ config(materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope(
    'listing_date in (select listing_date from raw.scope_dates) or listing_date in ('
    ~ 'select listing_date from ' ~ ref('paper_listings') ~ ' where paper_id in (select paper_id from raw.scope_papers))'
) }}") }}

-- A paper counts once for each of its domains and for everything above them.
with affected_dates as (

    select listing_date from {{ source('raw', 'scope_dates') }}
    union
    select listing_date from {{ ref('paper_listings') }}
    where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

),

listed as (

    select listing_date, paper_id
    from {{ ref('paper_listings') }}
    where delisted_at is null and listing_date in (select listing_date from affected_dates)

),

paper_nodes as (

    select distinct paper_domains.paper_id, unnest(domains.lineage) as domain_id
    from {{ ref('paper_domains') }} as paper_domains
    inner join {{ ref('domains') }} as domains using (domain_id)
    where paper_domains.paper_id in (select paper_id from listed)

)

select
    paper_nodes.domain_id,
    listed.listing_date,
    count(*)::integer as paper_count,
    sum(papers.upvotes)::bigint as upvotes,
    sum(papers.comment_count)::bigint as comment_count,
    count(papers.github_url)::integer as has_code_count

from listed
inner join paper_nodes using (paper_id)
inner join {{ ref('papers') }} as papers using (paper_id)
group by paper_nodes.domain_id, listed.listing_date
