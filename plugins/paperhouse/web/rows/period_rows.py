"""A week, a month or a year of lists: its counts, papers and domains, and its neighbours.

Votes are those that somebody saw: sums leave out what is unknown, and are NULL when all of it is.
"""

import duckdb

from ...report.fetch_rows import fetch_rows
from ..periods import Period, name_period
from .card_rows import read_cards

PAGE_SIZE = 20

# Dates with papers, around a period and within.
NEIGHBOURS_QUERY = """
    select
        max(listing_date) filter (listing_date < $first) as before,
        min(listing_date) filter (listing_date > $last) as after,
        max(listing_date) filter (listing_date between $first and $last) as newest_within,
        max(listing_date) as newest
    from day_status
    where paper_count > 0
"""

# A paper on two lists is one paper.
COUNTS_QUERY = """
    with listed as (
        select distinct paper_id
        from paper_listings
        where listing_date between $first and $last and delisted_at is null
    )

    select
        count(*) as paper_count,
        sum(upvotes)::bigint as upvotes,
        count(github_url) as has_code_count,
        count(*) filter (reading_source in ('html', 'markdown')) as read_count,
        count(*) filter (primary_domain_id is null) as no_domain_count
    from listed
    inner join papers using (paper_id)
"""

LAUNCH_QUERY = """
    select
        count(*) as listing_count,
        count(upvotes_at_listing) as launch_count,
        sum(upvotes_at_listing)::bigint as launch_upvotes,
        count(upvotes_after_d7) as late_count
    from paper_listings
    left join paper_votes using (listing_date, paper_id)
    where listing_date between $first and $last and delisted_at is null
"""

PAPERS_QUERY = """
    select paper_id, min(listing_date) as listing_date
    from paper_listings
    inner join papers using (paper_id)
    where listing_date between $first and $last and delisted_at is null
    group by paper_id, upvotes
    order by upvotes desc nulls last, paper_id
    limit $page_size offset $skipped
"""

DOMAINS_QUERY = """
    with listed as (
        select distinct paper_id
        from paper_listings
        where listing_date between $first and $last and delisted_at is null
    ),

    nodes as (
        select domain_id as named_id, unnest(lineage[:2]) as domain_id
        from domains
    ),

    counted as (
        select nodes.domain_id, count(distinct paper_id) as paper_count
        from paper_domains
        inner join nodes on nodes.named_id = paper_domains.domain_id
        where paper_id in (select paper_id from listed)
        group by nodes.domain_id
    )

    select domain_id, level, name_en, name_zh, paper_count
    from counted
    inner join domains using (domain_id)
    order by max(paper_count) over (partition by lineage[1]) desc, lineage[1], level, paper_count desc, domain_id
"""


def find_neighbours(warehouse: duckdb.DuckDBPyConnection, period: Period) -> dict:
    """Names of the periods with papers `before` and `after`, None at an end; and of `within`, kind → name to go to.

    That is the week, month and year of the newest day with papers in the period, or of its middle.
    """
    found = _ask(warehouse, NEIGHBOURS_QUERY, period)[0]
    middle = found["newest_within"] or period.first + (period.last - period.first) / 2
    return {
        "before": found["before"] and name_period(period.kind, found["before"]),
        "after": found["after"] and name_period(period.kind, found["after"]),
        "newest": found["newest"] and name_period(period.kind, found["newest"]),
        "within": {kind: name_period(kind, middle) for kind in ("week", "month", "year")},
    }


def read_counts(warehouse: duckdb.DuckDBPyConnection, period: Period) -> dict:
    """What COUNTS_QUERY counts of papers, and LAUNCH_QUERY of their places on lists."""
    return _ask(warehouse, COUNTS_QUERY, period)[0] | _ask(warehouse, LAUNCH_QUERY, period)[0]


def read_papers(warehouse: duckdb.DuckDBPyConnection, period: Period, language: str, page: int) -> list[dict]:
    """A page of the papers as cards, most votes first, each with the `listing_date` on which it came."""
    found = _ask(warehouse, PAPERS_QUERY, period, page_size=PAGE_SIZE, skipped=(page - 1) * PAGE_SIZE)
    return read_cards(warehouse, found, language)


def read_domains(warehouse: duckdb.DuckDBPyConnection, period: Period) -> list[dict]:
    """Fields of research and what lies directly below them, with distinct papers, each field followed by its own."""
    return _ask(warehouse, DOMAINS_QUERY, period)


def _ask(warehouse: duckdb.DuckDBPyConnection, query: str, period: Period, **more: int) -> list[dict]:
    return fetch_rows(warehouse, query, {"first": period.first, "last": period.last, **more})
