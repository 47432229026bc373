"""Where a task's log is, on the disk and in the UI, and what its last exception says."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from airflow.configuration import conf

from .airflow_api import to_one_line
from .airflow_env import api_port

TAIL = 1_000_000  # bytes; the exception is among the last lines


def find_reason(task: Any) -> str | None:
    """The message of the last exception in the log of a failed task instance, on one line; None without one.

    The file is read and not the API: components of one data folder share its disk, and this works while the API
    server is down.
    """
    folder = Path(conf.get("logging", "base_log_folder")) / f"dag_id={task.dag_id}" / f"run_id={task.run_id}"
    try:
        with (folder / f"task_id={task.task_id}" / f"attempt={task.try_number}.log").open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL))
            lines = file.read().splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        try:
            errors = json.loads(line).get("error_detail")
        except (ValueError, AttributeError):
            continue  # the first line may be cut, and what a library prints is no JSON
        if errors:
            return to_one_line(errors[0]["exc_value"] or errors[0]["exc_type"])
    return None


def locate_run(dag_id: str, run_id: str, task_id: str | None = None) -> str:
    """The address of a run, or of a task of it, in the UI: below the exported base URL, else on this machine."""
    base = conf.get("api", "base_url", fallback=None) or f"http://127.0.0.1:{api_port()}"
    address = f"{base.rstrip('/')}/dags/{dag_id}/runs/{quote(run_id)}"
    return f"{address}/tasks/{task_id}" if task_id else address
