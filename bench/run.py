"""Every measurement in one run, on the offline source: `make bench`, or `make bench QUICK=1` for a smaller one.

    python -m bench.run [--quick] [--recorded DIR] [--out DIR]

Writes results.json, results.md and growth.svg. Each measurement has a process of its own, one after the other. A
target that is missed is shown and fails nothing.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import psutil
from paperhouse.settings import REPO

from .backfill import measure_backfill, measure_empty
from .days import choose_stretch, count_dates, list_days
from .history import choose_points, measure_history
from .load import measure_load
from .machine import count_expectations, describe_machine, list_versions
from .memory import read_peak
from .plot import draw_growth
from .queries import measure_queries
from .rebuild import measure_floor, measure_rebuild
from .summary import format_results, summarize, to_json
from .trigger import measure_trigger

RECORDED, BUNDLED = REPO.parent / "shared" / "recorded", REPO / "demo"


class Size(NamedTuple):
    """How much is measured: days, repeats, and papers read for the query about numbers."""

    stretch: int
    points: list[int]  # days of history
    added: int
    triggered: int
    repeats: int
    read: int


WHOLE = Size(60, [30, 100, 200, 300, 450], 5, 3, 3, 500)
QUICK = Size(10, [10, 40], 2, 1, 1, 20)


def run_bench(recorded: Path, size: Size, work: Path) -> tuple[dict, dict]:
    """Run every measurement; returns what was measured on, and what by name."""
    days = list_days(recorded)
    stretch = choose_stretch(days, size.stretch)
    points, added = choose_points(len(days), size.points, size.added)
    others = [day for day in days if day not in stretch]
    # The days before the stretch, or whatever is left.
    untouched = ([day for day in others if day < stretch[0]] or others or stretch)[-size.triggered :]
    data, measured = work / "backfill", {}
    run = {
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d}",
        "quick": size is QUICK,
        "source": "sample days" if recorded == BUNDLED else "recorded days",
        "recorded_days": len(stretch),
        "runs": count_dates(stretch),
        "first_date": stretch[0].isoformat(),
        "last_date": stretch[-1].isoformat(),
        "machine": describe_machine(),
        "versions": list_versions(),
        "expectations_by_suite": count_expectations(),
    }

    def measure(name: str, title: str, function: Callable[..., dict], *arguments: object) -> dict:
        print(f"{title} …", flush=True)
        started = time.monotonic()
        measured[name] = measure_apart(function, *arguments)
        numbers = ", ".join(f"{key} {value}" for key, value in measured[name].items() if isinstance(value, int | float))
        print(f"{title}: {numbers} ({time.monotonic() - started:.0f} s in all)", flush=True)
        return measured[name]

    title = f"{len(stretch)} recorded days, {run['runs']} dates"
    tasks = measure("backfill", f"(a) Backfill of {title}", measure_backfill, recorded, data, stretch)["tasks"]
    measure("empty", "(a0) As many runs of empty tasks", measure_empty, recorded, work / "empty", stretch, len(tasks))
    measure("rebuild", "(b) Rebuild of the same days", measure_rebuild, data, size.repeats)
    floor = measure("floor", "(b0) The same in plain DuckDB", measure_floor, data, work / "floor", size.repeats)
    run["dbt_tests_by_kind"] = floor.pop("dbt_tests_by_kind")
    measure("trigger", "(g) Trigger to published", measure_trigger, recorded, data, untouched)
    measure("history", "(d) Cost of a day by history", measure_history, recorded, work, days, points, added)
    measure("load", "(e) Raw load and read_json", measure_load, work / "full", work / "load", size.repeats)
    measure("queries", "(f) Queries on the full history", measure_queries, work / "full", size.read)
    return run, measured


def measure_apart(function: Callable[..., dict], *arguments: object) -> dict:
    """Call a measurement in a fresh process, and add the peak memory of that process where it gives none itself."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(call_measured, function, *arguments).result()


def call_measured(function: Callable[..., dict], *arguments: object) -> dict:
    measured = function(*arguments)
    return {"peak_rss_mb": round(read_peak(psutil.Process()) / 1e6)} | measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer days")
    parser.add_argument("--recorded", type=Path, help="folder of recorded days; those beside the repository by default")
    parser.add_argument("--out", type=Path, default=REPO / "bench", help="where the results are written")
    options = parser.parse_args()
    recorded = options.recorded or (RECORDED if RECORDED.is_dir() else BUNDLED)
    if recorded == BUNDLED:
        print("No recorded days beside the repository: the numbers are of the few bundled sample days only")
    for name in [name for name in os.environ if name.startswith(("PAPERHOUSE_", "AIRFLOW"))]:
        del os.environ[name]  # the defaults are measured
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paperhouse-bench-") as work:
        run, measured = run_bench(recorded.resolve(), QUICK if options.quick else WHOLE, Path(work))
    results = summarize(run | {"bench_seconds": round(time.monotonic() - started)}, measured)
    table = "\n".join(format_results(results)) + "\n"
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "results.json").write_text(to_json(results), encoding="utf-8")
    (options.out / "results.md").write_text(f"{table}\n![growth](growth.svg)\n", encoding="utf-8")
    (options.out / "growth.svg").write_text(draw_growth(measured["history"]["curve"]), encoding="utf-8")
    print(f"\n{table}\n{run_line(options.out, results)}")


def run_line(out: Path, results: dict) -> str:
    met = sum(results["targets_met"].values())
    total = len(results["targets_met"])
    return f"{met} of {total} targets met in {results['bench_seconds']} s; see {out / 'results.json'}"


if __name__ == "__main__":
    sys.exit(main())
