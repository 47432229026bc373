"""What a daily report says, as rows: everything it needs of one listing date from the published tables."""

from dataclasses import dataclass
from datetime import date

import duckdb

from ..errors import PaperhouseError
from .fetch_rows import fetch_rows

# Times are written in UTC here, so that a reader's session time zone cannot change a report.
STATUS_QUERY = """
    select
        listing_date,
        state,
        paper_count,
        expected_count - paper_count as delisted_count,
        rejected_count,
        evidence,
        strftime(last_seen_at at time zone 'UTC', '%Y-%m-%d %H:%M') as last_seen,
        case when last_seen_at is null or last_error_at > last_seen_at then last_error end as last_error,
        reported_count,
        -- Of the list: a report may also hold papers that were never on it.
        case when state != 'never_fetched' then paper_count - len(unreported_paper_ids) end as covered_count,
        unreported_paper_ids
    from day_status
    where listing_date = $listing_date
"""

PAPERS_QUERY = """
    with listed as (
        select paper_id, position, upvotes_at_listing
        from paper_listings
        where listing_date = $listing_date and delisted_at is null
    ),

    -- Hugging Face marks an author as hidden who does not want to be shown with the paper.
    shown_authors as (
        select
            paper_authors.paper_id,
            list(authors.name order by paper_authors.author_position)[:5] as first_authors,
            count(*) as author_count
        from paper_authors
        inner join authors using (author_id)
        where paper_authors.paper_id in (select paper_id from listed) and not paper_authors.is_hidden
        group by paper_authors.paper_id
    ),

    labels as (
        select
            paper_id,
            domain_id,
            sum(score) as score,
            list({'source': source, 'evidence': evidence} order by score desc, source) as matches
        from paper_domains
        where paper_id in (select paper_id from listed)
        group by paper_id, domain_id
    ),

    labelled as (
        select
            labels.paper_id,
            list(
                {
                    'domain_id': domains.domain_id,
                    'name_en': domains.name_en,
                    'name_zh': domains.name_zh,
                    'path_en': domains.path_en,
                    'path_zh': domains.path_zh,
                    'is_primary': domains.domain_id is not distinct from papers.primary_domain_id,
                    'matches': labels.matches
                }
                order by
                    domains.domain_id is not distinct from papers.primary_domain_id desc,
                    labels.score desc, domains.level desc, domains.domain_id
            ) as domains
        from labels
        inner join domains using (domain_id)
        inner join papers using (paper_id)
        group by labels.paper_id
    )

    select
        papers.paper_id,
        papers.title,
        papers.abstract,
        papers.upvotes,
        papers.comment_count,
        listed.upvotes_at_listing,
        (papers.last_observed_at at time zone 'UTC')::date as observed_on,
        organizations.full_name as organization,
        papers.github_url,
        papers.github_stars,
        papers.project_url,
        papers.hf_url,
        papers.arxiv_url,
        papers.ai_summary,
        papers.ai_summary_model,
        coalesce(shown_authors.first_authors, []) as first_authors,
        coalesce(shown_authors.author_count, 0) as author_count,
        coalesce(labelled.domains, []) as domains
    from listed
    inner join papers using (paper_id)
    left join organizations using (organization_id)
    left join shown_authors using (paper_id)
    left join labelled using (paper_id)
    order by papers.upvotes desc nulls last, listed.position, papers.paper_id
"""

# Fields of research and what lies directly below them, each field followed by its own.
DOMAINS_QUERY = """
    select domains.domain_id, domains.level, domains.name_en, domains.name_zh, metrics.paper_count, metrics.upvotes
    from domain_metrics_daily as metrics
    inner join domains using (domain_id)
    where metrics.listing_date = $listing_date and domains.level <= 2
    order by
        max(metrics.paper_count) over (partition by domains.lineage[1]) desc,
        domains.lineage[1], domains.level, metrics.paper_count desc, domains.domain_id
"""

# How many papers have domains from their words and from a reading, and on how many of them the two agree.
AGREEMENT_QUERY = """
    select paper_count, same_root_count, same_branch_count
    from domain_agreement
    where listing_date = $listing_date
"""

# The checks of the fetch that the day stands on, or of the last rejected one when none was ever accepted.
CHECKS_QUERY = """
    with judged as (
        select fetch_id
        from fetches
        where listing_date = $listing_date
        order by is_accepted desc, observed_at desc, fetch_id desc
        limit 1
    )

    select check_name, severity, success, observed, message
    from audit_results
    inner join judged using (fetch_id)
    order by severity, suite, check_name
"""


class DateNotInWarehouse(PaperhouseError):
    """A report was asked for about a date that was neither run nor imported."""


@dataclass(frozen=True)
class Day:
    """One listing date; rows are dictionaries named as the columns of the queries above.

    `papers` are those still listed, most votes first; `checks` are all, passed and failed. `agreement` is None while
    no paper has domains both from its words and from a reading.
    """

    status: dict
    papers: list[dict]
    domains: list[dict]
    agreement: dict | None
    checks: list[dict]


def read_day(connection: duckdb.DuckDBPyConnection, listing_date: date) -> Day:
    """Read one listing date; raise DateNotInWarehouse."""
    about = {"listing_date": listing_date}
    statuses = fetch_rows(connection, STATUS_QUERY, about)
    if not statuses:
        raise DateNotInWarehouse(f"{listing_date} is not in the warehouse yet; run it: make run DATE={listing_date}")
    return Day(
        status=statuses[0],
        papers=fetch_rows(connection, PAPERS_QUERY, about),
        domains=fetch_rows(connection, DOMAINS_QUERY, about),
        agreement=next(iter(fetch_rows(connection, AGREEMENT_QUERY, about)), None),
        checks=fetch_rows(connection, CHECKS_QUERY, about),
    )
