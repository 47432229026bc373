"""The runs of one Airflow backfill: made, asked for their ends, given up."""

import itertools
import subprocess
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowApi
from .airflow_env import DAG_ID, airflow_environment
from .services import Services

OPEN_STATES = ["queued", "running"]
ENDED_STATES = ["success", "failed"]
PAGE = 100  # the most rows that Airflow's API hands out at once


class BackfillAtWork(PaperhouseError):
    """Other runs have all days of the range in work."""


@dataclass
class BackfillRuns:
    """`dates` are its days (YYYY-MM-DD) in order; `ended` fills up with those whose run has ended."""

    api: AirflowApi
    id: int
    dates: list[str]
    ended: set[str] = field(default_factory=set)
    finished: bool = False

    @classmethod
    def create(
        cls, api: AirflowApi, from_date: date, to_date: date, max_active_runs: int, plan: str
    ) -> "BackfillRuns | None":
        """Start a backfill of the days in the range that no other run has in work; None when there are none.

        Every run carries the `plan` in its configuration, where the UI shows it.
        """
        # No date in the configuration, which all runs share: each takes its day from its logical date.
        request = {
            "dag_id": DAG_ID,
            "from_date": f"{from_date}T00:00:00Z",
            "to_date": f"{to_date}T00:00:00Z",
            "reprocess_behavior": "completed",
            "max_active_runs": max_active_runs,
            "dag_run_conf": {"plan": plan},
        }
        plan = api.call("POST", "backfills/dry_run", request)["backfills"]
        if not plan:
            return None
        created = api.call("POST", "backfills", request)
        return cls(api, created["id"], [entry["logical_date"][:10] for entry in plan])

    def list_newly_ended(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each day that has ended since the last call, with its run as Airflow's API shows it."""
        closed = bool(self.api.call("GET", f"backfills/{self.id}")["completed_at"])
        runs = list(_list_runs(self.api, self.dates, ENDED_STATES, known=self.ended))
        for run in reversed(runs):
            day = run["logical_date"][:10]
            if day in self.dates and day not in self.ended:
                self.ended.add(day)
                yield day, run
        # Closed with days left over: somebody cancelled it in the UI.
        self.finished = closed or len(self.ended) == len(self.dates)


def find_open_backfill(settings: Settings, services: Services) -> BackfillRuns | None:
    """The backfill at work, its days that have ended marked; None when there is none.

    One that was cut off is at work again with the services that have just started. One whose days have all ended is
    closed: Airflow allows one at a time, and closes it up to half a minute late by itself.
    """
    api = services.api
    newest = api.call("GET", "backfills", dag_id=DAG_ID, order_by="-id", limit=1)["backfills"]
    if not newest or newest[0]["completed_at"]:
        return None
    days = [newest[0]["from_date"][:10], newest[0]["to_date"][:10]]
    if at_work := _list_dates(api, days, OPEN_STATES):
        ended = _list_dates(api, days, ENDED_STATES)
        return BackfillRuns(api, newest[0]["id"], sorted(at_work | ended), ended)
    close_backfills(settings, services)
    return None


def close_backfills(settings: Settings, services: Services) -> None:
    """Close every open backfill of the DAG; its runs that have not ended fail, their tasks included."""
    # A process of its own, as Airflow's models must not be imported here. Not the cancel of Airflow's API: it
    # leaves the backfill paused, and its runs, cleared in the UI, then wait for ever (apache/airflow#72054).
    subprocess.run(
        [sys.executable, "-c", "from paperhouse.operate.backfill_runs import close_in_metadata as c; c()"],
        env=airflow_environment(settings, services.port),
        capture_output=True,
        check=True,
    )


def close_in_metadata() -> None:
    """What `close_backfills` does, in a process that may import Airflow."""
    from airflow.models.backfill import Backfill
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select, update

    now = datetime.now(UTC)
    ended = {"state": "failed", "end_date": now}
    backfills = select(Backfill.id).where(Backfill.dag_id == DAG_ID, Backfill.completed_at.is_(None))
    open_runs = (DagRun.dag_id == DAG_ID, DagRun.backfill_id.in_(backfills), DagRun.state.in_(OPEN_STATES))
    at_work = (
        TaskInstance.dag_id == DAG_ID,
        TaskInstance.run_id.in_(select(DagRun.run_id).where(*open_runs)),
        TaskInstance.state.not_in(["success", "failed", "skipped", "upstream_failed", "removed"]),
    )
    with create_session() as session:
        for statement in (
            update(TaskInstance).where(*at_work).values(**ended),
            update(DagRun).where(*open_runs).values(**ended),
            update(Backfill).where(Backfill.id.in_(backfills)).values(completed_at=now, is_paused=False),
        ):
            session.execute(statement, execution_options={"synchronize_session": False})


def _list_dates(api: AirflowApi, days: list[str], states: list[str]) -> set[str]:
    return {run["logical_date"][:10] for run in _list_runs(api, days, states)}


def _list_runs(
    api: AirflowApi, days: list[str], states: list[str], known: Container[str] = ()
) -> Iterator[dict[str, Any]]:
    """Backfill runs by end, newest first; no further page after one that holds only `known` days."""
    query = {
        "run_type": "backfill",
        "logical_date_gte": f"{days[0]}T00:00:00Z",
        "logical_date_lte": f"{days[-1]}T00:00:00Z",
        "state": states,
        "order_by": "-end_date",
        "limit": PAGE,
    }
    for offset in itertools.count(0, PAGE):
        runs = api.call("GET", f"dags/{DAG_ID}/dagRuns", offset=offset, **query)["dag_runs"]
        yield from runs
        if len(runs) < PAGE or all(run["logical_date"][:10] in known for run in runs):
            return
