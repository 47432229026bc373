"""Read the landing zone: everything that ever landed, with its verdicts and holds, into a working database in bulk."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
from .storage import is_in_bucket, list_landed

CHUNK = 100  # folders read into memory, and then inserted together
READERS = 16  # of a bucket, where reading is waiting

Folders = dict[Path, set[str]]  # each with the names of its files


class Unusable(NamedTuple):
    """A landed folder that cannot be used, and why, in one line."""

    folder: Path
    reason: str


class Zone(NamedTuple):
    """What landed, as far as names tell."""

    fetches: Folders
    batches: Folders


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


def list_zone(settings: Settings) -> Zone:
    """The folders of all fetches and batches, landed whole or not."""
    return Zone(list_landed(settings.landing_dir / "hf" / "daily", 2), list_landed(settings.readings_dir, 1))


def read_landing(
    settings: Settings, working: duckdb.DuckDBPyConnection, say: Callable[[str], None], zone: Zone | None = None
) -> list[Unusable]:
    """Read all of `zone` that `working` does not hold yet. Returns the folders that cannot be used; others go on."""
    zone = zone or list_zone(settings)
    return [
        *_read_folders(settings, working, _FETCHES, zone.fetches, say),
        *_read_folders(settings, working, _BATCHES, zone.batches, say),
    ]


def _read_folders(
    settings: Settings, working: duckdb.DuckDBPyConnection, kind: _Kind, folders: Folders, say: Callable
) -> list[Unusable]:
    known = {row[0] for row in working.execute(f"select {kind.noun}_id from {kind.table}").fetchall()}  # noqa: S608
    missing = [folder for folder in folders if folder.name not in known]
    unusable = []
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        with ThreadPoolExecutor(READERS) as pool:
            each = pool.map if is_in_bucket(chunk[0]) else map
            checked = list(each(lambda folder: _check_or_name(kind, folder, folders[folder]), chunk))
        unusable += [one for one in checked if isinstance(one, Unusable)]
        unusable += _insert(settings, working, kind, [one for one in checked if isinstance(one, _Landed)])
        say(f"{min(start + CHUNK, len(missing))} of {len(missing)} {kind.plural} read, {len(unusable)} unusable")
    return unusable


def _check_or_name(kind: _Kind, folder: Path, names: set[str]) -> _Landed | Unusable:
    try:
        return _check_folder(kind, folder, names)
    except (PaperhouseError, OSError) as error:
        return Unusable(folder, str(error))


def _check_folder(kind: _Kind, folder: Path, names: set[str]) -> _Landed:
    file = folder / f"{kind.noun}.json"
    if file.name not in names:
        raise LandingDamaged(f"{file.name} is missing: it never landed whole, or is landing now")
    content = _read(kind.check, folder, file)
    described = getattr(content, kind.noun)
    if getattr(described, f"{kind.noun}_id") != folder.name:
        raise LandingDamaged(f"{file.name} describes another {kind.noun}; remove the copy")
    if kind is _FETCHES and described.listing_date != folder.parent.name:
        raise LandingDamaged(f"{file.name} is about {described.listing_date}; move the folder back to that date")
    file = folder / "verdict.json"
    verdict = _read(read_verdict, file, file) if file.name in names else None
    return _Landed(folder, content, verdict, "hold.json" in names)


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
