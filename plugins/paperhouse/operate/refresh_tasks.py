"""What the tasks of `refresh_papers` do: the run's context goes in, one call into the flow, one line comes out.

Only dates and ids pass from task to task. One bad date never holds up the others: it fails the run at its end.
"""

import logging
from datetime import date

from airflow.sdk.exceptions import AirflowFailException

from ..batches import find_landed
from ..build import build_warehouse as build
from ..judge import GateUnusable, locate_docs, read_verdict
from ..landing import LandingDamaged, LandingMissing, SourcesMixed, find_fetch, read_fetch
from ..listing_date import parse_listing_date
from ..refresh.choose import choose_days as choose
from ..refresh.choose import list_papers
from ..refresh.fetch import fetch_pages as fetch
from ..refresh.load_pages import load_pages
from ..refresh.visit import visit_days as visit
from ..request import SourceRefused
from ..settings import SettingInvalid, Settings
from ..transform import DbtFailed
from .log_context import name_in_log
from .preflight import PoolMissing, check_pool
from .task_settings import load_task_settings as load_settings

log = logging.getLogger("paperhouse")

FIRST_HOUR = 6  # UTC; the first run of a day looks back, the later ones see how the day goes on


def choose_days(context: dict) -> list[str]:
    """Return the listing dates to visit: those of the run's hour, all of the curve when it was triggered by hand."""
    run = context["dag_run"]
    try:
        check_pool(load_settings())
    except (PoolMissing, SettingInvalid) as error:
        raise AirflowFailException(str(error)) from error
    with_past = run.run_type.value != "scheduled" or run.run_after.hour == FIRST_HOUR
    return [day.isoformat() for day in choose(run.run_after, with_past)]


def visit_days(days: list[str]) -> list[str]:
    """Fetch, land and load the list of each date; return the fetch ids."""
    name_in_log(days)
    try:
        return visit(load_settings(), _parse(days), say=log.info)
    except (SourceRefused, SourcesMixed, LandingMissing, LandingDamaged) as error:
        raise AirflowFailException(str(error)) from error


def fetch_pages(days: list[str], context: dict) -> str | None:
    """Land the pages of the papers of these dates within the run's minutes; return the batch id of what is new."""
    name_in_log(days)
    settings = load_settings()
    paper_ids = list_papers(settings, _parse(days))
    fetch(settings, paper_ids, context["params"]["minutes"], context["dag_run"].run_after, say=log.info)
    return load_pages(settings, paper_ids, say=log.info)


def build_warehouse(fetch_ids: list[str], context: dict) -> dict:
    """Judge and publish all that waits; return what was done, for the asset event."""
    name_in_log(fetch_id=fetch_ids)
    try:
        built = build(load_settings(), run_id=context["run_id"], say=log.info)
    except (DbtFailed, GateUnusable) as error:
        raise AirflowFailException(str(error)) from error
    return {"fetch_ids": fetch_ids, "version": built.version.parent.name if built.version else None}


def render_report(fetch_ids: list[str]) -> dict:
    """Write the reports of the dates whose fetch was accepted; return their names, for the asset event."""
    from ..report.render import render_report as render

    name_in_log(fetch_id=fetch_ids)
    settings = load_settings()
    days = sorted({_find_day(settings, one) for one in fetch_ids if not _find_fault(settings, one)})
    names = [path.name for day in days for path in render(settings, parse_listing_date(day))]
    log.info("wrote the reports of %s", ", ".join(days) or "no date")
    return {"listing_dates": days, "files": names}


def quality_gate(days: list[str], fetch_ids: list[str], batch_id: str | None) -> str:
    """Return a line about an accepted visit; fail the run, naming each date that gave no list or a rejected one."""
    name_in_log(days, fetch_ids, batch_id)
    settings = load_settings()
    visited = {_find_day(settings, one): one for one in fetch_ids}
    faults = [f"{day}: no list, see visit_days" for day in days if day not in visited]
    faults += [f"{day}: {fault}" for day, one in visited.items() if (fault := _find_fault(settings, one))]
    if batch_id and (fault := _find_fault(settings, batch_id)):
        faults.append(f"pages of papers: {fault}")
    log.info("Data Docs: %s", locate_docs(settings))
    if faults:
        raise AirflowFailException(
            f"{'; '.join(faults)}. The others are published, and of these the warehouse keeps what it had; "
            "clear from visit_days to look again"
        )
    return f"accepted, {len(visited)} dates"


def _find_fault(settings: Settings, landed_id: str) -> str | None:
    """Why a fetch or batch was not accepted; None when it was. Its warnings go to the log."""
    file = find_landed(settings, landed_id) / "verdict.json"
    if not file.exists():
        return f"{landed_id} has no verdict, clear build_warehouse"
    verdict = read_verdict(file)
    for check in verdict.checks:
        if not check.success:
            log.warning("%s, %s: %s (%s)", landed_id, check.check_name, check.message, check.observed)
    return None if verdict.is_accepted else f"rejected, {verdict.reason}"


def _find_day(settings: Settings, fetch_id: str) -> str:
    return read_fetch(find_fetch(settings, fetch_id)).listing_date


def _parse(days: list[str]) -> list[date]:
    return [parse_listing_date(day) for day in days]
