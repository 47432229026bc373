"""What the tasks of `read_papers` do: the run's context goes in, one call into the flow, one line comes out.

Only ids pass from task to task; what is done is on the disk and in the warehouse. A task with nothing to do skips,
and the tasks behind it with it. Where there are several workers, they share a run's papers.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from ..build import build_warehouse as build
from ..coordination import open_state
from ..judge import GateUnusable, locate_docs, read_verdict
from ..landing import LandingDamaged, LandingMissing, SourcesMixed, join_name
from ..listing_date import ListingDateError, parse_listing_date
from ..settings import SettingInvalid, Settings
from ..texts.choose import PaperUnknown, list_dates
from ..texts.choose import choose_papers as choose
from ..texts.fetch import ArxivBlocked
from ..texts.fetch import fetch_texts as fetch
from ..transform import DbtFailed
from ..warehouse import WarehouseMissing
from .celery_env import is_celery
from .log_context import name_in_log
from .preflight import PoolMissing, check_pool
from .prepare_airflow import POOLS
from .task_settings import load_task_settings as load_settings

BLOCKED = "arxiv-blocked"  # when arXiv last refused us
SHARE = 25  # papers that one worker fetches and reads together, where there are several

log = logging.getLogger("paperhouse")


def choose_papers(context: dict) -> list[list[str]]:
    """Return the ids of the papers to read, by worker: those of the form, of its date, or whatever is due."""
    params = context["params"]
    name_in_log(params.get("date"))
    try:
        settings = load_settings()
        for pool in POOLS:
            check_pool(settings, pool)
        listing_date = parse_listing_date(params["date"]) if params.get("date") else None
        if listing_date and params.get("papers"):
            raise AirflowFailException("a date and papers were given; trigger the DAG with one of them")
        paper_ids = choose(settings, listing_date, params.get("papers"))
    except WarehouseMissing as error:
        raise AirflowSkipException(str(error)) from error
    except (ListingDateError, PaperUnknown, PoolMissing, SettingInvalid) as error:
        raise AirflowFailException(str(error)) from error
    if not paper_ids:
        raise AirflowSkipException(f"nothing to read{f' for {listing_date}' if listing_date else ''}")
    log.info("%d papers to read, first %s", len(paper_ids), ", ".join(paper_ids[:5]))
    size = SHARE if is_celery() else len(paper_ids)
    return [paper_ids[start : start + size] for start in range(0, len(paper_ids), size)]


def fetch_texts(paper_ids: list[str], context: dict) -> list[str]:
    """Land the texts of the papers within the run's minutes; return the ids that are done."""
    params = context["params"]
    name_in_log(params.get("date"))
    is_wanted = bool(params.get("date") or params.get("papers"))
    settings = load_settings()
    minutes = _share_minutes(settings, context) if is_celery() else params["minutes"]
    try:
        return fetch(settings, paper_ids, minutes, is_wanted, say=log.info)
    except ArxivBlocked as blocked:
        with open_state(settings, BLOCKED) as (state, ahead):
            state["at"] = datetime.now(UTC).timestamp() + ahead
        raise AirflowFailException(str(blocked)) from blocked
    except SourcesMixed as error:
        raise AirflowFailException(str(error)) from error


def read_texts(paper_ids: list[str]) -> str | None:
    """Read what has landed, or the abstracts; return the id under which the readings are kept."""
    from ..readers.parts import keep_part
    from ..readers.read_texts import read_papers as read

    settings = load_settings()
    try:
        readings = read(settings, paper_ids, say=log.info)
    except LandingDamaged as error:
        raise AirflowFailException(str(error)) from error
    return keep_part(settings, readings) if readings else None


def join_readings(part_ids: Iterable[str] | str | None) -> str:
    """Land and load what was read as one batch; return its id."""
    from ..readers.parts import join_parts

    # Of tasks that were mapped over a single share Airflow gives the value itself, and None without one.
    kept = [part_ids] if isinstance(part_ids, str) else list(filter(None, part_ids or ()))
    if not kept:
        raise AirflowSkipException("no paper gave a reading")
    try:
        batch_id = join_parts(load_settings(), kept)
    except (LandingMissing, SourcesMixed) as error:
        raise AirflowFailException(str(error)) from error
    log.info("batch %s", batch_id)
    return batch_id


def build_warehouse(batch_id: str, context: dict) -> dict:
    """Judge and publish all that waits; return what was done, for the asset event."""
    name_in_log(context["params"].get("date"), batch_id=batch_id)
    try:
        built = build(load_settings(), batch_id, run_id=context["run_id"], say=log.info)
    except (DbtFailed, GateUnusable) as error:
        raise AirflowFailException(str(error)) from error
    return {"batch_id": batch_id, "version": built.version.parent.name if built.version else None}


def quality_gate(batch_id: str) -> str:
    """Return a line about the checks of an accepted batch; fail the run for a rejected or unjudged one."""
    name_in_log(batch_id=batch_id)
    settings = load_settings()
    file = join_name(settings.readings_dir, batch_id) / "verdict.json"
    if not file.exists():
        raise AirflowFailException(f"batch {batch_id} of readings has no verdict; clear build_warehouse")
    verdict = read_verdict(file)
    warnings = [check for check in verdict.checks if not check.success and check.severity != "critical"]
    for check in warnings:
        log.warning("%s: %s (%s)", check.check_name, check.message, check.observed)
    log.info("Data Docs: %s", locate_docs(settings))
    if not verdict.is_accepted:
        raise AirflowFailException(
            f"batch {batch_id} of readings rejected, {verdict.reason}. The published warehouse is unchanged; "
            "clear read_texts to read again"
        )
    return f"accepted, {len(verdict.checks)} checks, {len(warnings)} warnings"


def render_report(shares: list[list[str]]) -> dict:
    """Write the reports of every date that lists one of the papers; return their names, for the asset event."""
    from ..report.render import render_report as render

    settings = load_settings()
    days = list_dates(settings, list(chain.from_iterable(shares)))
    names = [path.name for day in days for path in render(settings, day)]
    log.info("wrote the reports of %s", ", ".join(day.isoformat() for day in days))
    return {"listing_dates": [day.isoformat() for day in days], "files": names}


def continue_reading(done: Iterable[list[str]] | list[str] | None) -> int:
    """Return how many papers are still due, this run's not among them; skip when there are none."""
    shares = [[share] if isinstance(share, str) else share for share in done or ()]  # of a single share, its ids
    left = len(set(choose(load_settings())) - set(chain.from_iterable(shares)))
    if not left:
        raise AirflowSkipException("nothing is left to read")
    log.info("at least %d papers are left for the next run", left)
    return left


def _share_minutes(settings: Settings, context: dict) -> float:
    """The minutes that are left of the run's, which its shares use up together; none after arXiv refused one of them.

    They count from the run's start, which is anew when somebody clears its tasks.
    """
    started_at = context["dag_run"].start_date or datetime.now(UTC)
    with open_state(settings, BLOCKED) as (state, ahead):
        if state.get("at", 0.0) - ahead > started_at.timestamp():
            raise AirflowFailException("arXiv refused another worker of this run; nothing more is asked in it")
    return max(0.0, context["params"]["minutes"] - (datetime.now(UTC) - started_at).total_seconds() / 60)
