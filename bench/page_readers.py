"""Readers of the pages: who asks for which addresses, and how long each answer takes."""

import http.client
import random
import threading
import time
from collections import defaultdict
from urllib.parse import quote, urlsplit

from paperhouse.settings import Settings
from paperhouse.warehouse import open_published

READERS = 20
PAUSE = 1.0  # seconds that a reader looks at a page, on average

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


def list_addresses(settings: Settings) -> dict[str, list[str]]:
    """Kind of page → its addresses in this warehouse."""
    with open_published(settings) as warehouse:
        found = {kind: [row[0] for row in warehouse.execute(query).fetchall()] for kind, query in ADDRESSES.items()}
    return found | FIXED


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
