"""Airflow's REST API on this machine, and why a run failed, read through it."""

import json
import time
from pathlib import Path
from typing import Any

import requests

from ..errors import PaperhouseError
from .airflow_env import DAG_ID, password_file


class AirflowRefused(PaperhouseError):
    """Airflow's API answered with an error; the message holds its words, `status` the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class AirflowApi:
    """`call("GET", "dags/daily_papers")` returns the decoded answer. Signs in as admin with the local password."""

    def __init__(self, port: int, home: Path) -> None:
        self.base_url = f"http://127.0.0.1:{port}"
        self._passwords = password_file(home)
        self._session = requests.Session()
        self._session.trust_env = False  # never through the proxy of the user

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send one request to `/api/v2/<path>`; raises AirflowRefused, or requests.ConnectionError."""
        url = f"{self.base_url}/api/v2/{path}"
        for wait in (1, 2, 4, 8, 0):
            answer = self._session.request(method, url, json=body, params=query, timeout=600)
            if answer.status_code == 401:
                self._sign_in()
            # 503: SQLite was busy for longer than its timeout.
            elif answer.status_code != 503 or not wait:
                break
            else:
                time.sleep(wait)
        return _decode(answer)

    def _sign_in(self) -> None:
        password = json.loads(self._passwords.read_text())["admin"]
        login = {"username": "admin", "password": password}
        token = _decode(self._session.post(f"{self.base_url}/auth/token", json=login, timeout=60))
        self._session.headers["Authorization"] = f"Bearer {token['access_token']}"


def find_failure_reason(api: AirflowApi, run_id: str, dag_id: str = DAG_ID) -> str:
    """One line: the first failed task of the run and the message of its last exception."""
    path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances"
    tasks = api.call("GET", path, state="failed", order_by="end_date")["task_instances"]
    if not tasks:
        return "the run failed without a failed task"
    task = tasks[0]
    log = api.call("GET", f"{path}/{task['task_id']}/logs/{task['try_number']}", full_content="true")
    lines = [line for line in log["content"] if isinstance(line, dict) and line.get("error_detail")]
    if not lines:
        return f"{task['task_id']}: ended without an exception; its log is in the UI"
    error = lines[-1]["error_detail"][0]
    return f"{task['task_id']}: {to_one_line(error['exc_value'] or error['exc_type'])}"


def to_one_line(text: object) -> str:
    return " ".join(str(text).split())


def _decode(answer: requests.Response) -> Any:
    if answer.ok:
        return answer.json() if answer.content else None
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError):
        detail = answer.text or answer.reason
    raise AirflowRefused(answer.status_code, to_one_line(detail))
