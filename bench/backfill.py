"""A backfill of real days by Airflow's own backfill, beside the same backfill of a DAG whose tasks do nothing.

The empty DAG stands under the same name in a folder of its own, so everything else is the same: the commands, the
services, their settings and preloaded modules, the number of runs and of tasks, ten runs at once. Its tasks take no
turns in a pool. The time is from the start of the first run to the end of the last in Airflow's metadata; starting
Airflow is not in it.
"""

import os
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

from paperhouse.content_hash import hash_content
from paperhouse.operate.backfill import backfill
from paperhouse.settings import Settings
from paperhouse.source.server import start_source
from paperhouse.warehouse import open_published

from .memory import PeakMemory

EMPTY_DAG = """
from datetime import datetime, timedelta, timezone

from airflow.sdk import CronDataIntervalTimetable, chain, dag, task


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=timezone.utc),
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=16,
    dagrun_timeout=timedelta(hours=6),
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
)
def daily_papers():
    @task
    def empty():
        pass

    chain(*(empty.override(task_id=f"empty_{number}")() for number in range(TASKS)))


daily_papers()
"""


def measure_backfill(recorded: Path, data: Path, stretch: list[date]) -> dict:
    """Load every date of the stretch into `data`; seconds, tasks, memory, and what is in the warehouse then."""
    settings = Settings(data_dir=data)
    measured = _backfill(recorded, settings, stretch)
    with open_published(settings) as warehouse:
        listings, papers = warehouse.execute(
            "select (select count(*) from paper_listings), (select count(*) from papers)"
        ).fetchone()
        return measured | {"listings": listings, "papers": papers, "content_hash": hash_content(warehouse)}


def measure_empty(recorded: Path, data: Path, stretch: list[date], task_count: int) -> dict:
    """As many runs of as many tasks that do nothing."""
    dags = data / "dags"
    dags.mkdir(parents=True)
    (dags / "daily_papers.py").write_text(EMPTY_DAG.replace("TASKS", str(task_count)))
    os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(dags)
    return _backfill(recorded, Settings(data_dir=data), stretch)


def _backfill(recorded: Path, settings: Settings, stretch: list[date]) -> dict:
    with start_source(recorded) as url, PeakMemory() as memory:
        offline = replace(settings, hf_url=url, arxiv_url=url, arxiv_api_url=url)
        backfill(offline, stretch[0], stretch[-1])
    return read_speed(settings.airflow_home / "airflow.db") | {"peak_rss_mb": memory.by_component}


def read_speed(database: Path) -> dict:
    """Runs, seconds from the first start to the last end, and each task's seconds, from Airflow's metadata."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        runs, seconds = connection.execute(
            "select count(*), (julianday(max(end_date)) - julianday(min(start_date))) * 86400 from dag_run"
        ).fetchone()
        rows = connection.execute(
            "select task_id, avg(duration), max(duration), sum(duration) from task_instance group by 1 order by 4 desc"
        ).fetchall()
    tasks = {
        task: {"mean_s": round(mean, 2), "max_s": round(longest, 2), "sum_s": round(total, 2)}
        for task, mean, longest, total in rows
    }
    return {"runs": runs, "seconds": round(seconds, 2), "tasks": tasks}
