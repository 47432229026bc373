"""The lake: whether its catalog and its files answer, and whether this host has what is published."""

from collections.abc import Iterator

from ..publish import current_version
from ..settings import Settings
from .finding import Finding, find_ok, find_problem, find_warning


def check_lake(settings: Settings) -> Iterator[Finding]:
    """Ask the catalog, and read one small table whole; nothing for the local target."""
    if settings.target != "lake":
        return
    from ..lake.attach import LakeUnusable, open_lake
    from ..lake.snapshots import find_newest

    try:
        newest = find_newest(settings)
        if newest is None:
            yield find_warning(
                "lake", "nothing is published in it", "load a day, or paperhouse migrate --to lake with what you have"
            )
            return
        with open_lake(settings) as lake:
            days, _ = lake.execute("select count(*), bit_xor(hash(t)) from lake.main.day_status as t").fetchone()
    except LakeUnusable as error:
        yield find_problem("lake", str(error), "readers keep what this host has; nothing is published until it answers")
        return
    version = current_version(settings)
    here = "this host has it" if version and version.parent.name == newest.version else "the next reader brings it here"
    seen = f"snapshot {newest.snapshot_id} of {newest.published_at:%Y-%m-%d %H:%M} UTC, {days} days"
    yield find_ok("lake", f"{seen}; version {newest.version}, {here}")
