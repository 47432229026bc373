select
    lower(paper_keywords.keyword) as keyword,
    count(distinct paper_keywords.paper_id)::integer as paper_count,
    min(papers.first_listed_date) as first_listed_date,
    max(papers.last_listed_date) as last_listed_date,
    max(paper_keywords.paper_id) as example_paper_id

from {{ ref('paper_keywords') }} as paper_keywords
inner join {{ ref('papers') }} as papers using (paper_id)
where not paper_keywords.has_domain
group by lower(paper_keywords.keyword)
