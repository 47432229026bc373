"""From a trigger to the published day, in services started as `make up` does, on a warehouse that has history."""

import statistics
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from paperhouse.errors import PaperhouseError
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.services import COMMANDS, Services, running_services
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.source.server import start_source

PATIENCE = 300  # seconds; a run that takes longer is broken, not slow
# A DAG that is switched on would first load yesterday, beside the day that is measured.
WITHOUT_SCHEDULE = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}


class RunNotPublished(PaperhouseError):
    """The triggered run failed, or nothing was published in time."""


def measure_trigger(recorded: Path, data: Path, days: list[date]) -> dict:
    """Trigger each day on its own, after the one before has ended; medians, and each day's seconds."""
    with start_source(recorded) as url:
        settings = replace(Settings(data_dir=data), hf_url=url, arxiv_url=url, arxiv_api_url=url)
        with running_services(settings, tuple(COMMANDS), extra=WITHOUT_SCHEDULE) as services:
            services.api.call("PATCH", f"dags/{DAG_ID}", {"is_paused": False}, update_mask="is_paused")
            measured = [_time_run(settings, services, day) for day in days]
            services.api.call("PATCH", f"dags/{DAG_ID}", {"is_paused": True}, update_mask="is_paused")
    published, ended = zip(*measured, strict=True)
    return {
        "published_s": round(statistics.median(published), 2),
        "ended_s": round(statistics.median(ended), 2),
        "days": {day.isoformat(): {"published_s": p, "ended_s": e} for day, (p, e) in zip(days, measured, strict=True)},
    }


def _time_run(settings: Settings, services: Services, day: date) -> tuple[float, float]:
    """Seconds from the request to the new version, and to the end of the run."""
    before, started = current_version(settings), time.monotonic()
    body = {"logical_date": None, "conf": {"date": day.isoformat()}}
    run_id = services.api.call("POST", f"dags/{DAG_ID}/dagRuns", body)["dag_run_id"]
    path = f"dags/{DAG_ID}/dagRuns/{run_id}"
    published, asked = None, started
    while time.monotonic() - started < PATIENCE:
        now = time.monotonic()
        if published is None and current_version(settings) != before:
            published = now - started
        if now - asked > (0.2 if published else 1.0):  # questions cost the API server time, so few before it matters
            asked = now
            state = services.api.call("GET", path)["state"]
            if state == "failed" or (state == "success" and published is None):
                break
            if state == "success":
                return round(published, 2), round(time.monotonic() - started, 2)
        time.sleep(0.02)
    raise RunNotPublished(f"the run of {day} published nothing, or did not end in {PATIENCE} s; see its log")
