"""Rollback: readers get the version before, and what came since is held until it is released."""

import json
from datetime import UTC, datetime

from .batches import find_landed
from .build import LOCK_TIMEOUT, build_warehouse
from .errors import PaperhouseError
from .landing import write_file
from .locking import hold_lock
from .publish import current_version, list_versions, point_link
from .scope import attach_published_ids
from .settings import Settings
from .warehouse import open_working


class NothingToRollBack(PaperhouseError):
    """There is no older version."""


def roll_back(settings: Settings) -> dict:
    """Point the link to the version before the current one and hold every fetch and batch that only newer ones contain.

    Returns the version and the held fetch ids. Raises NothingToRollBack.
    """
    with hold_lock(settings.locks_dir / "publish.lock", LOCK_TIMEOUT):
        current = current_version(settings)
        older = [version for version in list_versions(settings) if current and version < current]
        if not older:
            raise NothingToRollBack(f"{settings.data_dir} has no version older than the current one")
        held = _hold_since(settings, older[-1])
        point_link(settings, older[-1])
    return {"version": older[-1].parent.name, "held_fetches": held}


def release_held(settings: Settings) -> dict:
    """Let held fetches be published again, and publish them. Returns the version and the released fetch ids."""
    with hold_lock(settings.locks_dir / "publish.lock", LOCK_TIMEOUT), open_working(settings) as working:
        released = [row[0] for row in working.execute("select fetch_id from raw.verdicts where is_held").fetchall()]
        for fetch_id in released:
            (find_landed(settings, fetch_id) / "hold.json").unlink(missing_ok=True)
        working.execute("update raw.verdicts set is_held = false")
    built = build_warehouse(settings)
    return {"version": built.version.parent.name if built.version else None, "released_fetches": released}


def _hold_since(settings: Settings, version) -> list[str]:
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
        working.executemany("update raw.verdicts set is_held = true where fetch_id = ?", [[one] for one in held])
    return held
