"""Rollback: readers get the version before, and what came since is held until it is released."""

import json
from datetime import UTC, datetime
from pathlib import Path

from .batches import find_landed
from .build import LOCK_TIMEOUT, build_warehouse
from .errors import PaperhouseError
from .landing import write_file
from .locking import hold_lock
from .publish import current_version, list_versions, point_link
from .scope import attach_published_ids
from .settings import Settings
from .verify import is_whole
from .warehouse import open_working


class NothingToRollBack(PaperhouseError):
    """There is no older version."""


def roll_back(settings: Settings) -> dict:
    """Point the link to the newest whole version before the current one; hold what only newer ones contain.

    Returns the version and the ids of the held fetches and batches. Raises NothingToRollBack.
    """
    with hold_lock(settings.locks_dir / "publish.lock", LOCK_TIMEOUT):
        current = current_version(settings)
        older = [version for version in list_versions(settings) if current and version < current]
        target = next(filter(is_whole, reversed(older)), None)
        if target is None:
            raise NothingToRollBack(f"{settings.data_dir} has no whole version older than the current one")
        held = _hold_since(settings, target)
        point_link(settings, target)
    return {"version": target.parent.name, "held_fetches": held}


def release_held(settings: Settings) -> dict:
    """Let held fetches be published again, and publish them. Returns the version and the released fetch ids."""
    with hold_lock(settings.locks_dir / "publish.lock", LOCK_TIMEOUT), open_working(settings) as working:
        released = [row[0] for row in working.execute("select fetch_id from raw.verdicts where is_held").fetchall()]
        for fetch_id in released:
            (find_landed(settings, fetch_id) / "hold.json").unlink(missing_ok=True)
        working.execute("update raw.verdicts set is_held = false")
    built = build_warehouse(settings)
    return {"version": built.version.parent.name if built.version else None, "released_fetches": released}


def _hold_since(settings: Settings, version: Path) -> list[str]:
    with open_working(settings) as working:
        attach_published_ids(working, version)
        held = [
            row[0]
            for row in working.execute(
                "select fetch_id from raw.verdicts where is_accepted and fetch_id not in (from published_ids)"
            ).fetchall()
        ]
        # The mark lies beside the fetch as well: a rebuild from the landing zone must know it.
        for fetch_id in held:
            mark = {"held_at": datetime.now(UTC).isoformat(), "version": version.parent.name}
            write_file(find_landed(settings, fetch_id) / "hold.json", json.dumps(mark).encode())
        working.execute("update raw.verdicts set is_held = true where list_contains(?, fetch_id)", [held])
    return held
