"""The days: gaps, what waits, what was rejected or is held, and whether yesterday is there.

All of it is read from the published version and the landing zone: the working database belongs to its writers.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from ..landing import name_source
from ..publish import current_version
from ..settings import Settings
from ..storage import list_landed
from ..warehouse import open_version
from .finding import Finding, find_ok, find_warning, list_some

GAPS = ("never_fetched", "failed", "partial", "capped")


@dataclass(frozen=True)
class Landed:
    """A complete fetch or batch in the landing zone. `is_accepted` is None before its verdict."""

    landed_id: str
    listing_date: str | None
    is_accepted: bool | None
    reason: str | None
    is_held: bool


def check_days(settings: Settings) -> Iterator[Finding]:
    """What the published version and the landing zone say about the days; nothing before the first publication."""
    landed = list(_list_landed(settings))
    version = current_version(settings)
    published: set[str] = set()
    if version:
        with open_version(version) as warehouse:
            yield from _check_gaps(warehouse)
            yield from _check_yesterday(settings, warehouse)
            query = "select fetch_id from fetches union all select batch_id from reading_batches"
            published = {row[0] for row in warehouse.execute(query).fetchall()}
    waiting = [one for one in landed if one.landed_id not in published and one.is_accepted is not False]
    yield from _check_waiting([one for one in waiting if not one.is_held])
    yield from _check_held([one for one in landed if one.is_held])
    yield from _check_rejected(landed)


def _list_landed(settings: Settings) -> Iterator[Landed]:
    landed = list_landed(settings.landing_dir / "hf" / "daily", 2) | list_landed(settings.readings_dir, 1)
    for folder, names in landed.items():
        if not names & {"fetch.json", "batch.json"}:
            continue
        day = folder.parent.name if "fetch.json" in names else None
        verdict = _read(folder / "verdict.json") if "verdict.json" in names else {}
        yield Landed(folder.name, day, verdict.get("is_accepted"), verdict.get("reason"), "hold.json" in names)


def _check_gaps(warehouse: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    rows = warehouse.execute("select state, listing_date from day_status order by listing_date").fetchall()
    gaps = {state: [day for found, day in rows if found == state] for state in GAPS}
    first, last = (min(day for _, day in rows), max(day for _, day in rows)) if rows else (None, None)
    for state, days in gaps.items():
        if days:
            yield find_warning(
                "days",
                f"{len(days)} of {len(rows)} days are {state}: {list_some(days)}",
                f"paperhouse plan {days[0]} {days[-1]} says what a backfill would fetch; --yes starts it",
            )
    if rows and not any(gaps.values()):
        yield find_ok("days", f"{len(rows)} days without a gap, {first} to {last}")


def _check_yesterday(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    (published_at,) = warehouse.execute("select max(published_at) from publish_log").fetchone()
    seen = f"last published {published_at:%Y-%m-%d %H:%M} UTC"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    row = warehouse.execute("select state from day_status where listing_date = ?", [yesterday]).fetchone()
    if name_source(settings.hf_url) == "offline source":
        yield find_ok("last success", f"{seen}; the offline source has no new days")
    elif row and row[0] not in {"never_fetched", "failed"}:
        yield find_ok("last success", f"{seen}; yesterday is {row[0]}")
    else:
        yield find_warning(
            "last success",
            f"{seen}; yesterday, {yesterday}, is not there",
            f"switch daily_papers on and keep `make up` running, or: make run DATE={yesterday}",
        )


def _check_waiting(waiting: list[Landed]) -> Iterator[Finding]:
    hour_ago = f"{datetime.now(UTC) - timedelta(hours=1):%Y%m%dT%H%M%S}"
    old = [one for one in waiting if one.landed_id < hour_ago]  # ids begin with their moment
    if old:
        names = [one.listing_date or one.landed_id for one in old]
        yield find_warning(
            "waiting",
            f"{len(old)} fetches or readings landed more than an hour ago and are not published: {list_some(names)}",
            "clear the run that stopped, or load the date again: the next build takes all that was loaded",
        )
    else:
        yield find_ok("waiting", f"{len(waiting)} for the next build" if waiting else "nothing")


def _check_held(held: list[Landed]) -> Iterator[Finding]:
    if held:
        names = sorted({one.listing_date or "readings" for one in held})
        yield find_warning(
            "held", f"a rollback holds {list_some(names)}", "paperhouse release publishes them when they are right"
        )


def _check_rejected(landed: list[Landed]) -> Iterator[Finding]:
    by_age = sorted(landed, key=lambda one: one.landed_id)
    newest = {one.listing_date or "readings": one for one in by_age}
    rejected = {name: one for name, one in newest.items() if one.is_accepted is False}
    if rejected:
        last = max(rejected, key=lambda name: rejected[name].landed_id)
        yield find_warning(
            "rejected",
            f"the newest look was rejected: {list_some(sorted(rejected))}; {last}: {rejected[last].reason}",
            "read the verdict beside the fetch or in the Data Docs; fetch the date again when the source is right",
        )


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
