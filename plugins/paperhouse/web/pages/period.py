"""A week, a month or a year: its papers, what rose, its domains and its days, and the way to the ones around it."""

from datetime import date
from typing import Annotated, Literal

import duckdb
from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from ...report.rows import DateNotInWarehouse
from ..answer import Look, LookAt
from ..asked import MaybeDay, PageNumber
from ..page import answer_page
from ..periods import Period, name_period, read_period
from ..rows.day_rows import find_newest
from ..rows.period_day_rows import add_up_months, read_days
from ..rows.period_rows import PAGE_SIZE, find_neighbours, read_counts, read_domains, read_papers
from ..rows.riser_rows import read_risers

router = APIRouter(include_in_schema=False)

Kind = Annotated[Literal["week", "month", "year"], Query(), BeforeValidator(lambda asked: asked or "week")]


@router.get("/weeks")
def newest(look: LookAt) -> Response:
    """Lead to the newest week with papers."""
    return _lead(look, "week", None)


@router.get("/period")
def choose(look: LookAt, kind: Kind = "week", date: MaybeDay = None) -> Response:
    """The form of the page asks here for the week, month or year with a date."""
    return _lead(look, kind, date)


@router.get("/week/{week}")
def show_week(look: LookAt, week: str, page: PageNumber = 1) -> Response:
    return _show(look, read_period("week", week), page)


@router.get("/month/{month}")
def show_month(look: LookAt, month: str, page: PageNumber = 1) -> Response:
    return _show(look, read_period("month", month), page)


@router.get("/year/{year}")
def show_year(look: LookAt, year: str, page: PageNumber = 1) -> Response:
    return _show(look, read_period("year", year), page)


def _lead(look: Look, kind: str, day: date | None) -> Response:
    if day is None:
        with look.answers.snapshots.read() as (_, warehouse):
            day = find_newest(warehouse)
    if day is None:
        raise DateNotInWarehouse("the warehouse holds no paper yet; load a day: make run DATE=2025-12-25")
    return RedirectResponse(f"{look.base}/{kind}/{name_period(kind, day)}", 302)


def _show(look: Look, period: Period, page: int) -> Response:
    return answer_page(look, "period.html.j2", "period", lambda warehouse: read(warehouse, period, look.language, page))


def read(warehouse: duckdb.DuckDBPyConnection, period: Period, language: str, page: int) -> dict:
    counts, days = read_counts(warehouse, period), read_days(warehouse, period)
    return {
        "period": period,
        "counts": counts,
        "papers": read_papers(warehouse, period, language, page),
        "pages": {"number": page, "count": -(-counts["paper_count"] // PAGE_SIZE)},
        "domains": read_domains(warehouse, period),
        "days": days,
        "months": add_up_months(days) if period.kind == "year" else [],
        **read_risers(warehouse, period),
        **find_neighbours(warehouse, period),
    }
