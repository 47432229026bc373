"""A backfill over two Celery workers, one of which is killed on the way, ends as on a single machine."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.backfill_runs import BackfillRuns

from tests.airflow_service import list_airflow_processes, run_paperhouse
from tests.distributed.cluster import Cluster, hash_at, start_cluster, start_servers

pytestmark = pytest.mark.distributed

MOST_SECONDS = 420
KILLED_AFTER = 2  # runs that have ended
FEW = 12  # days, where the lake is not what is tested


def test_two_hosts_with_a_lake_one_of_them_killed(
    source: str, days: list[date], hash_alone: Callable, tmp_path: Path
) -> None:
    lake = {"PAPERHOUSE_TARGET": "lake", "PAPERHOUSE_LAKE_DATA": f"{tmp_path}/shared/lake"}
    with start_cluster(tmp_path, source, PAPERHOUSE_LANDING=f"{tmp_path}/shared/landing", **lake) as cluster:
        one, two = tmp_path / "one", tmp_path / "two"
        backfill_and_kill(cluster, days, {"worker-one": one, "worker-two": two})
        hashes = {host.name: hash_at(cluster, host) for host in (one, two, tmp_path / "reader")}
        assert hashes == dict.fromkeys(hashes, hash_alone(days))


def test_two_workers_on_one_folder_one_of_them_killed(
    source: str, days: list[date], hash_alone: Callable, tmp_path: Path
) -> None:
    with start_cluster(tmp_path, source) as cluster:
        backfill_and_kill(cluster, days[-FEW:], {"worker-one": cluster.head, "worker-two": cluster.head})
        assert hash_at(cluster, cluster.head) == hash_alone(days[-FEW:])


def test_a_backfill_brings_a_worker_of_its_own(source: str, days: list[date], tmp_path: Path) -> None:
    with start_servers(tmp_path, source) as (postgres, environment):
        done = run_paperhouse("backfill", str(days[-2]), str(days[-1]), "--yes", environment=environment)
        assert done.returncode == 0, done.stdout
        assert list_airflow_processes(tmp_path / "head") == []
        queued = postgres.execute("select distinct queue, state from task_instance", postgres.dsn_of("airflow"))
        assert queued == [("default", "success")]
        assert "succeeded in" in (tmp_path / "head" / "airflow" / "logs" / "services" / "worker.log").read_text()


def backfill_and_kill(cluster: Cluster, days: list[date], workers: dict[str, Path]) -> None:
    """Run the backfill to its end; on the way the worker that builds dies in the middle of it."""
    for name, folder in workers.items():
        cluster.start_worker(name, folder)
    started, lost = time.monotonic(), []
    cluster.api.call("PATCH", f"dags/{DAG_ID}", {"is_paused": False}, update_mask="is_paused")
    # Few at once leave builds to come after the first ones have ended.
    runs = BackfillRuns.create(cluster.api, days[0], days[-1], max_active_runs=min(8, len(days) // 3), plan="")
    assert len(runs.dates) == len(days)
    states = {}
    while not runs.finished:
        states |= {day: run["state"] for day, run in runs.list_newly_ended()}
        if not lost and len(states) >= KILLED_AFTER:
            lost = kill_builder(cluster, list(workers))
        cluster.check_alive()
        assert time.monotonic() < started + MOST_SECONDS, f"{Counter(states.values())} in {cluster.folder}"
        time.sleep(0.1)
    print(f"{len(days)} days in {time.monotonic() - started:.0f} s; a worker died with {', '.join(lost)}")
    assert Counter(states.values()) == {"success": len(days)}
    assert lost
    tried_again = cluster.ask("select count(*) from task_instance where try_number > 1")[0][0]
    assert tried_again >= len(lost)


def kill_builder(cluster: Cluster, workers: list[str]) -> list[str]:
    """Kill the worker that is at a build, if one is; return what it was at."""
    for name in workers:
        if "build_warehouse" in str(at_work := list_running(cluster, name)):
            cluster.kill_worker(name)
            return at_work
    return []


def list_running(cluster: Cluster, worker: str) -> list[str]:
    """The tasks at work in the worker, like "load_raw of 2026-08-01"."""
    pids = cluster.list_task_processes(worker)
    if not pids:
        return []
    wanted = f"state = 'running' and pid in ({', '.join(map(str, pids))})"
    rows = cluster.ask(f"select task_id, run_id from task_instance where {wanted}")
    return [f"{task} of {run.split('__')[1][:10]}" for task, run in rows]
