"""Loading what landed into the raw tables, beside DuckDB's own read_json of the same files into a table.

`bulk` is the way of a rebuild: every file is compared with its sha256, the verdicts are loaded too, a hundred folders
a transaction. `each` is the way of a run: one folder, one connection, one transaction. read_json does none of it.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from paperhouse.errors import PaperhouseError
from paperhouse.landing import read_fetch
from paperhouse.load import load_raw
from paperhouse.read_landing import read_landing
from paperhouse.settings import Settings
from paperhouse.warehouse import create_raw_tables, open_build, open_working


class CountsDiffer(PaperhouseError):
    """The ways did not load the same items, so their times cannot be compared."""


def measure_load(data: Path, work: Path, repeats: int) -> dict:
    """Median seconds of each way over the landed files of `data`, and items a second."""
    landing = Settings(data_dir=data).landing_dir
    pages = str(landing / "hf" / "daily" / "*" / "*" / "page-*.json")
    ways = {
        "bulk": _load_in_bulk,
        "each": _load_each,
        "read_json": lambda settings: _read_pages(settings, f"read_json('{pages}', union_by_name = true)"),
        "read_json_objects": lambda settings: _read_pages(settings, f"read_json_objects('{pages}', format = 'array')"),
    }
    seconds, counts = {}, {}
    for name, way in ways.items():
        seconds[name], counts[name] = _time(way, landing, work / name, 1 if name == "each" else repeats)
    if len(set(counts.values())) != 1:
        raise CountsDiffer(f"the ways of loading disagree about the number of items: {counts}")
    items = counts["bulk"]
    return {
        "items": items,
        "files": len(list(landing.glob("hf/daily/*/*/page-*.json"))),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "items_per_s": {name: round(items / value) for name, value in seconds.items()},
    }


def _time(way: Callable, landing: Path, work: Path, repeats: int) -> tuple[float, int]:
    """Median seconds of a way into a new file each time, and the number of items it loaded."""
    seconds, count = [], 0
    for number in range(repeats):
        settings = Settings(data_dir=work / str(number))
        settings.data_dir.mkdir(parents=True)
        settings.landing_dir.symlink_to(landing)
        started = time.perf_counter()
        count = way(settings)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), count


def _load_in_bulk(settings: Settings) -> int:
    with open_build(settings.working_database) as working:
        create_raw_tables(working)
        read_landing(settings, working, say=lambda line: None)
        return working.execute("select count(*) from raw.daily_papers").fetchone()[0]


def _load_each(settings: Settings) -> int:
    folders = sorted(file.parent for file in settings.landing_dir.glob("hf/daily/*/*/fetch.json"))
    for folder in folders:
        load_raw(settings, read_fetch(folder).fetch_id)
    with open_working(settings) as working:
        return working.execute("select count(*) from raw.daily_papers").fetchone()[0]


def _read_pages(settings: Settings, source: str) -> int:
    with duckdb.connect(str(settings.working_database)) as connection:
        connection.execute(f"create table items as from {source}")
        return connection.execute("select count(*) from items").fetchone()[0]
