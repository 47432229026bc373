"""A range of days through Airflow's own backfill, watched until the last one has ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowRefused, find_failure_reason, to_one_line
from .airflow_env import DAG_ID
from .backfill_runs import OPEN_STATES, BackfillRuns, close_backfills, settle_earlier_backfill
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


class BackfillIncomplete(PaperhouseError):
    """Days failed, or the backfill was interrupted; the message names them and how to go on."""


def backfill(settings: Settings, from_date: date, to_date: date, max_active_runs: int = 10) -> None:
    """Run every day from `from_date` to `to_date`, both inclusive, and print a line a day as it ends.

    Days that ran before run again. Services that are not up are started for the backfill alone, without the
    daily schedule, and ended after it. Raises BackfillRefused, BackfillIncomplete or ServiceFailed.
    """
    last_date = _clip_to_ended(from_date, to_date)
    with running_services(settings, extra=BACKFILL_VARIABLES) as services:
        print(f"Airflow {'runs' if services.ours else 'runs already'} at {services.url}", flush=True)
        _wait_for_dag(services)
        settle_earlier_backfill(settings, services)
        with _switched_on(services):
            runs = BackfillRuns.create(services.api, from_date, last_date, max_active_runs)
            try:
                _watch(services, runs)
            except KeyboardInterrupt:
                print("Stopping: the days that have not ended are given up", flush=True)
                close_backfills(settings, services)
                raise _say_how_to_go_on(runs) from None
            _wait_for_other_runs(services)
    skipped = (last_date - from_date).days + 1 - len(runs.dates)
    if skipped:
        print(f"{skipped} days of the range were left out: another run has them in work")
    missing = [day for day in runs.dates if not runs.succeeded(day)]
    print(f"{len(runs.dates) - len(missing)} of {len(runs.dates)} days succeeded", flush=True)
    for day in missing:
        print(f"  {day}: {runs.reasons.get(day, 'did not run')}")
    if missing:
        raise BackfillIncomplete(
            f"{len(missing)} of {len(runs.dates)} days failed, the last with: "
            f"{missing[-1]} {runs.reasons.get(missing[-1], 'did not run')}"
        )


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


def _watch(services: Services, runs: BackfillRuns) -> None:
    """Print each day as it ends, until the last one."""
    begun = time.monotonic()
    while not runs.finished:
        services.check_alive()
        for day, run in runs.list_newly_ended():
            print(f"{day} {run['state']} ({len(runs.outcomes)}/{len(runs.dates)})", flush=True)
            if run["state"] != "success":
                runs.reasons[day] = find_failure_reason(services.api, run["dag_run_id"])
                print(f"  {runs.reasons[day]}", flush=True)
        time.sleep(1)
    print(f"{len(runs.outcomes)} days in {time.monotonic() - begun:.0f} s", flush=True)


def _say_how_to_go_on(runs: BackfillRuns) -> BackfillIncomplete:
    missing = [day for day in runs.dates if not runs.succeeded(day)]
    return BackfillIncomplete(
        f"interrupted; {len(missing)} of {len(runs.dates)} days are missing. Go on with "
        f"make backfill FROM={missing[0]} TO={missing[-1]}"
    )


def _wait_for_other_runs(services: Services) -> None:
    """A run that somebody asked for meanwhile ends before services of our own do."""
    api = services.api
    while services.ours and api.call("GET", f"dags/{DAG_ID}/dagRuns", state=OPEN_STATES)["dag_runs"]:
        services.check_alive()
        time.sleep(1)
