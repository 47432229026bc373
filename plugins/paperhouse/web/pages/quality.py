"""Quality: can today's data be trusted, day by day, check by check, and what was set aside."""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import duckdb
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from ..answer import LookAt
from ..asked import MaybeDay, Number, PageNumber, Text
from ..page import answer_page, draw
from ..rows.quality_rows import (
    PAGE_SIZE,
    REJECTED_SIZE,
    list_check_names,
    list_years,
    read_checks,
    read_fetches,
    read_rejected,
    read_trust,
    read_year,
)

router = APIRouter(include_in_schema=False)

FULL_DAY = 40  # papers from which on a day has the deepest colour


@router.get("/quality")
def show(look: LookAt, year: Number = None, date: MaybeDay = None) -> Response:
    """The newest day in one sentence, and a year of days. With a date, the checks of that date."""
    if date:
        return RedirectResponse(f"{look.base}/quality/checks?date={date}", 302)
    today = datetime.now(UTC).date()
    return look.answer(
        lambda warehouse: draw(look, "quality.html.j2", "quality", **read(warehouse, year, today)),
        # How old the newest day is changes without a new version.
        also=str(today),
    )


@router.get("/quality/checks")
def show_checks(
    look: LookAt,
    severity: Literal["", "critical", "warning"] = "",
    check: Text = "",
    date: MaybeDay = None,
    page: PageNumber = 1,
) -> Response:
    """What each check said, failed ones first; of a date also its fetches and their verdicts."""

    def find(warehouse: duckdb.DuckDBPyConnection) -> dict:
        wanted = {"severity": severity, "check_name": check, "listing_date": date}
        found = read_checks(warehouse, wanted, page)
        return {
            "part": "checks",
            "wanted": wanted,
            "names": list_check_names(warehouse),
            **found,
            "pages": _count_pages(found["total"], PAGE_SIZE, page),
            **(read_fetches(warehouse, date) if date else {"status": None, "fetches": []}),
        }

    return answer_page(look, "checks.html.j2", "quality", find)


@router.get("/quality/rejected")
def show_rejected(look: LookAt, date: MaybeDay = None, page: PageNumber = 1) -> Response:
    """Rows that were set aside, with the reason and what was received."""

    def find(warehouse: duckdb.DuckDBPyConnection) -> dict:
        rows = read_rejected(warehouse, date, page)
        total = rows[0]["total"] if rows else 0
        return {
            "part": "rejected",
            "date": date,
            "rows": rows,
            "total": total,
            "pages": _count_pages(total, REJECTED_SIZE, page),
        }

    return answer_page(look, "rejected.html.j2", "quality", find)


def read(warehouse: duckdb.DuckDBPyConnection, year: int | None, today: date) -> dict:
    trust, years = read_trust(warehouse), list_years(warehouse)
    if trust is None:
        return {"part": "days", "trust": None}
    shown = year if year in years else years[-1]
    days = {
        day["listing_date"]: day | {"depth": _find_depth(day["paper_count"])} for day in read_year(warehouse, shown)
    }
    states = [day["state"] for day in days.values()]
    return {
        "part": "days",
        "trust": trust,
        "answer": judge_trust(trust),
        "missing": list_missing(trust["listing_date"], today),
        "years": years,
        "year": shown,
        "months": lay_out_year(shown, days),
        "state_counts": {state: states.count(state) for state in sorted(set(states), key=states.count, reverse=True)},
    }


def judge_trust(trust: dict) -> str:
    """yes, care or no: whether the newest day can be trusted."""
    if trust["state"] in ("failed", "held", "never_fetched") or trust["critical_count"]:
        return "no"
    is_final = trust["state"] in ("settled", "quiet")
    return "yes" if is_final and not trust["warning_count"] and not trust["is_failing"] else "care"


def list_missing(newest: date, today: date) -> dict | None:
    """`first`, `last` and `count` of the days after the newest one that have ended; None when there are none."""
    first, last = newest + timedelta(days=1), today - timedelta(days=1)
    return {"first": first, "last": last, "count": (last - newest).days} if first <= last else None


def lay_out_year(year: int, days: dict[date, dict]) -> dict[str, list[list[tuple[date | None, dict | None]]]]:
    """Month → weeks of (date, day), of each month with a day of the ledger; no date outside of the month."""
    weeks = calendar.Calendar().monthdatescalendar
    return {
        f"{year}-{month:02}": [
            [(day, days.get(day)) if day.month == month else (None, None) for day in week]
            for week in weeks(year, month)
        ]
        for month in sorted({day.month for day in days})
    }


def _find_depth(paper_count: int) -> int:
    """From 0, no paper, to 4."""
    return min(4, -(-4 * paper_count // FULL_DAY))


def _count_pages(total: int, size: int, page: int) -> dict:
    return {"number": page, "count": -(-total // size)}
