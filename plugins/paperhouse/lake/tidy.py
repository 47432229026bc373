"""Tidy: small files of the lake are merged, and what is older than time travel may reach is let go."""

import logging

import duckdb

from ..settings import Settings
from .attach import LakeUnusable, open_lake
from .snapshots import Publication, describe_manifest, find_newest, list_publications

TIDY_EVERY = 24  # snapshots; each leaves a few small files
KEPT_DAYS = 30  # of snapshots, for time travel
KEPT_PUBLICATIONS = 5  # for a rollback, however old
SPARED_DAYS = 1  # of files that no snapshot names: a reader may be in them, or a writer may not have named them yet

log = logging.getLogger(__name__)


def tidy_lake(settings: Settings) -> None:
    """Once in so many snapshots, tidy up. The caller holds the publish lock. What goes wrong is logged: it can wait."""
    try:
        publications = list_publications(settings)
        newest, *before = publications
        if not before or newest.snapshot_id // TIDY_EVERY == before[0].snapshot_id // TIDY_EVERY:
            return
        with open_lake(settings, read_only=False) as lake:
            _merge(settings, lake, newest)
            _expire(lake, publications)
            for what in ("cleanup_old_files", "delete_orphaned_files"):
                lake.execute(f"call ducklake_{what}('lake', older_than => now() - interval '{SPARED_DAYS} days')")
    except LakeUnusable as error:
        log.warning("the lake was not tidied up; it will be, after some more publications: %s", error)


def _merge(settings: Settings, lake: duckdb.DuckDBPyConnection, newest: Publication) -> None:
    """Fewer and larger files of the same rows, each a snapshot that says that the same version is published."""
    for statement in (
        "call ducklake_flush_inlined_data('lake')",
        "call ducklake_merge_adjacent_files('lake')",
        "call ducklake_rewrite_data_files('lake')",
    ):
        lake.execute("begin")
        lake.execute("from lake.current_snapshot()").fetchall()  # from here on, any other commit stops ours
        if find_newest(settings).version != newest.version:
            raise LakeUnusable(f"version {newest.version} is not the newest any more")
        lake.execute(statement)
        lake.execute(
            "call lake.set_commit_message('paperhouse', ?, extra_info => ?)",
            [f"version {newest.version}, in fewer files", describe_manifest(newest.manifest)],
        )
        lake.execute("commit")


def _expire(lake: duckdb.DuckDBPyConnection, publications: list[Publication]) -> None:
    spared = [one.snapshot_id for one in publications[:KEPT_PUBLICATIONS]]
    old = [
        row[0]
        for row in lake.execute(
            f"select snapshot_id from lake.snapshots() where snapshot_time < now() - interval '{KEPT_DAYS} days'"  # noqa: S608
            " and not list_contains(?, snapshot_id)",
            [spared],
        ).fetchall()
    ]
    if old:
        lake.execute(f"call ducklake_expire_snapshots('lake', versions => {old})")
