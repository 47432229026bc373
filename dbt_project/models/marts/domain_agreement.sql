with nodes as (

    select
        paper_domains.paper_id,
        paper_domains.domain_id,
        any_value(domains.lineage) as lineage,
        bool_or(paper_domains.source = 'reading') as is_read,
        bool_or(paper_domains.source in ('title', 'ai_keywords', 'abstract')) as is_worded
    from {{ ref('paper_domains') }} as paper_domains
    inner join {{ ref('domains') }} as domains using (domain_id)
    where paper_domains.source != 'override'
    group by paper_domains.paper_id, paper_domains.domain_id

),

pairs as (

    select
        nodes.paper_id,
        nodes.domain_id,
        bool_or(worded.lineage[1] = nodes.lineage[1]) as is_same_root,
        bool_or(list_contains(worded.lineage, nodes.domain_id) or list_contains(nodes.lineage, worded.domain_id))
            as is_same_branch
    from nodes
    inner join nodes as worded on nodes.paper_id = worded.paper_id and worded.is_worded
    where nodes.is_read
    group by nodes.paper_id, nodes.domain_id

),

agreements as (

    select
        paper_id,
        count(*) as read_domain_count,
        count(*) filter (is_same_branch) as agreed_domain_count,
        bool_or(is_same_root) as is_same_root,
        bool_or(is_same_branch) as is_same_branch
    from pairs
    group by paper_id

)

select
    listings.listing_date,
    count(*)::integer as paper_count,
    count(*) filter (agreements.is_same_root)::integer as same_root_count,
    count(*) filter (agreements.is_same_branch)::integer as same_branch_count,
    sum(agreements.read_domain_count)::integer as read_domain_count,
    sum(agreements.agreed_domain_count)::integer as agreed_domain_count,
    count(*) filter (agreements.is_same_root) / count(*) as root_agreement,
    count(*) filter (agreements.is_same_branch) / count(*) as branch_agreement,
    sum(agreements.agreed_domain_count) / sum(agreements.read_domain_count) as domain_agreement

from {{ ref('paper_listings') }} as listings
inner join agreements using (paper_id)
where listings.delisted_at is null
group by grouping sets ((listings.listing_date), ())
