"""`paperhouse backfill FROM TO` with services of its own: the real DAG over three days, one a quiet Saturday."""

import sqlite3
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from paperhouse.operate.backfill import BackfillRefused, backfill
from paperhouse.settings import REPO, Settings
from paperhouse.source.server import start_source

from tests.airflow_service import find_free_port, list_airflow_processes, make_environment, run_paperhouse

pytestmark = pytest.mark.slow
DAYS = ["2025-12-25", "2025-12-26", "2025-12-27"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def finished(data_dir: Path) -> subprocess.CompletedProcess[str]:
    with start_source(REPO / "demo") as source:
        environment = make_environment(data_dir, source, AIRFLOW__API__PORT=str(find_free_port()))
        return run_paperhouse("backfill", DAYS[0], DAYS[-1], environment=environment)


def test_each_day_is_named_as_it_ends(finished: subprocess.CompletedProcess[str]) -> None:
    assert finished.returncode == 0, finished.stdout
    ended = [line.split() for line in finished.stdout.splitlines() if line.startswith("2025-")]
    assert sorted(line[0] for line in ended) == DAYS
    assert [line[1:] for line in ended] == [["success", f"({count}/3)"] for count in (1, 2, 3)]


def test_both_ends_are_loaded_and_the_saturday_is_quiet(
    finished: subprocess.CompletedProcess[str], data_dir: Path
) -> None:
    with duckdb.connect(str(data_dir / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT listing_date::TEXT, paper_count, state = 'quiet' FROM day_status ORDER BY 1"
        ).fetchall()
    assert rows == [(DAYS[0], 17, False), (DAYS[1], 7, False), (DAYS[2], 0, True)]


def test_nothing_keeps_running_and_the_dag_is_paused_again(
    finished: subprocess.CompletedProcess[str], data_dir: Path
) -> None:
    assert list_airflow_processes(data_dir) == []
    with sqlite3.connect(data_dir / "airflow" / "airflow.db") as metadata:
        assert metadata.execute("SELECT is_paused FROM dag WHERE dag_id = 'daily_papers'").fetchone() == (1,)
        # No run of the newest day, which switching the DAG on would bring otherwise.
        assert metadata.execute("SELECT DISTINCT run_type FROM dag_run").fetchall() == [("backfill",)]


def test_the_plan_comes_first_and_is_the_note_of_each_first_task(
    finished: subprocess.CompletedProcess[str], data_dir: Path
) -> None:
    lines = [" ".join(line.split()) for line in finished.stdout.splitlines()]
    assert lines[:2] == [
        "Plan for 2025-12-25 … 2025-12-27: 3 days, 3 to fetch",
        "missing 3 2025-12-25 … 2025-12-27: fetched",
    ]
    with sqlite3.connect(data_dir / "airflow" / "airflow.db") as metadata:
        notes = metadata.execute(
            "SELECT task_id, content FROM task_instance_note JOIN task_instance ON id = ti_id "
            "WHERE task_id = 'extract_listing'"
        ).fetchall()
    assert [task_id for task_id, _ in notes] == ["extract_listing"] * 3
    assert all("3 missing; 3 to fetch with 3 requests to 127.0.0.1" in note for _, note in notes)


def test_repeated_it_leaves_settled_and_quiet_days_alone_and_starts_nothing(
    finished: subprocess.CompletedProcess[str], data_dir: Path
) -> None:
    again = run_paperhouse("backfill", DAYS[0], DAYS[-1], environment=make_environment(data_dir))
    assert (again.returncode, "3 days, 0 to fetch" in again.stdout) == (0, True), again.stdout
    assert "Starting Airflow" not in again.stdout


@pytest.mark.parametrize(
    ("from_date", "to_date", "reason"),
    [
        (date(2025, 12, 27), date(2025, 12, 25), "begins after its end"),
        (datetime.now(UTC).date(), datetime.now(UTC).date() + timedelta(days=3), "no day of"),
    ],
)
def test_a_range_without_an_ended_day_is_refused_before_anything_starts(
    settings: Settings, from_date: date, to_date: date, reason: str
) -> None:
    with pytest.raises(BackfillRefused, match=reason):
        backfill(settings, from_date, to_date)
    assert not settings.airflow_home.exists()
