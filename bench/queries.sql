-- The typical queries, each under its name, each on the newest data there are.

-- name: top papers of a week
select paper_id, title, max(upvotes) as upvotes
from paper_listings
inner join papers using (paper_id)
where listing_date > (select max(listing_date) - 7 from paper_listings)
group by paper_id, title
order by upvotes desc
limit 20;

-- name: papers of a domain and all below it
select distinct papers.paper_id, papers.title, papers.upvotes
from papers
inner join paper_domains using (paper_id)
inner join domains using (domain_id)
where list_contains(domains.lineage, (select domain_id from domains where level = 1 order by domain_id limit 1))
order by papers.upvotes desc;

-- name: words in titles and abstracts
select paper_id, title from search_papers('diffusion model')
order by upvotes desc;

-- name: votes over time of the most looked-at paper
select observed_at, upvotes, comment_count, github_stars
from paper_observations
where paper_id = (select paper_id from paper_observations group by paper_id order by count(*) desc, paper_id limit 1)
order by observed_at;

-- name: papers by organization
select organizations.full_name, count(*) as papers, sum(papers.upvotes) as upvotes
from papers
inner join organizations using (organization_id)
group by organizations.full_name
order by papers desc
limit 50;

-- name: trend of the domains by month
select date_trunc('month', listing_date) as month, domains.name_en, sum(paper_count) as papers, sum(upvotes) as upvotes
from domain_metrics_daily
inner join domains using (domain_id)
where domains.level = 1
group by all
order by month, papers desc;

-- name: authors with most papers
select authors.name, count(distinct paper_id) as papers
from paper_authors
inner join authors using (author_id)
group by authors.author_id, authors.name
order by papers desc
limit 50;

-- name: days by state and month
select date_trunc('month', listing_date) as month, state, count(*) as days, sum(paper_count) as papers
from day_status
group by all
order by month desc;

-- name: papers with code by stars
select paper_id, title, github_url, github_stars from papers
where github_url is not null
order by github_stars desc nulls last
limit 50;

-- name: numbers reported by metric
select metrics.metric, metrics.dataset, papers.title, metrics.value, metrics.unit, metrics.baseline_value
from paper_metrics as metrics
inner join papers using (paper_id)
where metrics.role = 'result'
order by metrics.metric, metrics.value desc;
