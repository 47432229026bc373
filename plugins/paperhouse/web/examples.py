"""Queries to begin with, each with what it tells; the caption is said in the reader's language."""

EXAMPLES = (
    (
        "The most voted papers of the newest day",
        """select title, upvotes, github_url
from paper_listings
inner join papers using (paper_id)
where listing_date = (select max(listing_date) from day_status where paper_count > 0)
order by upvotes desc
limit 20""",
    ),
    (
        "Papers a day (a chart)",
        """select listing_date, paper_count
from day_status
where paper_count > 0
order by listing_date desc
limit 120""",
    ),
    (
        "Papers of the widest domains by month (a chart)",
        """pivot (
    select strftime(listing_date, '%Y-%m') as month, name_en, paper_count
    from domain_metrics_daily
    inner join domains using (domain_id)
    where domain_id in ('nlp', 'cv', 'agents', 'multimodal')
)
on name_en using sum(paper_count)
order by month""",
    ),
    (
        "Numbers reported on ImageNet, each with the words it stands in",
        """select metric, value, unit, dataset, method, title, evidence
from paper_metrics
inner join papers using (paper_id)
where role = 'result' and dataset ilike '%imagenet%'
order by first_listed_date desc
limit 50""",
    ),
    (
        "Papers that were noticed late",
        """select listing_date, title, rank_at_listing, rank_now, papers.upvotes
from paper_votes
inner join papers using (paper_id)
where is_late_bloomer
order by listing_date desc
limit 50""",
    ),
    (
        "Papers with words side by side",
        """select first_listed_date, title, upvotes
from search_papers('language model')
order by upvotes desc
limit 50""",
    ),
    (
        "What was known at a moment",
        """select title, upvotes, last_observed_at
from papers_as_of('2025-12-26 12:00')
order by upvotes desc
limit 20""",
    ),
    (
        "Quality checks that failed",
        """select listing_date, severity, check_name, observed, message
from audit_results
where not success
order by listing_date desc""",
    ),
)
