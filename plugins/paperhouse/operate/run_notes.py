"""Run notes: what a run is about to do and what it did, shown on its tasks in the UI.

A task cannot write them: through the REST API a note stalls Airflow on SQLite (see DECISIONS.md). The scheduler tells
its listeners that a run begins or has ended inside the transaction that says so, and there a note is one row more.
A second session would wait for the first, and SQLite has one writer.
"""

from datetime import datetime
from functools import lru_cache

from pluggy import HookimplMarker

from ..settings import load_settings
from .airflow_env import DAG_ID
from .plan import plan_range, summarize_plan

FIRST_TASK, GATE = "extract_listing", "quality_gate"
MOST_CHARACTERS = 1000  # what Airflow keeps of a note

hook = HookimplMarker("airflow")


@hook
def on_dag_run_running(dag_run, msg: str) -> None:
    """Note the plan that `paperhouse backfill` gave the run, or one made now for a backfill from the UI."""
    session = _find_session(dag_run)
    if session is None or dag_run.backfill_id is None:
        return
    backfill = dag_run.backfill
    # Not the run's own configuration: a run that another backfill takes up keeps the one it had.
    note = (backfill.dag_run_conf or {}).get("plan") or _plan_backfill(
        backfill.id, backfill.from_date, backfill.to_date, backfill.reprocess_behavior == "completed"
    )
    if task := dag_run.get_task_instance(FIRST_TASK, session=session):
        task.note = note[:MOST_CHARACTERS]


@hook
def on_dag_run_success(dag_run, msg: str) -> None:
    """Put the line that the gate returned on the run and on the gate's task."""
    from airflow.models.xcom import XComModel

    session = _find_session(dag_run)
    if session is None:
        return
    query = XComModel.get_many(run_id=dag_run.run_id, dag_ids=dag_run.dag_id, task_ids=GATE, key="return_value")
    found = session.scalars(query).first()
    if found is None:
        return
    dag_run.note = str(XComModel.deserialize_value(found))[:MOST_CHARACTERS]
    if task := dag_run.get_task_instance(GATE, session=session):
        task.note = dag_run.note


@lru_cache(maxsize=8)
def _plan_backfill(backfill_id: int, from_date: datetime, to_date: datetime, again: bool) -> str:
    """The plan as it was when the first run of the backfill began."""
    return summarize_plan(plan_range(load_settings(), from_date.date(), to_date.date(), again))


def _find_session(dag_run):
    """The scheduler's own session of a run of `daily_papers`, or None."""
    from sqlalchemy.orm import object_session

    return object_session(dag_run) if dag_run.dag_id == DAG_ID else None
