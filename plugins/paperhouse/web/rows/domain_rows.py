"""One domain: where it stands in the tree, what lies below it, and its papers, with those of everything below."""

import duckdb

from ...errors import PaperhouseError
from ...report.fetch_rows import fetch_rows
from .card_rows import read_cards

PAGE_SIZE = 20

LINEAGE_QUERY = """
    select domain_id, name_en, name_zh, level
    from domains
    where list_contains((select lineage from domains where domain_id = $domain_id), domain_id)
    order by level
"""

_LISTED = """
    with listed as (
        select paper_id, max(listing_date) as listing_date
        from paper_listings
        where
            delisted_at is null
            and paper_id in (
                select paper_id
                from paper_domains
                where domain_id in (select domain_id from domains where list_contains(lineage, $domain_id))
            )
        group by paper_id
    )
"""

TOTALS_QUERY = f"""
    {_LISTED}

    select
        count(*) as paper_count,
        sum(upvotes)::bigint as upvotes,
        count(github_url) as has_code_count,
        (select count(distinct paper_id) from paper_listings where delisted_at is null) as all_count
    from listed
    inner join papers using (paper_id)
"""  # noqa: S608 - of our own words

PAPERS_QUERY = f"""
    {_LISTED}

    select paper_id, listing_date
    from listed
    inner join papers using (paper_id)
    order by case when $sort = 'newest' then listing_date end desc nulls last, upvotes desc nulls last, paper_id
    limit $page_size offset $skipped
"""  # noqa: S608

# A paper counts in a subdomain when it names that or anything below it.
CHILDREN_QUERY = """
    with nodes as (
        select domains.domain_id, children.domain_id as child_id
        from domains
        inner join domains as children on list_contains(domains.lineage, children.domain_id)
        where children.parent_id = $domain_id
    ),

    named as (
        select distinct paper_id, child_id
        from paper_domains
        inner join nodes using (domain_id)
        where paper_id in (select paper_id from paper_listings where delisted_at is null)
    ),

    counted as (
        select child_id as domain_id, count(*) as paper_count, sum(upvotes)::bigint as upvotes
        from named
        inner join papers using (paper_id)
        group by child_id
    )

    select domain_id, name_en, name_zh, coalesce(paper_count, 0) as paper_count, upvotes
    from domains
    left join counted using (domain_id)
    where parent_id = $domain_id
    order by paper_count desc, domain_id
"""


class DomainNotInWarehouse(PaperhouseError):
    """A page was asked for about a domain that is not in the tree."""


def read_lineage(warehouse: duckdb.DuckDBPyConnection, domain_id: str) -> list[dict]:
    """The domains from the root down to this one, itself included. Raises DomainNotInWarehouse."""
    lineage = fetch_rows(warehouse, LINEAGE_QUERY, {"domain_id": domain_id})
    if not lineage:
        raise DomainNotInWarehouse(f"there is no domain {domain_id[:80]!r}; the page Domains has those there are")
    return lineage


def read_domain(warehouse: duckdb.DuckDBPyConnection, domain_id: str) -> dict:
    """`lineage`, `totals` of its distinct papers, and `children`, most papers first. Raises DomainNotInWarehouse."""
    about = {"domain_id": domain_id}
    return {
        "lineage": read_lineage(warehouse, domain_id),
        "totals": fetch_rows(warehouse, TOTALS_QUERY, about)[0],
        "children": fetch_rows(warehouse, CHILDREN_QUERY, about),
    }


def read_papers(
    warehouse: duckdb.DuckDBPyConnection, domain_id: str, sort: str, language: str, page: int
) -> list[dict]:
    """A page of its papers as cards, each with the newest `listing_date`; sort is newest or votes."""
    about = {"domain_id": domain_id, "sort": sort, "page_size": PAGE_SIZE, "skipped": (page - 1) * PAGE_SIZE}
    return read_cards(warehouse, fetch_rows(warehouse, PAPERS_QUERY, about), language)
