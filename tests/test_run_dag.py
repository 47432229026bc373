"""`paperhouse run DATE`: one DAG run without a server. A small DAG stands in, to fail as it is told."""

import os
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import pytest

from tests.airflow_service import PAPERHOUSE, make_environment, run_paperhouse

DAG = '''
    """Stands in for the airflow dag."""
    import time
    from datetime import timedelta
    from airflow.sdk import dag, get_current_context, task

    @dag(params={"date": None}, default_args={"retries": 1, "retry_delay": timedelta(hours=1)},
         on_failure_callback=lambda context: print("somebody was told"))
    def daily_papers():
        @task
        def extract_listing():
            day = get_current_context()["params"]["date"]
            if day == "2025-12-26":
                raise ValueError(f"no list for {day}:\\nthe source is down")
            if day == "2025-12-27":
                time.sleep(600)

        @task
        def render_report():
            pass

        extract_listing() >> render_report()

    daily_papers()
'''


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    dags = tmp_path_factory.mktemp("dags")
    (dags / "daily_papers.py").write_text(dedent(DAG))
    data_dir = tmp_path_factory.mktemp("data")
    return make_environment(data_dir, AIRFLOW__CORE__DAGS_FOLDER=str(dags))


def list_run_states(environment: dict[str, str]) -> list[str]:
    with sqlite3.connect(Path(environment["PAPERHOUSE_DATA_DIR"]) / "airflow" / "airflow.db") as metadata:
        return [state for (state,) in metadata.execute("SELECT state FROM dag_run ORDER BY id")]


def test_two_runs_of_one_date_at_once_both_succeed(environment: dict[str, str]) -> None:
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda _: run_paperhouse("run", "2025-12-25", environment=environment), range(2)))
    for run in both:
        assert run.returncode == 0, run.stdout
        assert [line.split()[0::3] for line in run.stdout.splitlines()] == [
            ["extract_listing", "success"],
            ["render_report", "success"],
        ]
    assert list_run_states(environment)[-2:] == ["success", "success"]


def test_a_failed_run_is_not_tried_again_and_its_last_line_is_the_reason(environment: dict[str, str]) -> None:
    run = run_paperhouse("run", "2025-12-26", environment=environment)
    lines = run.stdout.splitlines()
    assert run.returncode == 1
    assert lines[-1] == "paperhouse: extract_listing: no list for 2025-12-26: the source is down"
    assert lines[0].split()[::3] == ["extract_listing", "failed"]
    log = Path(lines[-2].rpartition(" ")[2])
    assert "Traceback" in log.read_text()
    assert "somebody was told" not in log.read_text()


def test_a_run_that_is_told_to_end_does_not_stay_at_work(environment: dict[str, str]) -> None:
    before = len(list_run_states(environment))
    run = subprocess.Popen([PAPERHOUSE, "run", "2025-12-27"], env=environment, stderr=subprocess.PIPE, text=True)
    logs = Path(environment["PAPERHOUSE_DATA_DIR"]) / "airflow" / "logs" / "runs"
    while not any("Task started" in log.read_text() for log in logs.glob("2025-12-27*.log")):
        assert run.poll() is None
        time.sleep(0.2)
    time.sleep(1)
    os.kill(run.pid, signal.SIGTERM)
    assert run.communicate()[1] == "paperhouse: interrupted; run 2025-12-27 again\n"
    assert run.returncode == 1
    assert list_run_states(environment)[before:] == ["failed"]
