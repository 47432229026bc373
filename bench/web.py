"""Pages under load: twenty people read the full history while days are published, one after the other.

Each reader asks for a page, the kind first and then one of its addresses by chance, looks at it for a second on
average, and goes on; every answer is read whole. Milliseconds are those of a reader, from the question to the last
byte. Readers, server and publisher share the machine.
"""

import http.client
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
from paperhouse.build import build_warehouse
from paperhouse.load import load_raw
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.step_back import step_back
from paperhouse.warehouse import open_published

from .days import OFFLINE, land_days, list_days
from .memory import read_peak
from .queries import find_percentiles

READERS = 20
PAUSE = 1.0  # seconds that a reader looks at a page, on average
REPUBLISHED = 20  # the newest days, each landed and published again and again

ADDRESSES = {
    "day": "select '/day/' || listing_date from day_status where paper_count > 0",
    "week": "select distinct '/week/' || strftime(listing_date, '%G-W%V') from day_status where paper_count > 0",
    "month": "select distinct '/month/' || strftime(listing_date, '%Y-%m') from day_status where paper_count > 0",
    "paper": "select '/paper/' || paper_id from papers",
    "domain": "select distinct '/domain/' || domain_id from domain_metrics_daily",
    "api": "select '/api/papers/' || paper_id from papers",
}
WORDS = (
    "diffusion",
    "language model agents",
    "video generation",
    "reward",
    "robot",
    "benchmark",
    "quantization",
    "speech",
)
FIXED = {
    "domains": ["/domains", "/domains?days=90"],
    "numbers": ["/numbers", "/numbers?metric=accuracy"],
    "quality": ["/quality"],
    "search": [f"/search?q={quote(words)}" for words in WORDS],
    "feed": ["/feed.atom"],
}


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


def list_addresses(settings: Settings) -> dict[str, list[str]]:
    """Kind of page → its addresses in this warehouse."""
    with open_published(settings) as warehouse:
        found = {kind: [row[0] for row in warehouse.execute(query).fetchall()] for kind, query in ADDRESSES.items()}
    return found | FIXED


def publish_on(data: Path, recorded: Path, stop) -> None:
    """Publish recorded days until told to stop, each as a new fetch."""
    step_back()  # as every task does
    settings, newest = Settings(data_dir=data, hf_url=OFFLINE), list_days(recorded)[-REPUBLISHED:]
    while not stop.is_set():
        for fetch_id in land_days(settings, recorded, [random.choice(newest)]):  # noqa: S311
            load_raw(settings, fetch_id)
            build_warehouse(settings, fetch_id, say=lambda line: None)


def read_pages(url: str, addresses: dict[str, list[str]], seconds: float) -> tuple[dict[str, list[float]], int]:
    """Milliseconds by kind of page of all readers together, and how many answers were not 200."""
    times, errors, deadline = defaultdict(list), [], time.monotonic() + seconds
    readers = [
        threading.Thread(target=_read, args=(url, addresses, deadline, times, errors, number))
        for number in range(READERS)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if errors:
        print(f"  {errors[:5]}", flush=True)
    return times, len(errors)


def _read(url: str, addresses: dict, deadline: float, times: dict, errors: list, number: int) -> None:
    chance = random.Random(number)  # noqa: S311
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    time.sleep(chance.random() * PAUSE)
    while time.monotonic() < deadline:
        kind = chance.choice(list(addresses))
        path = chance.choice(addresses[kind])
        started = time.perf_counter()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                errors.append((path, answer.status))
        except (OSError, http.client.HTTPException) as error:
            errors.append((path, repr(error)))
            connection.close()
        times[kind].append((time.perf_counter() - started) * 1000)
        time.sleep(chance.uniform(0.5, 1.5) * PAUSE)
