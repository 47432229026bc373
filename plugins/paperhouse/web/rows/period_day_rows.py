"""The days of a week, a month or a year, with their states; those of a year by month."""

from collections import Counter, defaultdict

import duckdb

from ...report.fetch_rows import fetch_rows
from ..periods import Period, name_period

DAYS_QUERY = """
    with votes as (
        select listing_date, sum(upvotes)::bigint as upvotes
        from paper_listings
        inner join papers using (paper_id)
        where listing_date between $first and $last and delisted_at is null
        group by listing_date
    )

    select listing_date, isodow(listing_date) as weekday, state, paper_count, upvotes
    from day_status
    left join votes using (listing_date)
    where listing_date between $first and $last
    order by listing_date
"""


def read_days(warehouse: duckdb.DuckDBPyConnection, period: Period) -> list[dict]:
    """The days that the warehouse knows, the first first; weekday is 1 for Monday."""
    return fetch_rows(warehouse, DAYS_QUERY, {"first": period.first, "last": period.last})


def add_up_months(days: list[dict]) -> list[dict]:
    """Days by month: `name`, paper_count, upvotes (None when all are unknown) and `states`, pairs of state and days."""
    months = defaultdict(list)
    for day in days:
        months[name_period("month", day["listing_date"])].append(day)
    return [
        {
            "name": name,
            "paper_count": sum(day["paper_count"] for day in within),
            "upvotes": _add_up([day["upvotes"] for day in within]),
            "states": Counter(day["state"] for day in within).most_common(),
        }
        for name, within in months.items()
    ]


def _add_up(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
