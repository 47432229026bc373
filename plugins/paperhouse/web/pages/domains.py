"""Domains: which grow and which shrink, and one by one what lies below and who wrote what in it."""

from datetime import timedelta
from typing import Annotated, Literal

import duckdb
from fastapi import APIRouter, Path, Query, Response
from pydantic import BeforeValidator

from ..answer import LookAt
from ..asked import PageNumber, Yes
from ..charts import SVG, draw_bars, draw_lines
from ..page import answer_page, pick_language
from ..rows.domain_course_rows import read_course
from ..rows.domain_rows import PAGE_SIZE, read_domain, read_lineage, read_papers
from ..rows.domain_span_rows import choose_movers, find_span, read_domains, read_totals

router = APIRouter(include_in_schema=False)

Days = Annotated[Literal["30", "90", "365", "all"], Query(), BeforeValidator(lambda asked: asked or "90")]
Sort = Annotated[Literal["newest", "votes"], Query(), BeforeValidator(lambda asked: asked or "newest")]
DomainId = Annotated[str, Path(max_length=200)]

STEPS = {"30": "week", "90": "week", "365": "month", "all": "month"}
LINE_COUNT = 6  # fields of research in the chart; more lines could not be told apart


@router.get("/domains")
def show_all(look: LookAt, days: Days = "90") -> Response:
    """Domains in the newest days, against the same number of days before."""
    return answer_page(look, "domains.html.j2", "domains", lambda warehouse: read_span(warehouse, days))


@router.get("/domains/shares.svg")
def draw_shares(look: LookAt, days: Days = "90", narrow: Yes = False) -> Response:
    """Shares of the largest fields of research over time, in percent."""

    def make(warehouse: duckdb.DuckDBPyConnection) -> bytes:
        found = read_span(warehouse, days)
        series = {
            pick_language(look.language, field, "name"): [
                step["domains"][field["domain_id"]]["share"] for step in found["course"]
            ]
            for field in found["fields"]
        }
        return draw_lines(series, [step["name"] for step in found["course"]], is_narrow=narrow)

    return look.answer(make, SVG)


@router.get("/domain/{domain_id}")
def show(look: LookAt, domain_id: DomainId, sort: Sort = "newest", page: PageNumber = 1) -> Response:
    """A domain with everything below it."""

    def read(warehouse: duckdb.DuckDBPyConnection) -> dict:
        found = read_domain(warehouse, domain_id) | read_papers(warehouse, domain_id, sort, look.language, page)
        return found | {
            "domain": found["lineage"][-1],
            "months": read_months(warehouse, domain_id),
            "sort": sort,
            "pages": {"number": page, "count": -(-found["totals"]["paper_count"] // PAGE_SIZE)},
        }

    return answer_page(look, "domain.html.j2", "domains", read)


@router.get("/domain/{domain_id}/{measure}.svg")
def draw_months(
    look: LookAt, domain_id: DomainId, measure: Literal["papers", "votes"], narrow: Yes = False
) -> Response:
    """Papers of a domain, or their votes, by month of the lists."""

    def make(warehouse: duckdb.DuckDBPyConnection) -> bytes:
        read_lineage(warehouse, domain_id)
        months = read_months(warehouse, domain_id)
        values = [month["paper_count" if measure == "papers" else "upvotes"] for month in months]
        return draw_bars({measure: values}, [month["name"] for month in months], is_narrow=narrow)

    return look.answer(make, SVG)


def read_span(warehouse: duckdb.DuckDBPyConnection, days: str) -> dict:
    """What the page of all domains shows; `span` is None in a warehouse without a paper."""
    span = find_span(warehouse, days)
    if span is None:
        return {"days": days, "span": None, "fields": [], "course": []}
    totals = read_totals(warehouse, span)
    domains = read_domains(warehouse, span, totals)
    fields = [row for row in domains if row["level"] == 1 and row["paper_count"]][:LINE_COUNT]
    step = STEPS[days]
    return {
        "days": days,
        "step": step,
        "span": span,
        "before_last": span["first"] - timedelta(days=1),
        "totals": totals,
        "domains": domains,
        "fields": fields,
        "course": read_course(warehouse, span, step, [field["domain_id"] for field in fields]),
        **choose_movers(domains),
    }


def read_months(warehouse: duckdb.DuckDBPyConnection, domain_id: str) -> list[dict]:
    """All months of the warehouse with the counts of a domain, the first first."""
    span = find_span(warehouse, "all")
    course = read_course(warehouse, span, "month", [domain_id]) if span else []
    return [step["domains"][domain_id] | {"name": step["name"]} for step in course]
