"""Catch up: what other hosts landed, judged and held since this one's working database was last brought up to date.

Each host has a working database of its own, and the landing zone, which all share, is the truth of all of them.
"""

import logging
from pathlib import Path
from typing import NamedTuple

import duckdb

from .judge import read_verdict
from .read_landing import list_zone, read_landing
from .scope import insert_verdicts
from .settings import Settings
from .warehouse import open_working

# Raw tables that hold rows of a fetch, then those of a batch. The table of the fetch or batch itself comes last.
FETCH_TABLES = ("daily_papers", "fetch_traits", "audit_results", "verdicts", "fetches")
BATCH_TABLES = ("readings", "audit_results", "verdicts", "reading_batches")

log = logging.getLogger(__name__)


class _Known(NamedTuple):
    """A fetch or batch that was loaded. `judged_at` is None before its verdict, and ISO 8601 in UTC after it."""

    landed_id: str
    is_batch: bool
    judged_at: str | None
    is_held: bool | None


def catch_up(settings: Settings) -> None:
    """Load everything that landed and is not loaded, with every verdict and hold; raise LockTimeout.

    What lies there in halves may be landing now: it is left for the next time.
    """
    zone = list_zone(settings)
    names = {folder.name: (folder, files) for folder, files in (zone.fetches | zone.batches).items()}
    with open_working(settings) as working:
        for one in _list_known(working):
            folder, files = names.get(one.landed_id, (None, set()))
            # `reprocess` set a verdict aside and loads such a fetch anew: so does this host.
            if folder and one.judged_at and _has_old_verdict(files) and one.judged_at != _find_judged_at(folder, files):
                forget_landed(working, one.landed_id, one.is_batch)
        for folder, reason in read_landing(settings, working, log.debug, zone):
            log.debug("not read from the landing zone: %s: %s", folder, reason)
        known = _list_known(working)
        judged = [
            names[one.landed_id][0] / "verdict.json"
            for one in known
            if one.judged_at is None and "verdict.json" in names.get(one.landed_id, ("", ()))[1]
        ]
        held = {landed_id for landed_id, (_, files) in names.items() if "hold.json" in files}
        working.execute("begin")
        insert_verdicts(working, [read_verdict(file) for file in judged], held)
        moved = [one.landed_id for one in known if one.is_held is not None and one.is_held != (one.landed_id in held)]
        if moved:
            working.execute("update raw.verdicts set is_held = not is_held where list_contains(?, fetch_id)", [moved])
        working.execute("commit")


def forget_landed(working: duckdb.DuckDBPyConnection, landed_id: str, is_batch: bool) -> None:
    """Delete every raw row of a fetch or batch; it can be loaded again. The caller may hold a transaction."""
    for table in BATCH_TABLES if is_batch else FETCH_TABLES:
        key = "batch_id" if table in {"readings", "reading_batches"} else "fetch_id"
        working.execute(f"delete from raw.{table} where {key} = ?", [landed_id])  # noqa: S608


def _list_known(working: duckdb.DuckDBPyConnection) -> list[_Known]:
    rows = working.execute("""
        with landed as (
            select fetch_id, false as is_batch from raw.fetches
            union all
            select batch_id, true from raw.reading_batches
        )

        select fetch_id, is_batch, judged_at, is_held from landed left join raw.verdicts using (fetch_id)
        order by fetch_id
    """).fetchall()
    return [_Known(landed_id, is_batch, at and at.isoformat(), held) for landed_id, is_batch, at, held in rows]


def _has_old_verdict(files: set[str]) -> bool:
    return any(name.startswith("verdict-") for name in files)


def _find_judged_at(folder: Path, files: set[str]) -> str | None:
    return read_verdict(folder / "verdict.json").judged_at if "verdict.json" in files else None
