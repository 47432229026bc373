"""One paper: what was read of it, every number it reports, and how its votes moved."""

import duckdb

from ...errors import PaperhouseError
from ...report.claims import describe_claim
from ...report.fetch_rows import fetch_rows
from ...report.readings import name_outcome

PAPER_QUERY = """
    select papers.*, organizations.full_name as organization, strftime(published_at, '%Y-%m-%d') as published_date
    from papers
    left join organizations using (organization_id)
    where paper_id = $paper_id
"""

AUTHORS_QUERY = """
    select authors.name
    from (select author_id, author_position from paper_authors where paper_id = $paper_id and not is_hidden) as listed
    inner join authors using (author_id)
    order by author_position
"""

READINGS_QUERY = """
    select * exclude (read_at), strftime(read_at at time zone 'UTC', '%Y-%m-%d %H:%M') as read_at
    from paper_readings
    where paper_id = $paper_id and is_current
    order by is_shown desc, state = 'read' desc, reader, reading_source
"""

# Results first, then as the paper has them.
CLAIMS_QUERY = """
    select *
    from paper_metrics
    where paper_id = $paper_id
    order by role = 'result' desc, metric is null, reader, section, claim_id
"""

DOMAINS_QUERY = """
    select
        domain_id, path_en, path_zh, domain_id = $primary_domain_id as is_primary,
        list({'source': source, 'evidence': evidence} order by score desc, source) as matches
    from (select * from paper_domains where paper_id = $paper_id)
    inner join domains using (domain_id)
    group by all
    order by is_primary desc nulls last, sum(score) desc, domain_id
"""

LISTINGS_QUERY = """
    select
        listing_date, position, upvotes_at_listing, upvotes_at_d1, upvotes_at_d3, upvotes_at_d7, delisted_at, submitter
    from (select * from paper_listings where paper_id = $paper_id)
    left join (select * from paper_votes where paper_id = $paper_id) using (listing_date, paper_id)
    order by listing_date
"""

VOTES_QUERY = """
    select observed_at at time zone 'UTC' as observed_at, upvotes, comment_count, github_stars
    from paper_observations
    where paper_id = $paper_id
    order by observed_at
"""

LINKS_QUERY = """
    select kind, linked_id, url, likes, total_count
    from paper_links
    where paper_id = $paper_id
    order by kind, position
"""

KEYWORDS_QUERY = "select keyword from paper_keywords where paper_id = $paper_id order by keyword_position"


class PaperNotInWarehouse(PaperhouseError):
    """A page was asked for about a paper that no list and no report has."""


def read_paper(connection: duckdb.DuckDBPyConnection, paper_id: str) -> dict:
    """Everything of a paper: `paper`, and lists of rows by what they are. Raises PaperNotInWarehouse.

    Readings have `outcome`; claims are described, see `describe_claim`.
    """
    about = {"paper_id": paper_id}
    papers = fetch_rows(connection, PAPER_QUERY, about)
    if not papers:
        raise PaperNotInWarehouse(
            f"{paper_id} is not in the warehouse; load a day that lists it: make run DATE=2025-12-25"
        )
    primary = {"primary_domain_id": papers[0]["primary_domain_id"]}
    return {
        "paper": papers[0],
        "authors": [row["name"] for row in fetch_rows(connection, AUTHORS_QUERY, about)],
        "readings": [
            reading | {"outcome": name_outcome(reading)} for reading in fetch_rows(connection, READINGS_QUERY, about)
        ],
        "claims": [describe_claim(claim) for claim in fetch_rows(connection, CLAIMS_QUERY, about)],
        "domains": fetch_rows(connection, DOMAINS_QUERY, about | primary),
        "listings": fetch_rows(connection, LISTINGS_QUERY, about),
        "votes": read_votes(connection, paper_id),
        "links": fetch_rows(connection, LINKS_QUERY, about),
        "keywords": [row["keyword"] for row in fetch_rows(connection, KEYWORDS_QUERY, about)],
    }


def read_votes(connection: duckdb.DuckDBPyConnection, paper_id: str) -> list[dict]:
    """What was seen of a paper, the first look first; observed_at is UTC without a zone."""
    return fetch_rows(connection, VOTES_QUERY, {"paper_id": paper_id})
