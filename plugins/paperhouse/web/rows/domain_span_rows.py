"""Domains over a span of lists: how many papers and votes, and what grows and shrinks against the span before.

Shares are of all papers on the same lists, so that a span with few lists compares with one with many.
"""

from datetime import timedelta

import duckdb

from ...report.fetch_rows import fetch_rows

MOVER_COUNT = 8  # at each end
MOVER_PAPERS = 5  # in both spans together; of fewer, one more is a leap

ENDS_QUERY = "select min(listing_date) as first, max(listing_date) as last from day_status where paper_count > 0"

TOTALS_QUERY = """
    select
        coalesce(sum(paper_count) filter (listing_date >= $first), 0)::bigint as paper_count,
        count(*) filter (listing_date >= $first) as list_count,
        coalesce(sum(paper_count) filter (listing_date < $first), 0)::bigint as paper_count_before,
        count(*) filter (listing_date < $first) as list_count_before
    from day_status
    where listing_date between $first_before and $last and paper_count > 0
"""

# Fields of research and what lies directly below them, each field followed by its own.
DOMAINS_QUERY = """
    with counted as (
        select
            domain_id,
            coalesce(sum(paper_count) filter (listing_date >= $first), 0)::bigint as paper_count,
            coalesce(sum(paper_count) filter (listing_date < $first), 0)::bigint as paper_count_before,
            sum(upvotes) filter (listing_date >= $first)::bigint as upvotes
        from domain_metrics_daily
        where listing_date between $first_before and $last
        group by domain_id
    )

    select
        domain_id, level, name_en, name_zh, paper_count, paper_count_before, upvotes,
        100 * paper_count / $total as share,
        case when $total_before > 0 then 100 * paper_count_before / $total_before end as share_before,
        share - share_before as change
    from counted
    inner join domains using (domain_id)
    where level <= 2
    order by max(paper_count) over (partition by lineage[1]) desc, lineage[1], level, paper_count desc, domain_id
"""


def find_span(warehouse: duckdb.DuckDBPyConnection, days: str) -> dict | None:
    """`first` and `last` of the newest `days` days, or of all, with `first_before`; None without a paper.

    The span ends with the newest list, not today. As long as it is the one before; of all there is none, and
    first_before is first.
    """
    ends = fetch_rows(warehouse, ENDS_QUERY, {})[0]
    if ends["last"] is None:
        return None
    if days == "all":
        return ends | {"first_before": ends["first"]}
    first = ends["last"] - timedelta(days=int(days) - 1)
    return {"first": first, "last": ends["last"], "first_before": first - timedelta(days=int(days))}


def read_totals(warehouse: duckdb.DuckDBPyConnection, span: dict) -> dict:
    """Papers and lists of a span and of the one before. A paper on two lists counts on both, here and in domains."""
    return fetch_rows(warehouse, TOTALS_QUERY, span)[0]


def read_domains(warehouse: duckdb.DuckDBPyConnection, span: dict, totals: dict) -> list[dict]:
    """Domains that the span or the one before names, as DOMAINS_QUERY has them; share and change are in percent."""
    about = {"total": totals["paper_count"], "total_before": totals["paper_count_before"]}
    return fetch_rows(warehouse, DOMAINS_QUERY, span | about)


def choose_movers(domains: list[dict]) -> dict[str, list[dict]]:
    """`growing` and `shrinking` domains, the strongest first; none of either without a span before."""
    moved = sorted(
        (row for row in domains if row["change"] and row["paper_count"] + row["paper_count_before"] >= MOVER_PAPERS),
        key=lambda row: -row["change"],
    )
    return {
        "growing": [row for row in moved if row["change"] > 0][:MOVER_COUNT],
        "shrinking": [row for row in reversed(moved) if row["change"] < 0][:MOVER_COUNT],
    }
