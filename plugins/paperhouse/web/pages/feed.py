"""The feed: the newest days with papers as Atom, for readers of feeds."""

from collections import defaultdict

import duckdb
from fastapi import APIRouter, Response

from ...report.fetch_rows import fetch_rows
from ..answer import LookAt
from ..page import draw

router = APIRouter(include_in_schema=False)

DAY_COUNT, PAPER_COUNT = 30, 10
ATOM = "application/atom+xml; charset=utf-8"

DAYS_QUERY = """
    select listing_date, paper_count, strftime(last_seen_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as updated_at
    from day_status
    where paper_count > 0
    order by listing_date desc
    limit $day_count
"""

PAPERS_QUERY = """
    with listed as (
        select listing_date, paper_id
        from paper_listings
        where delisted_at is null and listing_date >= $first_date
    ),

    ranked as (
        select listing_date, paper_id, title, upvotes, ai_summary
        from listed
        inner join papers using (paper_id)
        qualify row_number() over (
            partition by listing_date order by upvotes desc nulls last, paper_id
        ) <= $paper_count
    )

    select listing_date, paper_id, title, upvotes, coalesce(contribution, ai_summary) as contribution, reader
    from ranked
    left join (select paper_id, contribution, reader from paper_readings where is_shown) using (paper_id)
    order by listing_date desc, upvotes desc nulls last, paper_id
"""


@router.get("/feed.atom")
def feed(look: LookAt) -> Response:
    """A day an entry, with its most voted papers."""

    def make(warehouse: duckdb.DuckDBPyConnection) -> str:
        site = f"{look.request.url.scheme}://{look.request.url.netloc}{look.base}"
        return draw(look, "feed.atom.j2", None, site=site, days=read_days(warehouse))

    return look.answer(make, ATOM)


def read_days(warehouse: duckdb.DuckDBPyConnection) -> list[dict]:
    """The newest days, each with `papers`, most votes first."""
    days = fetch_rows(warehouse, DAYS_QUERY, {"day_count": DAY_COUNT})
    if not days:
        return []
    papers = defaultdict(list)
    about = {"first_date": days[-1]["listing_date"], "paper_count": PAPER_COUNT}
    for paper in fetch_rows(warehouse, PAPERS_QUERY, about):
        papers[paper["listing_date"]].append(paper)
    return [day | {"papers": papers[day["listing_date"]]} for day in days]
