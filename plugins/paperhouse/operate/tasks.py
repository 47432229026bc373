"""What the tasks of `daily_papers` do: the run's context goes in, one call into the flow, one line comes out.

Messages name the date, so that a log line or a red square can be read on its own. Errors that no repetition
heals fail the task at once; the others are left to Airflow's retries.
"""

import logging
from contextlib import suppress

from airflow.sdk.exceptions import AirflowFailException

from ..build import build_warehouse as build
from ..extract import extract_listing as extract
from ..judge import GateUnusable, locate_docs, read_verdict
from ..landing import LandingDamaged, LandingMissing, SourcesMixed, find_fetch, read_fetch
from ..listing_date import ListingDateError, parse_listing_date, resolve_listing_date
from ..load import load_raw as load
from ..publish_log import describe_publish_of
from ..request import SourceRefused
from ..settings import SettingInvalid, Settings
from ..transform import DbtFailed
from .log_context import name_in_log
from .preflight import PoolMissing, check_pool
from .task_settings import load_task_settings as load_settings

log = logging.getLogger("paperhouse")


def extract_listing(context: dict) -> str:
    """Fetch and land the list of the run's date; return the fetch id."""
    run = context["dag_run"]
    try:
        settings = load_settings()
        check_pool(settings)
        listing_date = resolve_listing_date(
            run_type=run.run_type.value,
            logical_date=run.logical_date,
            run_after=run.run_after,
            form_date=context["params"].get("date"),
        )
        name_in_log(listing_date)
        fetch = extract(settings, listing_date)
    except (ListingDateError, PoolMissing, SourceRefused, SourcesMixed, SettingInvalid) as error:
        raise AirflowFailException(str(error)) from error
    name_in_log(listing_date, fetch.fetch_id)
    log.info("%s: landed %d page(s) as fetch %s", listing_date, len(fetch.pages), fetch.fetch_id)
    return fetch.fetch_id


def load_raw(fetch_id: str) -> str:
    """Load a landed fetch; return its id."""
    settings = _name_fetch(fetch_id)
    try:
        count = load(settings, fetch_id)
    except (LandingMissing, LandingDamaged) as error:
        raise AirflowFailException(str(error)) from error
    log.info("%s: loaded %d items", fetch_id, count)
    return fetch_id


def build_warehouse(fetch_id: str, context: dict) -> dict:
    """Judge and publish all waiting fetches; return what was done, for the asset event."""
    settings = _name_fetch(fetch_id)
    try:
        built = build(settings, fetch_id, run_id=context["run_id"], say=log.info)
    except (DbtFailed, GateUnusable) as error:
        raise AirflowFailException(str(error)) from error
    changes = describe_publish_of(settings, fetch_id)
    log.info("%s: %s", fetch_id, changes or "not published")
    return {
        "fetch_id": fetch_id,
        "version": built.version.parent.name if built.version else None,
        "changes": changes,
        "accepted_count": built.accepted_count,
        "rejected_count": built.rejected_count,
    }


def quality_gate(fetch_id: str) -> str:
    """Return a line about the checks of an accepted fetch; fail the run for a rejected or unjudged one."""
    settings = _name_fetch(fetch_id)
    folder = find_fetch(settings, fetch_id)
    listing_date = read_fetch(folder).listing_date
    file = folder / "verdict.json"
    if not file.exists():
        raise AirflowFailException(f"{listing_date}: fetch {fetch_id} has no verdict; clear build_warehouse")
    verdict = read_verdict(file)
    warnings = [check for check in verdict.checks if not check.success and check.severity != "critical"]
    outcome = f"accepted, {len(verdict.checks)} checks, {len(warnings)} warnings"
    if set_aside := [check.observed for check in warnings if check.check_name == "no_rejected_rows"]:
        outcome += f", rows set aside in rejected_records: {set_aside[0].removeprefix('observed ')}"
    if not verdict.is_accepted:
        outcome = (
            f"rejected, {verdict.reason}. The published warehouse is unchanged; clear extract_listing to fetch again"
        )
    lines = [f"{listing_date}: {outcome}"]
    lines += [f"{check.check_name}: {check.message} ({check.observed})" for check in warnings]
    for line in lines[1:]:
        log.warning("%s: %s", listing_date, line)
    log.info("Data Docs: %s", locate_docs(settings))
    if not verdict.is_accepted:
        raise AirflowFailException(lines[0])
    return f"{lines[0]}; {describe_publish_of(settings, fetch_id) or 'not published'}"


def render_report(fetch_id: str) -> dict:
    """Write the reports of the fetch's date; return their paths, for the asset event."""
    from ..report.render import render_report as render

    settings = _name_fetch(fetch_id)
    listing_date = parse_listing_date(read_fetch(find_fetch(settings, fetch_id)).listing_date)
    paths = render(settings, listing_date)
    log.info("%s: wrote %s", listing_date, ", ".join(str(path) for path in paths))
    return {"listing_date": listing_date.isoformat(), "files": [path.name for path in paths]}


def _name_fetch(fetch_id: str) -> Settings:
    """Name the fetch and its date in the log; returns the settings, which every task begins with."""
    settings = load_settings()
    name_in_log(fetch_id=fetch_id)
    with suppress(LandingMissing):  # whoever needs the folder will say so
        name_in_log(find_fetch(settings, fetch_id).parent.name, fetch_id)
    return settings
