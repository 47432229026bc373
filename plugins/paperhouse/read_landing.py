"""Read the landing zone: everything that ever landed, with its verdicts and holds, into a working database in bulk."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb

from .batches import CheckedBatch, check_batch, insert_batches
from .errors import PaperhouseError
from .judge import Verdict, read_verdict
from .landing import LandingDamaged
from .load import CheckedFetch, check_fetch, insert_fetches
from .scope import insert_verdicts
from .settings import Settings

CHUNK = 100  # folders read into memory, and then inserted together


class Unusable(NamedTuple):
    """A landed folder that cannot be used, and why, in one line."""

    folder: Path
    reason: str


class _Kind(NamedTuple):
    noun: str  # <noun>.json is written last, and has the folder's name as <noun>_id
    plural: str
    table: str
    check: Callable
    insert: Callable


class _Landed(NamedTuple):
    folder: Path
    content: CheckedFetch | CheckedBatch
    verdict: Verdict | None
    is_held: bool


_FETCHES = _Kind("fetch", "fetches", "raw.fetches", check_fetch, insert_fetches)
_BATCHES = _Kind("batch", "batches", "raw.reading_batches", check_batch, insert_batches)


def read_landing(settings: Settings, working: duckdb.DuckDBPyConnection, say: Callable[[str], None]) -> list[Unusable]:
    """Read all that `working` does not hold yet. Returns the folders that cannot be used; the others go on."""
    return [
        *_read_folders(settings, working, _FETCHES, (settings.landing_dir / "hf" / "daily").glob("*/*"), say),
        *_read_folders(settings, working, _BATCHES, settings.readings_dir.glob("*"), say),
    ]


def _read_folders(
    settings: Settings, working: duckdb.DuckDBPyConnection, kind: _Kind, folders: Iterable[Path], say: Callable
) -> list[Unusable]:
    known = {row[0] for row in working.execute(f"select {kind.noun}_id from {kind.table}").fetchall()}  # noqa: S608
    missing = sorted(folder for folder in folders if folder.is_dir() and folder.name not in known)
    unusable = []
    for start in range(0, len(missing), CHUNK):
        landed = []
        for folder in missing[start : start + CHUNK]:
            try:
                landed.append(_check_folder(kind, folder))
            except (PaperhouseError, OSError) as error:
                unusable.append(Unusable(folder, str(error)))
        unusable += _insert(settings, working, kind, landed)
        say(f"{min(start + CHUNK, len(missing))} of {len(missing)} {kind.plural} read, {len(unusable)} unusable")
    return unusable


def _check_folder(kind: _Kind, folder: Path) -> _Landed:
    file = folder / f"{kind.noun}.json"
    if not file.exists():
        raise LandingDamaged(f"{file.name} is missing: it never landed whole, or is landing now")
    content = _read(kind.check, folder, file)
    described = getattr(content, kind.noun)
    if getattr(described, f"{kind.noun}_id") != folder.name:
        raise LandingDamaged(f"{file.name} describes another {kind.noun}; remove the copy")
    if kind is _FETCHES and described.listing_date != folder.parent.name:
        raise LandingDamaged(f"{file.name} is about {described.listing_date}; move the folder back to that date")
    file = folder / "verdict.json"
    verdict = _read(read_verdict, file, file) if file.exists() else None
    return _Landed(folder, content, verdict, (folder / "hold.json").exists())


def _read(read: Callable, path: Path, file: Path) -> object:
    try:
        return read(path)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise LandingDamaged(f"{file.name} cannot be read ({type(error).__name__}: {error}); restore it") from None


def _insert(
    settings: Settings, working: duckdb.DuckDBPyConnection, kind: _Kind, landed: list[_Landed]
) -> list[Unusable]:
    working.execute("begin")
    try:
        kind.insert(settings, working, [one.content for one in landed])
        held = {one.folder.name for one in landed if one.is_held}
        insert_verdicts(working, [one.verdict for one in landed if one.verdict], held)
        working.execute("commit")
    except duckdb.Error as error:
        working.execute("rollback")
        if len(landed) == 1:
            return [Unusable(landed[0].folder, " ".join(str(error).split()))]
        # What DuckDB does not take is found by taking them one by one.
        return [lost for one in landed for lost in _insert(settings, working, kind, [one])]
    return []
