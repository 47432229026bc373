"""What a daily report says, as rows: everything it needs of one listing date from the published tables."""

from dataclasses import dataclass
from datetime import date

import duckdb

from ..errors import PaperhouseError
from .fetch_rows import fetch_rows
from .papers import read_papers

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
        papers=read_papers(connection, listing_date),
        domains=fetch_rows(connection, DOMAINS_QUERY, about),
        agreement=next(iter(fetch_rows(connection, AGREEMENT_QUERY, about)), None),
        checks=fetch_rows(connection, CHECKS_QUERY, about),
    )
