"""What one more day costs, with little and with much history: load, judge, build, test and publish, without Airflow.

The same newest days are added, one by one, to a copy of each history, so that only the history differs. All of it
runs in one warm process.
"""

import shutil
import statistics
import time
from datetime import date
from pathlib import Path

from paperhouse.build import build_warehouse
from paperhouse.load import load_raw
from paperhouse.settings import Settings

from .days import OFFLINE, land_days


def choose_points(day_count: int, points: list[int], added: int) -> tuple[list[int], int]:
    """The lengths of history to measure at, and how many days to add; less of both where there are fewer days."""
    added = min(added, max(1, day_count // 2))
    reachable = [point for point in points if point + added <= day_count]
    return (reachable if len(reachable) > 1 else sorted({1, max(1, day_count - added)})), added


def measure_history(recorded: Path, work: Path, days: list[date], points: list[int], added: int) -> dict:
    """The median seconds of an added day for each length of history; the folder of the longest stays in `full`."""
    full, kept = Settings(data_dir=work / "full", hf_url=OFFLINE), work / "kept"
    before, new, seconds, sizes, built = days[:-added], days[-added:], {}, {}, 0
    for point in points:
        # Always at the same place: dbt would parse the project again for a build file at another.
        if kept.exists():
            shutil.rmtree(full.data_dir)
            kept.rename(full.data_dir)
        _extend(full, recorded, before[-point : len(before) - built])
        built = point
        shutil.copytree(full.data_dir, kept, symlinks=True)
        seconds[point] = [_add_day(full, recorded, day) for day in new]
        sizes[point] = round(full.warehouse_link.stat().st_size / 1e6, 1)
        print(f"  {point} days of history: {statistics.median(seconds[point]):.2f} s a day", flush=True)
    curve = {point: round(statistics.median(values), 3) for point, values in seconds.items()}
    return {"curve": curve, "added_days": [day.isoformat() for day in new], "seconds": seconds, "warehouse_mb": sizes}


def _extend(settings: Settings, recorded: Path, days: list[date]) -> None:
    """Land older days and publish them together."""
    for fetch_id in land_days(settings, recorded, days):
        load_raw(settings, fetch_id)
    build_warehouse(settings, say=lambda line: None)


def _add_day(settings: Settings, recorded: Path, day: date) -> float:
    (fetch_id,) = land_days(settings, recorded, [day])
    started = time.perf_counter()
    load_raw(settings, fetch_id)
    build_warehouse(settings, fetch_id, say=lambda line: None)
    return round(time.perf_counter() - started, 3)
