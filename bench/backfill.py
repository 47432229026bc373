"""How fast is a backfill, where do the seconds go, and how much memory does it take?

    .venv/bin/python bench/backfill.py FOLDER [DAYS]

FOLDER holds recorded days, as `paperhouse source --recorded` takes them. The last DAYS dates of it (30) are loaded by
Airflow's own backfill, ten at once, into a new data folder that is removed afterwards. Days without a recording in
between are loaded as empty days; they count as days too.
"""

import sqlite3
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import psutil
from paperhouse.content_hash import hash_content
from paperhouse.operate.backfill import backfill
from paperhouse.settings import load_settings
from paperhouse.source.server import start_source
from paperhouse.warehouse import open_published


def main(folder: Path, day_count: int) -> None:
    dates = sorted(date.fromisoformat(file.name[:10]) for file in (folder / "hf_daily_api").glob("2*.json*"))
    first, last = dates[-day_count:][0], dates[-1]
    memory = PeakMemory()
    with tempfile.TemporaryDirectory() as data, start_source(folder) as url:
        settings = replace(load_settings(), data_dir=Path(data), hf_url=url, arxiv_url=url, arxiv_api_url=url)
        with memory:
            backfill(settings, first, last)
        with open_published(settings) as warehouse:
            papers = warehouse.execute("select count(*) from paper_listings").fetchone()[0]
            digest = hash_content(warehouse)
        print(f"\n{papers} listings, content hash {digest}")
        print_speed(settings.airflow_home / "airflow.db")
    memory.print_peaks()


def print_speed(database: Path) -> None:
    """Days a minute from the start of the first run to the end of the last, and the seconds of each task."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        days, seconds = connection.execute(
            "select count(*), (julianday(max(end_date)) - julianday(min(start_date))) * 86400 from dag_run"
        ).fetchone()
        print(f"{days} days in {seconds:.0f} s: {60 * days / seconds:.1f} days a minute")
        rows = connection.execute(
            "select task_id, avg(duration), max(duration), sum(duration) from task_instance group by 1 order by 4 desc"
        ).fetchall()
    print("task             mean s   max s   sum s")
    for task_id, mean, longest, total in rows:
        print(f"{task_id:<16} {mean:>6.2f}  {longest:>6.2f}  {total:>6.1f}")


class PeakMemory:
    """Samples the resident memory of the processes below this one, by the component they belong to."""

    def __init__(self) -> None:
        self.peaks: Counter[str] = Counter()
        self._done = threading.Event()

    def __enter__(self) -> "PeakMemory":
        threading.Thread(target=self._sample, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()

    def print_peaks(self) -> None:
        print("process          peak MB (resident, shared pages counted in each)")
        for name, peak in self.peaks.most_common():
            print(f"{name:<16} {peak / 1e6:>6.0f}")

    def _sample(self) -> None:
        while not self._done.wait(0.3):
            for process in psutil.Process().children(recursive=True):
                try:
                    name, size = self._name(process), process.memory_info().rss
                except psutil.Error:
                    continue
                self.peaks[name] = max(self.peaks[name], size)

    @staticmethod
    def _name(process: psutil.Process) -> str:
        command = " ".join(process.cmdline())
        known = ("scheduler", "dag-processor", "api_server", "api-server", "triggerer")
        return next((name.replace("_", "-") for name in known if name in command), "task or other")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 30)
