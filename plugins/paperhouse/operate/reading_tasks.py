"""What the tasks of `read_papers` do: the run's context goes in, one call into the flow, one line comes out.

Only ids pass from task to task; what is done is on the disk and in the warehouse. A task with nothing to do skips,
and the tasks behind it with it.
"""

import logging

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from ..build import build_warehouse as build
from ..judge import GateUnusable, locate_docs, read_verdict
from ..landing import LandingDamaged, SourcesMixed, join_name
from ..listing_date import ListingDateError, parse_listing_date
from ..settings import SettingInvalid
from ..texts.choose import PaperUnknown, list_dates
from ..texts.choose import choose_papers as choose
from ..texts.fetch import ArxivBlocked
from ..texts.fetch import fetch_texts as fetch
from ..transform import DbtFailed
from ..warehouse import WarehouseMissing
from .log_context import name_in_log
from .preflight import PoolMissing, check_pool
from .prepare_airflow import POOLS
from .task_settings import load_task_settings as load_settings

log = logging.getLogger("paperhouse")


def choose_papers(context: dict) -> list[str]:
    """Return the ids of the papers to read: those of the form, those of its date, or whatever is due."""
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
    return paper_ids


def fetch_texts(paper_ids: list[str], context: dict) -> list[str]:
    """Land the texts of the papers within the run's minutes; return the ids that are done."""
    params = context["params"]
    name_in_log(params.get("date"))
    is_wanted = bool(params.get("date") or params.get("papers"))
    try:
        done = fetch(load_settings(), paper_ids, params["minutes"], is_wanted, say=log.info)
    except (ArxivBlocked, SourcesMixed) as error:
        raise AirflowFailException(str(error)) from error
    return done


def read_texts(paper_ids: list[str]) -> str:
    """Read what has landed, or the abstracts; return the id of the batch of readings."""
    from ..readers.read_texts import read_texts as read

    try:
        batch_id = read(load_settings(), paper_ids, say=log.info)
    except LandingDamaged as error:
        raise AirflowFailException(str(error)) from error
    if batch_id is None:
        raise AirflowSkipException("no paper gave a reading")
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


def render_report(paper_ids: list[str]) -> dict:
    """Write the reports of every date that lists one of the papers; return their names, for the asset event."""
    from ..report.render import render_report as render

    settings = load_settings()
    days = list_dates(settings, paper_ids)
    names = [path.name for day in days for path in render(settings, day)]
    log.info("wrote the reports of %s", ", ".join(day.isoformat() for day in days))
    return {"listing_dates": [day.isoformat() for day in days], "files": names}


def continue_reading(paper_ids: list[str]) -> int:
    """Return how many papers are still due, this run's not among them; skip when there are none."""
    left = len(set(choose(load_settings())) - set(paper_ids))
    if not left:
        raise AirflowSkipException("nothing is left to read")
    log.info("at least %d papers are left for the next run", left)
    return left
