"""What holds for every DAG file, and that Airflow's plugin loader leaves the package alone."""

import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest
from paperhouse.operate.airflow_env import airflow_environment
from paperhouse.operate.prepare_airflow import ARXIV_POOL, POOL, POOLS, prepare_airflow
from paperhouse.settings import REPO, load_settings


@pytest.fixture(scope="module")
def dag_bag(tmp_path_factory):
    environment = airflow_environment(load_settings())
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        for name, value in environment.items():
            if name != "AIRFLOW_HOME":
                patched.setenv(name, value)
        from airflow.dag_processing.dagbag import DagBag

        yield DagBag(dag_folder=REPO / "dags")


def test_dag_folder_holds_exactly_these_dags(dag_bag):
    assert dag_bag.import_errors == {}
    names = ["daily_papers", "read_papers", "refresh_papers"]
    assert sorted(dag_bag.dags) == sorted(file.stem for file in (REPO / "dags").glob("*.py")) == names


def test_every_dag_can_be_operated(dag_bag):
    for dag in dag_bag.dags.values():
        assert "When a run is red" in dag.doc_md
        assert dag.tags
        assert dag.catchup is False
        assert dag.is_paused_upon_creation
        assert dag.dagrun_timeout
        assert dag.on_failure_callback
        for task in dag.tasks:
            assert task.retries >= 1, task.task_id
            assert task.execution_timeout >= timedelta(minutes=1), task.task_id
            assert task.doc_md or task.python_callable.__doc__, task.task_id
            assert task.python_callable.__name__ == task.task_id


def test_daily_papers_runs_in_this_order(dag_bag):
    dag = dag_bag.dags["daily_papers"]
    order = ["extract_listing", "load_raw", "build_warehouse", "quality_gate", "render_report"]
    assert [task.task_id for task in dag.topological_sort()] == order
    assert [task.pool for task in dag.tasks if task.pool != "default_pool"] == [POOL]


def test_read_papers_runs_in_this_order(dag_bag):
    dag = dag_bag.dags["read_papers"]
    order = ["choose_papers", "read_share", "join_readings", "build_warehouse", "quality_gate", "render_report"]
    sorted_nodes = [getattr(node, "task_id", None) or node.group_id for node in dag.task_group.topological_sort()]
    assert sorted_nodes == [*order, "continue_reading"]
    assert [task.task_id for task in dag.task_group.children["read_share"].topological_sort()] == [
        "fetch_texts",
        "read_texts",
    ]
    pools = {task.task_id: task.pool for task in dag.tasks if task.pool != "default_pool"}
    assert pools == {"fetch_texts": ARXIV_POOL, "build_warehouse": POOL}


def test_read_papers_follows_the_warehouse_and_its_own_remainder_and_never_itself_for_ever(dag_bag):
    dag = dag_bag.dags["read_papers"]
    waits_for = {asset.name for asset in dag.timetable.asset_condition.objects}
    emitted = {task.task_id: {asset.name for asset in task.outlets} for task in dag.tasks if task.outlets}
    assert waits_for == {"paperhouse_warehouse", "paperhouse_unread"}
    assert dag.max_active_runs == 1
    assert [task for task, names in emitted.items() if names & waits_for] == ["continue_reading"]
    assert emitted["build_warehouse"] == {"paperhouse_readings"}


def test_refresh_papers_runs_three_times_a_day_and_judges_after_it_published(dag_bag):
    dag = dag_bag.dags["refresh_papers"]
    order = ["choose_days", "visit_days", "fetch_pages", "build_warehouse", "render_report", "quality_gate"]
    assert [task.task_id for task in dag.topological_sort()] == order
    assert {task.task_id: task.pool for task in dag.tasks if task.pool != "default_pool"} == {"build_warehouse": POOL}
    assert dag.timetable.expression == "0 6,12,18 * * *"
    assert dag.max_active_runs == 1


def test_daily_papers_has_a_day_as_its_interval(dag_bag):
    from pendulum import datetime

    timetable = dag_bag.dags["daily_papers"].timetable
    assert type(timetable).__name__ == "CronDataIntervalTimetable"
    assert datetime(2023, 5, 4) == dag_bag.dags["daily_papers"].start_date


def test_plugin_loader_does_not_run_the_package(tmp_path):
    """Without plugins/.airflowignore every module here would run as a top-level module of its own name."""
    environment = {**airflow_environment(load_settings()), "AIRFLOW_HOME": str(tmp_path / "airflow")}
    code = (
        "import sys; from airflow.plugins_manager import ensure_plugins_loaded; ensure_plugins_loaded(); "
        "print(sorted({'settings', 'build', 'report', 'load', 'query', 'status'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1] == "[]"


def test_set_up_creates_the_pools_and_again_when_one_is_gone(monkeypatch, tmp_path):
    monkeypatch.setenv("PAPERHOUSE_DATA_DIR", str(tmp_path / "data"))
    settings = load_settings()
    prepare_airflow(settings)
    with sqlite3.connect(settings.airflow_home / "airflow.db") as metadata:
        metadata.execute("DELETE FROM slot_pool WHERE pool = ?", [ARXIV_POOL])
    prepare_airflow(settings)
    with sqlite3.connect(settings.airflow_home / "airflow.db") as metadata:
        slots = dict(metadata.execute("SELECT pool, slots FROM slot_pool"))
    assert {name: slots[name] for name in POOLS} == {POOL: 3, ARXIV_POOL: 1}
