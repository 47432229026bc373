"""Airflow plugin: the plan of a backfill is the note of each of its runs' first task.

A task cannot write it: through the REST API a note stalls Airflow on SQLite (see DECISIONS.md). The scheduler tells
its listeners that a run begins inside the transaction that starts the run, and there the note is one row more.
"""

import sys
from datetime import datetime
from functools import lru_cache

from airflow.plugins_manager import AirflowPlugin
from pluggy import HookimplMarker

FIRST_TASK = "extract_listing"
MOST_CHARACTERS = 1000  # what Airflow keeps of a note

hook = HookimplMarker("airflow")


@hook
def on_dag_run_running(dag_run, msg: str) -> None:
    """Note the plan that `paperhouse backfill` gave the run, or one made now for a backfill from the UI."""
    from paperhouse.operate.airflow_env import DAG_ID
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None or dag_run.dag_id != DAG_ID or dag_run.backfill_id is None:
        return
    backfill = dag_run.backfill
    # Not the run's own configuration: a run that another backfill takes up keeps the one it had.
    note = (backfill.dag_run_conf or {}).get("plan") or _plan_backfill(
        backfill.id, backfill.from_date, backfill.to_date, backfill.reprocess_behavior == "completed"
    )
    # In the scheduler's own session: a second one would wait for the first, and SQLite has one writer.
    if task := dag_run.get_task_instance(FIRST_TASK, session=session):
        task.note = note[:MOST_CHARACTERS]


@lru_cache(maxsize=8)
def _plan_backfill(backfill_id: int, from_date: datetime, to_date: datetime, again: bool) -> str:
    """The plan as it was when the first run of the backfill began."""
    from paperhouse.operate.plan import plan_range, summarize_plan
    from paperhouse.settings import load_settings

    return summarize_plan(plan_range(load_settings(), from_date.date(), to_date.date(), again))


class PlanNotes(AirflowPlugin):
    """What Airflow loads from its plugins folder."""

    name = "paperhouse_plan_notes"
    listeners = (sys.modules[__name__],)
