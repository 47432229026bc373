"""What a running task asks of its own Airflow: that its pool exists, and a note that people see in the UI.

Tasks have no access to Airflow's database; they use its REST API, where one listens. A run without a server
(`make run`) has neither pools nor a UI.
"""

import logging
from contextlib import suppress

import requests

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowApi, AirflowRefused
from .airflow_env import airflow_home, api_port
from .prepare_airflow import POOL

log = logging.getLogger("paperhouse")


class PoolMissing(PaperhouseError):
    """Airflow never schedules a task whose pool does not exist; the run would wait in silence."""


def check_pool(settings: Settings) -> None:
    """Raise PoolMissing when the pool of `build_warehouse` was deleted."""
    try:
        with suppress(requests.ConnectionError, FileNotFoundError):
            _open_api(settings).call("GET", f"pools/{POOL}")
    except AirflowRefused as refused:
        if refused.status == 404:
            raise PoolMissing(
                f"the pool {POOL!r} does not exist, so build_warehouse would never start; create it with "
                f"`paperhouse airflow pools set {POOL} 1 builds` and clear this run"
            ) from None
        log.warning("the pool could not be checked: %s", refused)


def write_note(settings: Settings, context: dict, note: str) -> None:
    """Show `note` on the task in the UI. A note that cannot be written never fails a task."""
    task = context["ti"]
    path = f"dags/{task.dag_id}/dagRuns/{task.run_id}/taskInstances/{task.task_id}"
    try:
        with suppress(requests.ConnectionError, FileNotFoundError):
            _open_api(settings).call("PATCH", path, {"note": note}, update_mask="note")
    except AirflowRefused as refused:
        log.warning("the note could not be written: %s", refused)


def _open_api(settings: Settings) -> AirflowApi:
    return AirflowApi(api_port(), airflow_home(settings))
