"""Faults 40 to 48: what may happen to Airflow around a run, in a real one. The long ones kill and block parts of it."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from paperhouse.checkup.files import find_holders
from paperhouse.content_hash import hash_version
from paperhouse.operate.airflow_api import AirflowApi, find_failure_reason
from paperhouse.operate.preflight import POOL
from paperhouse.operate.prepare_airflow import POOLS
from paperhouse.publish import current_version, list_versions
from paperhouse.settings import REPO, Settings
from paperhouse.source.folder import RecordedFolder
from paperhouse.source.server import start_source

from tests.airflow_service import Up, list_airflow_processes, make_environment, start_up
from tests.conftest import SHARED
from tests.faults.days import listed_days
from tests.faults.invariant import assert_published_invariant

pytestmark = pytest.mark.slow
RUNS = "dags/daily_papers/dagRuns"
ENDED = {"success", "failed"}
FIRST, SECOND, THIRD = "2025-12-24", "2025-12-25", "2025-12-26"
NO_SCHEDULE = {"AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False"}
# A dead task is missed after seconds instead of minutes.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
}
RECORDED = SHARED / "recorded" if (SHARED / "recorded").is_dir() else REPO / "demo"


class Airflow:
    """A running Airflow of one data folder, asked and told through its API."""

    def __init__(self, up: Up, source_url: str) -> None:
        self.up = up
        self.settings = Settings(data_dir=up.data_dir, hf_url=source_url)
        self.api = AirflowApi(int(up.url.rpartition(":")[2].strip("/")), self.settings.airflow_home)
        wait_until(lambda: self._is_parsed(), "the DAG is read")
        self.switch(is_on=True)

    def switch(self, *, is_on: bool) -> None:
        self.api.call("PATCH", "dags/daily_papers", {"is_paused": not is_on}, update_mask="is_paused")

    def trigger(self, day: str) -> str:
        return self.api.call("POST", RUNS, {"logical_date": None, "conf": {"date": day}})["dag_run_id"]

    def start_backfill(self, first: str, last: str, **request: object) -> int:
        """Both ends included; a running one is waited for, since Airflow has one at a time."""
        wait_until(lambda: not self._list_open_backfills(), "no other backfill is open")
        span = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z"}
        return self.api.call("POST", "backfills", {"dag_id": "daily_papers", **span, **request})["id"]

    def wait(self, run_id: str, seconds: float = 240) -> dict:
        run = {}

        def has_ended() -> bool:
            run.update(self.api.call("GET", f"{RUNS}/{run_id}"))
            return run["state"] in ENDED

        wait_until(has_ended, f"{run_id} has ended", seconds)
        return run

    def load(self, day: str) -> str:
        """Run a day to a good end."""
        run_id = self.trigger(day)
        assert self.wait(run_id)["state"] == "success", self.reason(run_id)
        return run_id

    def reason(self, run_id: str) -> str:
        return find_failure_reason(self.api, run_id)

    def find_task(self, run_id: str, task: str) -> dict:
        return self.api.call("GET", f"{RUNS}/{run_id}/taskInstances/{task}")

    def list_runs(self, **query: object) -> list[dict]:
        return self.api.call("GET", RUNS, limit=100, **query)["dag_runs"]

    def wait_for_lock(self) -> int:
        """Until a build is at work; returns the process id of its task."""
        holders = []

        def is_held() -> bool:
            holders[:] = find_holders(self.settings.locks_dir / "publish.lock")
            return bool(holders)

        wait_until(is_held, "a build is at work", pause=0.05)
        return int(re.search(r"process (\d+)", holders[0])[1])

    def _is_parsed(self) -> bool:
        return any(dag["dag_id"] == "daily_papers" for dag in self.api.call("GET", "dags")["dags"])

    def _list_open_backfills(self) -> list[dict]:
        known = self.api.call("GET", "backfills", dag_id="daily_papers")["backfills"]
        return [one for one in known if one["completed_at"] is None]


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = 120, pause: float = 0.5) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(pause)


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    data_dir = tmp_path_factory.mktemp("airflow") / "data"
    with start_source(REPO / "demo") as url, start_up(data_dir, url, **NO_SCHEDULE, **IMPATIENT) as up:
        yield Airflow(up, url)


# --- What a person may do to it ---------------------------------------------------------------------------------------


def test_fault_44_date_in_the_conf_of_a_backfill_is_refused_with_its_reason(airflow: Airflow) -> None:
    before = sorted(airflow.settings.landing_dir.rglob("fetch.json"))
    backfill_id = airflow.start_backfill(FIRST, FIRST, dag_run_conf={"date": SECOND})
    (run,) = [run for run in airflow.list_runs() if run["run_type"] == "backfill" and run["conf"]]
    assert airflow.wait(run["dag_run_id"])["state"] == "failed", backfill_id
    assert "backfill" in airflow.reason(run["dag_run_id"])
    assert "date" in airflow.reason(run["dag_run_id"])
    assert sorted(airflow.settings.landing_dir.rglob("fetch.json")) == before


def test_fault_45_middle_task_of_an_old_run_cleared_later_changes_nothing(airflow: Airflow) -> None:
    old = airflow.load(FIRST)
    airflow.load(SECOND)
    newest = hash_version(current_version(airflow.settings))
    tasks = ["build_warehouse", "quality_gate", "render_report"]
    airflow.api.call(
        "POST",
        "dags/daily_papers/clearTaskInstances",
        {"dag_run_id": old, "task_ids": tasks, "dry_run": False, "only_failed": False, "reset_dag_runs": True},
    )
    assert airflow.wait(old)["state"] == "success"
    assert airflow.find_task(old, "build_warehouse")["try_number"] == 2
    assert hash_version(current_version(airflow.settings)) == newest
    assert_published_invariant(airflow.settings)


def test_fault_46_missing_pool_fails_the_run_in_seconds_and_names_the_fix(airflow: Airflow) -> None:
    airflow.api.call("DELETE", f"pools/{POOL}")
    for stamp in airflow.settings.locks_dir.glob("pool-seen-*"):
        stamp.unlink()
    try:
        run_id = airflow.trigger(THIRD)
        assert airflow.wait(run_id, seconds=60)["state"] == "failed"
        assert f"paperhouse airflow pools set {POOL}" in airflow.reason(run_id)
    finally:
        slots, purpose = POOLS[POOL]
        airflow.api.call("POST", "pools", {"name": POOL, "slots": slots, "description": purpose})


def test_fault_47_dag_is_imported_without_network_database_or_dbt_project(tmp_path: Path) -> None:
    """A DAG file is parsed in every task process: a heavy import there is paid again and again."""
    code = """
        import runpy, socket, sys
        def refuse(*_): raise OSError("a DAG file asked the network")
        socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
        runpy.run_path(sys.argv[1])
        heavy = {"duckdb", "dbt", "great_expectations", "pandas", "pyarrow", "paperhouse.build"}
        print(sorted(heavy & set(sys.modules)))
    """
    for part in ("dags", "plugins", "config"):
        subprocess.run(["cp", "-r", REPO / part, tmp_path / part], check=True)
    environment = make_environment(tmp_path / "untouched", PYTHONPATH=str(tmp_path / "plugins"))
    environment["AIRFLOW_HOME"] = str(tmp_path / "airflow")
    files = sorted((tmp_path / "dags").glob("*.py"))
    assert files
    for file in files:
        command = [sys.executable, "-c", "\n".join(line[8:] for line in code.splitlines()), str(file)]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "[]", file
    assert not (tmp_path / "untouched").exists()


# --- What may die or stand still --------------------------------------------------------------------------------------


@pytest.mark.long
def test_fault_40_killed_task_is_tried_again_to_the_same_result(airflow: Airflow) -> None:
    run_id = airflow.trigger(THIRD)
    os.kill(airflow.wait_for_lock(), signal.SIGKILL)
    assert airflow.wait(run_id, seconds=400)["state"] == "success", airflow.reason(run_id)
    assert airflow.find_task(run_id, "build_warehouse")["try_number"] == 2
    assert THIRD in listed_days(airflow.settings)
    assert_published_invariant(airflow.settings, recompute=True)


@pytest.mark.long
def test_fault_41_killed_scheduler_is_started_again_and_the_run_completes(airflow: Airflow) -> None:
    run_id = airflow.trigger("2026-02-05")
    task = airflow.wait_for_lock()
    (scheduler,) = [pid for pid in list_airflow_processes(airflow.up.data_dir) if is_scheduler(pid)]
    os.kill(scheduler, signal.SIGKILL)
    assert airflow.wait(run_id, seconds=400)["state"] == "success", airflow.reason(run_id)
    assert not Path(f"/proc/{task}").exists()
    assert "starting it again" in (airflow.up.data_dir / "terminal.txt").read_text()
    assert listed_days(airflow.settings)["2026-02-05"] == 53
    assert_published_invariant(airflow.settings, recompute=True)


def is_scheduler(pid: int) -> bool:
    """The process that `paperhouse up` started, not one that it forked."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    parent = int(re.search(r"PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
    parents = Path(f"/proc/{parent}/cmdline").read_bytes().split(b"\0")
    return b"scheduler" in command and b"scheduler" not in parents


@pytest.mark.long
def test_fault_48_locked_metadata_database_delays_a_run_and_harms_nothing(airflow: Airflow) -> None:
    run_id = airflow.trigger(SECOND)
    airflow.wait_for_lock()
    with sqlite3.connect(airflow.settings.airflow_home / "airflow.db", timeout=60, isolation_level=None) as metadata:
        metadata.execute("begin exclusive")
        time.sleep(12)
        metadata.execute("rollback")
    assert airflow.wait(run_id, seconds=400)["state"] == "success", airflow.reason(run_id)
    assert_published_invariant(airflow.settings)


# --- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_fault_42_thirty_days_with_a_manual_and_a_scheduled_run_between_them(tmp_path: Path) -> None:
    days = [f"{date(2025, 11, 27) + timedelta(days=number)}" for number in range(30)]
    with start_source(RECORDED) as url, start_up(tmp_path / "data", url) as up:
        airflow = Airflow(up, url)
        backfill_id = airflow.start_backfill(days[0], days[-1], max_active_runs=10)
        manual = airflow.trigger("2026-02-05")
        wait_until(lambda: airflow.api.call("GET", f"backfills/{backfill_id}")["completed_at"], "30 days", 900, 2)
        assert airflow.wait(manual)["state"] == "success"
        runs = airflow.list_runs()
        assert {run["state"] for run in runs} == {"success"}
        kinds = sorted(run["run_type"] for run in runs)
        assert kinds == ["backfill"] * 30 + ["manual", "scheduled"]
        served = RecordedFolder(RECORDED)
        expected = {day: len(found.items) for day in [*days, "2026-02-05"] if (found := served.read_day(day))}
        assert listed_days(airflow.settings) == {day: count for day, count in expected.items() if count}
        assert_published_invariant(airflow.settings)
        logs = [file.read_text(errors="replace") for file in airflow.settings.airflow_home.glob("logs/**/*.log")]
        assert [log for log in logs if re.search("database is locked|Could not set lock|LockTimeout", log)] == []
        assert len(logs) > 100


@pytest.mark.long
def test_fault_43_backfill_again_takes_no_failed_or_all_days_as_asked(tmp_path: Path) -> None:
    with (
        start_source(REPO / "demo", [f"not-found@{SECOND}"]) as url,
        start_up(tmp_path / "data", url, **NO_SCHEDULE) as up,
    ):
        airflow = Airflow(up, url)

        def backfill(reprocess: str) -> dict[str, str]:
            """State by date of the runs that this backfill started."""
            began = datetime.now(UTC)
            backfill_id = airflow.start_backfill(FIRST, THIRD, reprocess_behavior=reprocess, max_active_runs=3)
            wait_until(lambda: airflow.api.call("GET", f"backfills/{backfill_id}")["completed_at"], "its end", 300)
            runs = airflow.list_runs()
            started = {run["logical_date"][:10]: run for run in runs if run["start_date"]}
            return {
                day: run["state"] for day, run in started.items() if datetime.fromisoformat(run["start_date"]) >= began
            }

        assert backfill("none") == {FIRST: "success", SECOND: "failed", THIRD: "success"}
        first_hash = hash_version(current_version(airflow.settings))
        version_count = len(list_versions(airflow.settings))
        # Asked to create a backfill without a run, Airflow 3.3 answers with an internal error.
        span = {"from_date": f"{FIRST}T00:00:00Z", "to_date": f"{THIRD}T00:00:00Z", "reprocess_behavior": "none"}
        skipped = airflow.api.call("POST", "backfills/dry_run", {"dag_id": "daily_papers", **span})
        assert skipped["backfills"] == []
        assert hash_version(current_version(airflow.settings)) == first_hash
        assert backfill("failed") == {SECOND: "success"}
        assert listed_days(airflow.settings) == {FIRST: 12, SECOND: 17, THIRD: 7}
        assert backfill("completed") == {FIRST: "success", SECOND: "success", THIRD: "success"}
        assert listed_days(airflow.settings) == {FIRST: 12, SECOND: 17, THIRD: 7}
        assert len(list_versions(airflow.settings)) >= version_count
        assert_published_invariant(airflow.settings, recompute=True)
