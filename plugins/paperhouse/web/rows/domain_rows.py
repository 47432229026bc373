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

# Totals of all its papers, on each row, with a page of them; one row without a paper where a page has none.
PAPERS_QUERY = """
    with named as (
        select distinct paper_id
        from paper_domains
        where domain_id in (select domain_id from domains where list_contains(lineage, $domain_id))
    ),

    listed as (
        select paper_id, max(listing_date) as listing_date
        from paper_listings
        where delisted_at is null and paper_id in (select paper_id from named)
        group by paper_id
    ),

    found as (
        select paper_id, listing_date, upvotes, github_url
        from listed
        inner join papers using (paper_id)
    ),

    totals as (
        select
            count(*) as paper_count,
            sum(upvotes)::bigint as upvotes,
            count(github_url) as has_code_count,
            (select count(distinct paper_id) from paper_listings where delisted_at is null) as all_count
        from found
    ),

    shown as (
        select paper_id, listing_date, row_number() over (
            order by case when $sort = 'newest' then listing_date end desc nulls last, upvotes desc nulls last, paper_id
        ) as place
        from found
        order by place
        limit $page_size offset $skipped
    )

    select totals.*, paper_id, listing_date
    from totals
    left join shown on true
    order by place
"""

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
    """`lineage`, and `children`, most papers first. Raises DomainNotInWarehouse."""
    return {
        "lineage": read_lineage(warehouse, domain_id),
        "children": fetch_rows(warehouse, CHILDREN_QUERY, {"domain_id": domain_id}),
    }


def read_papers(warehouse: duckdb.DuckDBPyConnection, domain_id: str, sort: str, language: str, page: int) -> dict:
    """`totals` of its distinct papers; and `papers`, a page of them as cards, each with its newest `listing_date`.

    Sort is newest or votes.
    """
    about = {"domain_id": domain_id, "sort": sort, "page_size": PAGE_SIZE, "skipped": (page - 1) * PAGE_SIZE}
    rows = fetch_rows(warehouse, PAPERS_QUERY, about)
    shown = [{name: row[name] for name in ("paper_id", "listing_date")} for row in rows if row["paper_id"]]
    return {"totals": rows[0], "papers": read_cards(warehouse, shown, language)}
