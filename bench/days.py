"""Recorded days: which there are, a dense stretch of them, and landing them without a server."""

import gzip
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from paperhouse.extract import PAGE_LIMIT
from paperhouse.landing import land_fetch
from paperhouse.request import Answer
from paperhouse.settings import Settings

OFFLINE = "http://127.0.0.1"  # the name under which recorded days land


def list_days(recorded: Path) -> list[date]:
    """Dates with a recorded list, the oldest first."""
    return sorted({date.fromisoformat(file.name[:10]) for file in (recorded / "hf_daily_api").glob("2*.json*")})


def choose_stretch(days: list[date], count: int) -> list[date]:
    """The `count` recorded days that lie closest together, the newest such; one day less when that is all there are.

    The day that is kept back is for the measurement that needs a day not loaded yet.
    """
    count = min(count, max(1, len(days) - 1))
    starts = range(len(days) - count + 1)
    start = min(starts, key=lambda number: (days[number + count - 1] - days[number], -number))
    return days[start : start + count]


def count_dates(stretch: list[date]) -> int:
    """Dates from the first to the last day of a stretch, those without a recording among them."""
    return (stretch[-1] - stretch[0]).days + 1


def land_days(settings: Settings, recorded: Path, days: Iterable[date]) -> list[str]:
    """Land recorded lists as if each had been fetched three days after its date; return the fetch ids."""
    return [_land_day(settings, recorded, day) for day in days]


def _land_day(settings: Settings, recorded: Path, day: date) -> str:
    plain = recorded / "hf_daily_api" / f"{day}.json"
    body = plain.read_bytes() if plain.exists() else gzip.decompress(plain.with_suffix(".json.gz").read_bytes())
    received_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=3)
    answer = Answer(f"{settings.hf_url}/api/daily_papers?date={day}", 200, {}, body, received_at)
    return land_fetch(settings, day, [answer], PAGE_LIMIT).fetch_id
