"""Days a minute with 1, 2 and 4 Celery workers, from a source that takes 300 ms for an answer: `make bench-workers`.

    python -m bench.workers [--quick] [--recorded DIR] [--out DIR]

Each worker stands for a host: a data folder of its own, the lake as target, landing zone and lake in shared folders.
All of them are processes of this machine and share its processors, so the numbers show what waiting for a source
costs, not what more hosts would add. Postgres, Redis and Airflow run beside them. Writes workers.json and workers.md.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pytest
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.backfill_runs import BackfillRuns
from paperhouse.settings import REPO
from paperhouse.source.server import start_source

from tests.distributed.cluster import Cluster, hash_at, start_cluster

from .days import choose_stretch, count_dates, list_days
from .machine import describe_machine, list_versions
from .run import BUNDLED, RECORDED

LATENCY = 0.3  # seconds
WORKERS = (1, 2, 4)
CONCURRENCY = 2  # tasks at once in a worker
DAYS, QUICK_DAYS = 30, 6
PATIENCE = 1200  # seconds for one backfill

SPEED = """
select count(*), extract(epoch from max(end_date) - min(start_date))::float from dag_run where state = 'success'
"""


def measure_workers(recorded: Path, work: Path, stretch: list[date]) -> dict[int, dict]:
    """By number of workers: runs, seconds from the first start to the last end, days a minute, the content hash."""
    measured = {}
    for count in WORKERS:
        folder = work / str(count)
        folder.mkdir(parents=True)
        lake = {"PAPERHOUSE_TARGET": "lake", "PAPERHOUSE_LAKE_DATA": f"{folder}/shared/lake"}
        with (
            start_source(recorded, latency=LATENCY) as url,
            start_cluster(folder, url, PAPERHOUSE_LANDING=f"{folder}/shared/landing", **lake) as cluster,
        ):
            for number in range(count):
                cluster.start_worker(f"worker-{number}", folder / f"host-{number}", CONCURRENCY)
            _backfill(cluster, stretch)
            runs, seconds = cluster.ask(SPEED)[0]
            content_hash = hash_at(cluster, folder / "reader")
        measured[count] = {
            "runs": runs,
            "seconds": round(seconds, 1),
            "days_per_minute": round(runs / seconds * 60, 1),
            "content_hash": content_hash,
        }
        print(f"{count} workers: {measured[count]}", flush=True)
    return measured


def _backfill(cluster: Cluster, stretch: list[date]) -> None:
    cluster.api.call("PATCH", f"dags/{DAG_ID}", {"is_paused": False}, update_mask="is_paused")
    runs = BackfillRuns.create(cluster.api, stretch[0], stretch[-1], max_active_runs=16, plan="")
    deadline = time.monotonic() + PATIENCE
    while not runs.finished:
        for day, run in runs.list_newly_ended():
            if run["state"] != "success":
                sys.exit(f"the run of {day} ended as {run['state']}; logs are in {cluster.folder}")
        cluster.check_alive()
        if time.monotonic() > deadline:
            sys.exit(f"no end after {PATIENCE} s; logs are in {cluster.folder}")
        time.sleep(0.5)


def format_table(results: dict) -> str:
    machine, measured = results["machine"], results["workers"]
    first = measured[min(measured)]["days_per_minute"]
    lines = [
        f"{results['runs']} dates, every answer {LATENCY * 1000:.0f} ms late, {CONCURRENCY} tasks at once in a worker, "
        f"lake target. All on one machine: {machine['cpu_count']} × {machine['cpu']}, {machine['memory_gb']} GB, "
        f"load {machine['load_at_start']} at the start.",
        "",
        "| workers | days a minute | over one worker |",
        "|--:|--:|--:|",
    ]
    for count, one in measured.items():
        lines.append(f"| {count} | {one['days_per_minute']:g} | {one['days_per_minute'] / first:.2f} |")
    if len({one["content_hash"] for one in measured.values()}) != 1:
        lines += ["", "**They did not publish the same content.**"]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer days")
    parser.add_argument("--recorded", type=Path, help="folder of recorded days; those beside the repository by default")
    parser.add_argument("--out", type=Path, default=REPO / "bench", help="where the results are written")
    options = parser.parse_args()
    recorded = (options.recorded or (RECORDED if RECORDED.is_dir() else BUNDLED)).resolve()
    for name in [name for name in os.environ if name.startswith(("PAPERHOUSE_", "AIRFLOW"))]:
        del os.environ[name]  # the defaults are measured
    stretch = choose_stretch(list_days(recorded), QUICK_DAYS if options.quick else DAYS)
    run = {"quick": options.quick, "runs": count_dates(stretch), "machine": describe_machine()}
    with tempfile.TemporaryDirectory(prefix="paperhouse-workers-") as work:
        try:
            measured = measure_workers(recorded, Path(work), stretch)
        except pytest.skip.Exception as missing:
            sys.exit(str(missing))
    results = run | {"versions": list_versions(), "latency_s": LATENCY, "workers": measured}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "workers.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (options.out / "workers.md").write_text(format_table(results), encoding="utf-8")
    print(f"\n{format_table(results)}")


if __name__ == "__main__":
    main()
