"""The JSON API: the published tables for programs, in lists that can be read on, and the whole of a day or a paper."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Response

from ...report.fetch_rows import fetch_rows
from ..answer import Look, LookAt
from ..api_asked import After, AfterDate, AfterPair, Limit, Since, SinceDate, cut_rows
from ..api_models import MISSING, REFUSED, Changes, Days, DayWhole, Domains, Numbers, Papers, PaperWhole
from ..asked import Day, PaperId
from ..json_values import JSON, write_json
from ..rows.api_rows import (
    CHANGES_QUERY,
    DAYS_QUERY,
    DOMAINS_QUERY,
    NUMBERS_QUERY,
    PAPERS_QUERY,
    read_api_day,
    read_api_paper,
)

router = APIRouter(prefix="/api", tags=["warehouse"], responses=REFUSED)


def answer_json(look: Look, read: Callable[..., Mapping[str, object]]) -> Response:
    return look.answer(lambda warehouse: write_json(read(warehouse)), JSON)


@router.get("/days", summary="Days with their state, the newest first", response_model=Days)
def days(look: LookAt, since: SinceDate = None, limit: Limit = 100, after: AfterDate = None) -> Response:
    """Rows of `day_status`."""
    about = {"since": since, "after": after, "limit": limit + 1}
    return answer_json(
        look, lambda db: cut_rows(look, "days", fetch_rows(db, DAYS_QUERY, about), limit, ["listing_date"])
    )


@router.get(
    "/days/{date}", summary="A day: its state, its checks, its papers", response_model=DayWhole, responses=MISSING
)
def day(look: LookAt, date: Day) -> Response:
    """Its row of `day_status`, rows of `audit_results` for each of its fetches, and its list; delisted papers last."""
    return answer_json(look, lambda db: read_api_day(db, date))


@router.get("/papers", summary="Papers that changed, the last change last", response_model=Papers)
def papers(look: LookAt, since: Since = None, limit: Limit = 100, after: AfterPair = "") -> Response:
    """Rows of `papers` with `changed_at`: when the paper was last looked at, read, listed or taken off a list.

    A version is published some time after that, a day at most as a rule. To keep a copy, ask from a day before the
    newest `changed_at` that you have: some rows come again, and none is missed.
    """
    moment, paper_id = after or (None, None)
    about = {"since": since, "after": moment, "after_id": paper_id, "limit": limit + 1}
    key = ["changed_at", "paper_id"]
    return answer_json(look, lambda db: cut_rows(look, "papers", fetch_rows(db, PAPERS_QUERY, about), limit, key))


@router.get("/papers/{paper_id}", summary="All rows about a paper", response_model=PaperWhole, responses=MISSING)
def paper(look: LookAt, paper_id: PaperId) -> Response:
    """Its row of `papers` and its rows of the tables around it."""
    return answer_json(look, lambda db: read_api_paper(db, paper_id))


@router.get("/domains", summary="The tree of domains", response_model=Domains)
def domains(look: LookAt) -> Response:
    """Rows of `domains`, with the papers in each and in everything below it."""
    return answer_json(look, lambda db: {"domains": fetch_rows(db, DOMAINS_QUERY, {})})


@router.get("/numbers", summary="Numbers that papers report, the newest first", response_model=Numbers)
def numbers(
    look: LookAt,
    dataset: Annotated[str, Query(max_length=200, description="A data set as written, in any case.")] = "",
    metric: Annotated[str, Query(max_length=200, description="A metric_id, or a metric as written, in any case.")] = "",
    since: SinceDate = None,
    limit: Limit = 100,
    after: AfterPair = "",
) -> Response:
    """Rows of `paper_metrics`, each with the words it stands in."""
    moment, claim_id = after or (None, None)
    about = {"dataset": dataset, "metric": metric, "since": since, "limit": limit + 1}
    about |= {"after": moment.date() if moment else None, "after_id": claim_id}
    key = ["sorted_date", "claim_id"]
    return answer_json(look, lambda db: cut_rows(look, "numbers", fetch_rows(db, NUMBERS_QUERY, about), limit, key))


@router.get("/changes", summary="What each version changed, the newest first", response_model=Changes)
def changes(look: LookAt, since: Since = None, limit: Limit = 100, after: After = "") -> Response:
    """Rows of `publish_log`."""
    about = {"since": since, "after": after or None, "limit": limit + 1}
    return answer_json(
        look, lambda db: cut_rows(look, "changes", fetch_rows(db, CHANGES_QUERY, about), limit, ["version"])
    )
