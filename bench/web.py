"""Pages under load: twenty people read the full history while days are published: `make bench-web`.

    python -m bench.web [--quick] [--recorded DIR] [--data DIR] [--out DIR]

All recorded days are published first, and every paper read from its abstract. Then each reader asks for a page, the
kind first and then one of its addresses by chance, looks at it for a second on average, and goes on; every answer is
read whole. Milliseconds are those of a reader, from the question to the last byte. Readers, server and publisher share
the machine. Writes web.json and web.md.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import psutil
from paperhouse.build import build_warehouse
from paperhouse.load import load_raw
from paperhouse.publish import current_version
from paperhouse.settings import REPO, Settings
from paperhouse.step_back import step_back
from paperhouse.warehouse import open_published

from .days import OFFLINE, land_days, list_days
from .machine import describe_machine, list_versions
from .memory import read_peak
from .page_readers import READERS, list_addresses, read_pages
from .queries import find_percentiles, read_newest
from .run import BUNDLED, RECORDED, measure_apart

SECONDS, QUICK_SECONDS, QUICK_DAYS = 60, 10, 20
TARGET = 150.0  # milliseconds, p95
REPUBLISHED = 20  # the newest days, each landed and published again and again


def measure_web(data: Path, recorded: Path, seconds: int) -> dict:
    """p50 and p95 over all questions and by kind of page, errors, and how many versions were published meanwhile."""
    settings = Settings(data_dir=data, hf_url=OFFLINE)
    addresses = list_addresses(settings)
    stop = get_context("spawn").Event()
    publisher = get_context("spawn").Process(target=publish_on, args=(data, recorded, stop))
    environment = os.environ | {"PAPERHOUSE_DATA_DIR": str(data), "PAPERHOUSE_HF_URL": OFFLINE}
    command = [Path(sys.executable).with_name("paperhouse"), "web", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = re.search(r"http://\S+", server.stdout.readline())[0]
            publisher.start()
            before = current_version(settings)
            while current_version(settings) == before:  # what it imports is not what is measured
                time.sleep(0.1)
            first = time.time_ns()
            times, errors = read_pages(url, addresses, seconds)
            stop.set()
            peak = read_peak(psutil.Process(server.pid))
        finally:
            stop.set()
            publisher.join()
            server.terminate()
    names = [path.name for path in settings.versions_dir.iterdir()]
    everything = [value for values in times.values() for value in values]
    return find_percentiles(everything) | {
        "errors": errors,
        "requests": len(everything),
        "readers": READERS,
        "seconds": seconds,
        "versions_published": sum(int(name.split("-")[0]) > first for name in names),
        "peak_rss_mb": round(peak / 1e6),
        "pages": {kind: {"requests": len(values)} | find_percentiles(values) for kind, values in sorted(times.items())},
    }


def publish_history(data: Path, recorded: Path, day_count: int | None) -> dict:
    """Publish the recorded days, or the last so many of them, and read every paper from its abstract."""
    settings = Settings(data_dir=data, hf_url=OFFLINE)
    for fetch_id in land_days(settings, recorded, list_days(recorded)[-day_count if day_count else None :]):
        load_raw(settings, fetch_id)
    build_warehouse(settings, say=lambda line: None)
    read_newest(settings, 1_000_000)
    return {}


def count_history(data: Path) -> dict[str, int]:
    with open_published(Settings(data_dir=data)) as warehouse:
        days, papers = warehouse.execute(
            "select (select count(*) from day_status where paper_count > 0), (select count(*) from papers)"
        ).fetchone()
    return {"days": days, "papers": papers}


def publish_on(data: Path, recorded: Path, stop) -> None:
    """Publish recorded days until told to stop, each as a new fetch."""
    step_back()  # as every task does
    settings, newest = Settings(data_dir=data, hf_url=OFFLINE), list_days(recorded)[-REPUBLISHED:]
    while not stop.is_set():
        for fetch_id in land_days(settings, recorded, [random.choice(newest)]):  # noqa: S311
            load_raw(settings, fetch_id)
            build_warehouse(settings, fetch_id, say=lambda line: None)


def format_table(results: dict) -> str:
    machine, web = results["machine"], results["web"]
    above = [kind for kind, one in web["pages"].items() if one["p95_ms"] > TARGET]
    outcome = f"above it: {', '.join(above)}" if above else "met by each page"
    lines = [
        f"{results['papers']:,} papers of {results['days']} days, {web['readers']} readers for {web['seconds']} s, "
        f"{web['versions_published']} versions published meanwhile, {web['requests']} answers, {web['errors']} errors. "
        f"{machine['cpu_count']} × {machine['cpu']}, {machine['memory_gb']} GB, load {machine['load_at_start']} at the "
        f"start. Target: p95 of {TARGET:g} ms; {outcome}.",
        "",
        "| page | answers | p50, ms | p95, ms |",
        "|---|--:|--:|--:|",
        f"| all | {web['requests']} | {web['p50_ms']:g} | {web['p95_ms']:g} |",
    ]
    for kind, one in web["pages"].items():
        lines.append(f"| {kind} | {one['requests']} | {one['p50_ms']:g} | {one['p95_ms']:g} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer days and seconds")
    parser.add_argument("--recorded", type=Path, help="folder of recorded days; those beside the repository by default")
    parser.add_argument("--data", type=Path, help="a data folder that holds the recorded days already; it is copied")
    parser.add_argument("--out", type=Path, default=REPO / "bench", help="where the results are written")
    options = parser.parse_args()
    recorded = (options.recorded or (RECORDED if RECORDED.is_dir() else BUNDLED)).resolve()
    for name in [name for name in os.environ if name.startswith(("PAPERHOUSE_", "AIRFLOW"))]:
        del os.environ[name]  # the defaults are measured
    machine = describe_machine()
    with tempfile.TemporaryDirectory(prefix="paperhouse-web-") as work:
        data = Path(work) / "data"
        if options.data:
            shutil.copytree(options.data, data, symlinks=True)
        else:
            measure_apart(publish_history, data, recorded, QUICK_DAYS if options.quick else None)
        history = count_history(data)
        print(f"{history['papers']:,} papers of {history['days']} days are published; now they are read", flush=True)
        web = measure_web(data, recorded, QUICK_SECONDS if options.quick else SECONDS)
    results = {"quick": options.quick, "machine": machine, "versions": list_versions()} | history | {"web": web}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "web.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (options.out / "web.md").write_text(format_table(results), encoding="utf-8")
    print(f"\n{format_table(results)}")


if __name__ == "__main__":
    main()
