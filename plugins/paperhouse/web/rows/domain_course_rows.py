"""Domains over time: papers, votes and shares by week or month of the lists."""

from itertools import groupby
from operator import itemgetter

import duckdb

from ...report.fetch_rows import fetch_rows
from ..periods import name_period

# A week or month without a list says nothing of a domain: NULL. One with lists that do not name it says 0.
COURSE_QUERY = """
    with lists as (
        select date_trunc($step, listing_date)::date as step, sum(paper_count)::bigint as paper_count
        from day_status
        where listing_date between $first and $last and paper_count > 0
        group by step
    ),

    calendar as (
        select unnest(generate_series(
            min(step)::timestamp, max(step)::timestamp,
            case $step when 'week' then interval 7 days else interval 1 month end
        ))::date as step
        from lists
    ),

    wanted as (select unnest($domain_ids) as domain_id),

    counted as (
        select
            date_trunc($step, listing_date)::date as step,
            domain_id,
            sum(paper_count)::bigint as paper_count,
            sum(upvotes)::bigint as upvotes,
            sum(has_code_count)::bigint as has_code_count
        from domain_metrics_daily
        where listing_date between $first and $last and list_contains($domain_ids, domain_id)
        group by step, domain_id
    )

    select
        step,
        domain_id,
        lists.paper_count as listed_count,
        case when listed_count > 0 then coalesce(counted.paper_count, 0) end as paper_count,
        round(100 * coalesce(counted.paper_count, 0) / listed_count, 1) as share,
        upvotes,
        has_code_count
    from calendar
    cross join wanted
    left join lists using (step)
    left join counted using (step, domain_id)
    order by step
"""


def read_course(warehouse: duckdb.DuckDBPyConnection, span: dict, step: str, domain_ids: list[str]) -> list[dict]:
    """Steps of a span, the first first: `name` of the week or month, `listed_count`, and `domains`, id → its row.

    The first and last step may be cut by the span. What is unknown is None.
    """
    about = {"first": span["first"], "last": span["last"], "step": step, "domain_ids": domain_ids}
    rows = fetch_rows(warehouse, COURSE_QUERY, about)
    return [
        {
            "name": name_period(step, day),
            "listed_count": within[0]["listed_count"],
            "domains": {row["domain_id"]: row for row in within},
        }
        for day, within in ((day, list(found)) for day, found in groupby(rows, itemgetter("step")))
    ]
