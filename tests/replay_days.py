"""The recorded days of a replay, the source that serves them, the states they should end in, and what was compared."""

import gzip
import json
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

from paperhouse.content_hash import hash_version
from paperhouse.operate.known_days import list_days
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.source import server

# Hugging Face allows 500 requests in 300 s, one in 0.6 s; here everything goes twice as fast, in shorter windows.
INTERVAL, QUOTA, WINDOW = 0.3, 50, 15
HOST = "127.0.0.1"


class Replay:
    """The recorded days of a range, the data folders, the source with its faults, and what was compared."""

    def __init__(self, recorded: Path, count: int | None, seed: int, folder: Path) -> None:
        files = sorted(recorded.glob("hf_daily_api/????-??-??.json.gz"))[-count if count else None :]
        self.items = {
            date.fromisoformat(file.name[:10]): json.loads(gzip.decompress(file.read_bytes())) for file in files
        }
        self.dates = list_days(min(self.items), max(self.items))
        self.recorded, self.folder, self.chance = recorded, folder, random.Random(seed)  # noqa: S311
        self.replaced: dict[str, list] = {}
        self.served: list[float] = []
        self.outcomes: list[tuple[bool, str, str, str]] = []

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The offline source with scaled limits; `replaced` days are answered instead, requests noted in `served`."""
        answer = server.answer_request

        def answer_and_note(folder, path, query):
            self.served.append(time.time())
            reply = answer(folder, path, query)
            items = self.replaced.get(query.get("date"))
            return reply if items is None else reply._replace(body=json.dumps(items).encode())

        scaled = {"answer_request": answer_and_note, "WINDOW_SECONDS": WINDOW, "QUOTAS": {"api": QUOTA, "pages": QUOTA}}
        with mock.patch.multiple(server, **scaled), server.start_source(self.recorded) as url:
            yield url

    def compare(self, what: str, expected: object, seen: object, is_right: bool | None = None) -> None:
        """Note one comparison; equal is right unless the caller says otherwise."""
        right = expected == seen if is_right is None else is_right
        self.outcomes.append((right, what, str(expected), str(seen)))
        say(f"{'ok   ' if right else 'WRONG'} {what}: {seen}" + ("" if right else f", expected {expected}"))

    def compare_none(self, what: str, wrong: list[str]) -> None:
        """Note that something should never be so, and name where it is."""
        for line in wrong[:50]:
            say(f"  {line}")
        self.compare(what, 0, len(wrong))


def say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)


def hash_of(settings: Settings) -> str:
    return str(hash_version(current_version(settings)))[:16]


def expect_state(day: date, items: dict[date, list]) -> str:
    """The state of a day that was seen once, long after, as the description of `day_status` has it."""
    count = len(items.get(day, []))
    if count == 50:
        return "capped"
    if count == 0:
        return "quiet" if day.isoweekday() > 5 else "partial"
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    stamps = [item["paper"].get("submittedOnDailyAt") for item in items[day]]
    times = [moment for moment in map(datetime.fromisoformat, filter(None, stamps)) if moment > midnight]
    if times:
        return "partial" if max(times) < midnight + timedelta(hours=8) else "settled"
    in_other_years = any(is_small(day + timedelta(days=days), items) for days in (-364, 364))
    return "partial" if is_small(day, items) and not in_other_years else "settled"


def is_small(day: date, items: dict[date, list]) -> bool:
    """Under a quarter of the median of this weekday's lists in the eight weeks before and after."""
    around = [day + timedelta(weeks=weeks) for weeks in range(-8, 9) if weeks]
    counts = [len(items[other]) for other in around if items.get(other)]
    usual = int(statistics.median(counts) + 0.5) if len(counts) >= 4 else 0
    return 0 < len(items.get(day, [])) < 0.25 * usual
