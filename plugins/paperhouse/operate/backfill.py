"""A range of days through Airflow's own backfill, watched until the last one has ended."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import requests
import typer

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowRefused, find_failure_reason, to_one_line
from .airflow_env import DAG_ID, airflow_home
from .backfill_progress import BackfillIncomplete, Progress, conclude
from .backfill_runs import (
    OPEN_STATES,
    BackfillAtWork,
    BackfillRuns,
    close_backfills,
    find_open_backfill,
)
from .plan import Plan, format_plan, plan_range, summarize_plan
from .service_owner import read_state
from .services import Services, running_services

PARSE_SECONDS = 60
BACKFILL_VARIABLES = {
    # With the daily schedule on, switching the DAG on would also run the newest day.
    "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",
    # Builds take turns in a pool of one slot; a second of sleep between two of them would set the pace.
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
}


class BackfillRefused(PaperhouseError):
    """Nothing was started; the message says why and what to do."""


def backfill(
    settings: Settings,
    from_date: date,
    to_date: date,
    max_active_runs: int = 10,
    again: bool = False,
    ask: bool = False,
) -> None:
    """Print the plan of `from_date` … `to_date`, both inclusive, and run the days that need it.

    A line a day as it ends. Settled and quiet days are left alone unless `again`, so the same call goes on where an
    earlier one was stopped; a backfill at work is watched to its end first. Services that are not up are started for
    the backfill alone, without the daily schedule, and ended after it. With `ask` a person at a terminal agrees first.
    Raises BackfillRefused, BackfillAtWork, BackfillIncomplete or ServiceFailed; typer.Abort for a no.
    """
    last_date = _clip_to_ended(from_date, to_date)
    plan = plan_range(settings, from_date, last_date, again)
    print(format_plan(plan), flush=True)
    if not plan.to_fetch:
        print("Every day of the range is left alone; --again fetches settled and quiet days too")
        return
    if ask and sys.stdin.isatty() and sys.stdout.isatty():
        typer.confirm("Start it?", default=True, abort=True)
    while (progress := _run_in_services(settings, from_date, last_date, max_active_runs, again)) is None:
        print("The Airflow of the other backfill has stopped; going on in one of our own", flush=True)
        while read_state(airflow_home(settings)):
            time.sleep(0.5)
    conclude(progress)


def _clip_to_ended(from_date: date, to_date: date) -> date:
    """The last day to run: Airflow backfills a day only after it has ended in UTC."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    if from_date > to_date:
        raise BackfillRefused(f"the range begins after its end: {from_date} … {to_date}")
    if from_date > yesterday:
        raise BackfillRefused(
            f"no day of {from_date} … {to_date} has ended in UTC; the last that has is {yesterday}. "
            "A single run takes today as well: make run DATE=…"
        )
    if to_date > yesterday:
        print(f"Only days that have ended in UTC are backfilled; the last one of this range is {yesterday}")
    return min(to_date, yesterday)


def _run_in_services(
    settings: Settings, from_date: date, last_date: date, max_active_runs: int, again: bool
) -> Progress | None:
    """Run what is left to fetch; None when services of somebody else stopped meanwhile."""
    with running_services(settings, extra=BACKFILL_VARIABLES) as services:
        print(f"Airflow {'runs' if services.ours else 'runs already'} at {services.url}", flush=True)
        try:
            _wait_for_dag(services)
            with _switched_on(services):
                _join_backfill(settings, services)
                # What was at work when the plan was shown, or was cut off before, has ended.
                plan = plan_range(settings, from_date, last_date, again)
                progress = _run_plan(settings, services, plan, max_active_runs)
                _wait_for_other_runs(services)
        except requests.ConnectionError:
            if services.ours:
                raise
            return None
    return progress


def _wait_for_dag(services: Services) -> None:
    """Until the DAG file was read by these services; raises BackfillRefused when it can't be."""
    deadline = time.monotonic() + PARSE_SECONDS
    while time.monotonic() < deadline:
        services.check_alive()
        for problem in services.api.call("GET", "importErrors")["import_errors"]:
            if str(problem["filename"]).endswith(f"{DAG_ID}.py"):
                reason = problem["stack_trace"].strip().splitlines()[-1]
                raise BackfillRefused(f"dags/{DAG_ID}.py cannot be loaded: {to_one_line(reason)}")
        if _is_parsed(services):
            return
        time.sleep(0.5)
    raise BackfillRefused(f"Airflow has not read the DAG {DAG_ID} in {PARSE_SECONDS} s; see its dag-processor log")


def _is_parsed(services: Services) -> bool:
    try:
        dag = services.api.call("GET", f"dags/{DAG_ID}")
    except AirflowRefused as refused:
        if refused.status == 404:
            return False
        raise
    parsed = dag["last_parsed_time"]
    return not dag["is_stale"] and bool(parsed) and datetime.fromisoformat(parsed) >= services.started_at


@contextmanager
def _switched_on(services: Services) -> Iterator[None]:
    """A paused DAG runs no backfill. In services of our own it is paused again afterwards."""
    api, path = services.api, f"dags/{DAG_ID}"
    paused = api.call("GET", path)["is_paused"]
    if paused:
        ending = "for the backfill alone" if services.ours else "and stays on: each new day runs as well"
        print(f"{DAG_ID} was paused and is switched on {ending}", flush=True)
        api.call("PATCH", path, {"is_paused": False}, update_mask="is_paused")
    try:
        yield
    finally:
        if paused and services.ours:
            api.call("PATCH", path, {"is_paused": True}, update_mask="is_paused")


def _join_backfill(settings: Settings, services: Services) -> None:
    """Watch a backfill that is at work, or was cut off, to its end; close one that has ended."""
    runs = find_open_backfill(settings, services)
    if runs is None:
        return
    print(f"A backfill of {runs.dates[0]} … {runs.dates[-1]} is at work; watching it to its end first", flush=True)
    try:
        _watch(services, runs, Progress(len(runs.dates) - len(runs.ended)))
    except KeyboardInterrupt:
        if services.ours:
            close_backfills(settings, services)
            raise BackfillIncomplete("interrupted; its days that have not ended are given up") from None
        raise BackfillIncomplete(
            f"interrupted; the backfill that was at work goes on in Airflow at {services.url}"
        ) from None


def _run_plan(settings: Settings, services: Services, plan: Plan, max_active_runs: int) -> Progress:
    """Run the planned days, one Airflow backfill for each unbroken range of them."""
    progress = Progress(len(plan.to_fetch))
    try:
        for first, last in plan.spans:
            _join_backfill(settings, services)  # Airflow runs one at a time, and closes the last one late
            if runs := BackfillRuns.create(services.api, first, last, max_active_runs, summarize_plan(plan)):
                _watch(services, runs, progress)
    except KeyboardInterrupt:
        print("Stopping: the days that have not ended are given up", flush=True)
        close_backfills(settings, services)
        done = len(progress.states) - len(progress.failed)
        raise BackfillIncomplete(
            f"interrupted; {progress.total - done} of {progress.total} days are missing. Go on with "
            f"make backfill FROM={plan.from_date} TO={plan.to_date}"
        ) from None
    if plan.to_fetch and not progress.states:
        raise BackfillAtWork("other runs have every day of this range in work; wait for their end")
    return progress


def _watch(services: Services, runs: BackfillRuns, progress: Progress) -> None:
    """Print each day as it ends, until the last one; days that never ran are counted as failed."""
    while not runs.finished:
        services.check_alive()
        for day, run in runs.list_newly_ended():
            progress.record(day, run["state"])
            print(f"{day} {run['state']} ({len(progress.states)}/{progress.total})", flush=True)
            if run["state"] != "success":
                progress.reasons[day] = find_failure_reason(services.api, run["dag_run_id"])
                print(f"  {progress.reasons[day]}", flush=True)
        progress.tell_time_left()
        time.sleep(1)
    for day in set(runs.dates) - runs.ended:
        progress.record(day, "cancelled")


def _wait_for_other_runs(services: Services) -> None:
    """A run that somebody asked for meanwhile ends before services of our own do."""
    api = services.api
    while services.ours and api.call("GET", f"dags/{DAG_ID}/dagRuns", state=OPEN_STATES)["dag_runs"]:
        services.check_alive()
        time.sleep(1)
