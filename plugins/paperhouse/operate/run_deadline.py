"""From when a run has its three hours: a reference for Airflow's deadline alerts, known to it through our plugin."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from airflow.sdk.definitions.deadline import BaseDeadlineReference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class RunCreated(BaseDeadlineReference):
    """When the run was asked for; None, that is no deadline, for a run of a backfill: who asks for years waits.

    Airflow's own DAGRUN_QUEUED_AT would say the same. But with it, clearing a run that failed before its deadline
    is answered by an internal error (3.3.2: the interval is stored as a dict and read as a number).
    """

    required_kwargs: ClassVar[set[str]] = {"dag_id", "run_id"}

    def _evaluate_with(self, *, session: "Session", dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        wanted = select(DagRun.created_at, DagRun.run_type).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        created_at, run_type = session.execute(wanted).one()
        return None if run_type == "backfill" else created_at
