"""A day: the report of a listing date, with filters, and the way to the days around it."""

from collections import Counter
from datetime import date

import duckdb
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from ...report.rows import DateNotInWarehouse
from ..answer import LookAt
from ..asked import Day, MaybeDay, Number, Text, Yes
from ..page import answer_page
from ..rows.day_rows import Filter, find_newest, keep_wanted, read_listed, read_neighbours

router = APIRouter(include_in_schema=False)


@router.get("/")
def newest(look: LookAt) -> Response:
    """Lead to the newest day with papers."""
    with look.answers.snapshots.read() as (_, warehouse):
        found = find_newest(warehouse)
    if found is None:
        raise DateNotInWarehouse("the warehouse holds no paper yet; load a day: make run DATE=2025-12-25")
    return RedirectResponse(f"{look.base}/day/{found}", 302)


@router.get("/day")
def choose(look: LookAt, date: MaybeDay = None) -> Response:
    """The calendar field of the page asks for its date here."""
    return RedirectResponse(f"{look.base}/day/{date}" if date else f"{look.base}/", 302)


@router.get("/day/{listing_date}")
def show(
    look: LookAt,
    listing_date: Day,
    domain: Text = "",
    organization: Text = "",
    has_code: Yes = False,
    votes: Number = None,
    without: Text = "",
) -> Response:
    """The papers of a date, most votes first."""
    wanted = Filter(domain, organization, has_code, votes, without)
    return answer_page(
        look, "day.html.j2", "day", lambda warehouse: read(warehouse, listing_date, look.language, wanted)
    )


def read(warehouse: duckdb.DuckDBPyConnection, listing_date: date, language: str, wanted: Filter) -> dict:
    neighbours = read_neighbours(warehouse, listing_date)
    try:
        day, papers = read_listed(warehouse, listing_date, language)
    except DateNotInWarehouse:
        return {"listing_date": listing_date, "day": None, **neighbours}
    organizations = Counter(paper["organization"] for paper in papers if paper["organization"])
    return {
        "listing_date": listing_date,
        "day": day,
        "papers": keep_wanted(papers, wanted),
        "wanted": wanted,
        "organizations": sorted(organizations.items(), key=lambda item: (-item[1], item[0])),
        "outcome_counts": Counter(paper["reading"]["outcome"] for paper in papers),
        "has_code_count": sum(paper["github_url"] is not None for paper in papers),
        "failed_checks": [check for check in day.checks if not check["success"]],
        **neighbours,
    }
