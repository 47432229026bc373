"""Snapshots: which of the lake's are publications, and of which version.

A publication tells in its commit which version it holds. The newest one is what is published.
"""

import json
from datetime import datetime
from typing import NamedTuple

from ..settings import Settings
from .attach import LakeUnusable

# DuckLake's own tables, as its specification has them: a question to them takes milliseconds, attaching the lake
# a good part of a second.
PUBLICATIONS = """
    select snapshot_id, snapshot_time, commit_extra_info
    from ducklake_snapshot inner join ducklake_snapshot_changes using (snapshot_id)
    where commit_extra_info like '{"paperhouse": %'
    order by snapshot_id desc
"""
CONNECT_TIMEOUT = 10  # seconds


class Publication(NamedTuple):
    """A snapshot that holds a version. `manifest` is that of the version, with its name and without a file's sha256."""

    snapshot_id: int
    published_at: datetime
    manifest: dict

    @property
    def version(self) -> str:
        return self.manifest["version"]


def find_newest(settings: Settings) -> Publication | None:
    """What is published in the lake, or None; raise LakeUnusable."""
    return next(iter(_ask(settings, f"{PUBLICATIONS} limit 1")), None)


def list_publications(settings: Settings) -> list[Publication]:
    """Everything that was ever published and is kept, newest first; a version may come twice. Raises LakeUnusable."""
    return _ask(settings, PUBLICATIONS)


def find_snapshot_id(settings: Settings) -> int | None:
    """The lake's newest snapshot, whoever made it, or None where there is no lake yet; raise LakeUnusable."""
    rows = _ask_catalog(settings, "select max(snapshot_id) from ducklake_snapshot")
    return rows[0][0] if rows else None


def describe_manifest(manifest: dict) -> str:
    """What goes into the commit of a publication."""
    return json.dumps({"paperhouse": manifest})


def _ask(settings: Settings, query: str) -> list[Publication]:
    rows = _ask_catalog(settings, query)
    return [Publication(number, at, json.loads(extra)["paperhouse"]) for number, at, extra in rows]


def _ask_catalog(settings: Settings, query: str) -> list[tuple]:
    import psycopg2  # only here: the local target needs no Postgres

    try:
        connection = psycopg2.connect(settings.lake_catalog, connect_timeout=CONNECT_TIMEOUT)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()
    except psycopg2.errors.UndefinedTable:
        return []
    except psycopg2.Error as error:
        raise LakeUnusable(
            f"the Postgres of PAPERHOUSE_LAKE_CATALOG cannot be used ({settings.mask(' '.join(str(error).split()))}); "
            "start it, or correct the address"
        ) from None
