"""Rollback: readers get the version before, and what came since is held until it is released.

In a lake the version before becomes the newest snapshot, so that every host and every reader goes back together.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from .batches import find_landed
from .build import LOCK_TIMEOUT, build_warehouse
from .coordination import hold_shared_lock
from .errors import PaperhouseError
from .publish import MANIFEST, current_version, follow_lake, list_versions, point_link
from .scope import attach_published_ids, catch_up_with_hosts
from .settings import Settings
from .storage import write_file
from .verify import is_whole
from .warehouse import open_working


class NothingToRollBack(PaperhouseError):
    """There is no older version."""


def roll_back(settings: Settings) -> dict:
    """Point the link to the newest whole version before the current one; hold what only newer ones contain.

    Returns the version and the ids of the held fetches and batches. Raises NothingToRollBack, LakeUnusable.
    """
    with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings):
        current = current_version(settings)
        target = current and _find_before(settings, current)
        if target is None:
            raise NothingToRollBack(f"{settings.data_dir} has no whole version older than the current one")
        catch_up_with_hosts(settings)
        held = _hold_since(settings, target)
        if settings.target == "lake":
            from .lake.push import push_version

            manifest = json.loads(target.with_name(MANIFEST).read_bytes())
            push_version(settings, target, current, target.parent.name, manifest)
        point_link(settings, target)
    return {"version": target.parent.name, "held_fetches": held}


def release_held(settings: Settings) -> dict:
    """Let held fetches be published again, and publish them. Returns the version and the released fetch ids."""
    with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings):
        catch_up_with_hosts(settings)
        released = _release(settings)
    built = build_warehouse(settings)
    return {"version": built.version.parent.name if built.version else None, "released_fetches": released}


def _find_before(settings: Settings, current: Path) -> Path | None:
    if settings.target == "lake":
        from .lake.pull import pull_version_before

        return pull_version_before(settings, current)
    older = [version for version in list_versions(settings) if version < current]
    return next(filter(is_whole, reversed(older)), None)


def _release(settings: Settings) -> list[str]:
    with open_working(settings) as working:
        released = [row[0] for row in working.execute("select fetch_id from raw.verdicts where is_held").fetchall()]
        for fetch_id in released:
            (find_landed(settings, fetch_id) / "hold.json").unlink(missing_ok=True)
        working.execute("update raw.verdicts set is_held = false")
    return released


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
