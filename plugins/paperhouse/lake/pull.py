"""Pull: what is published in the lake, as an ordinary version file of this host, for every command that reads one."""

import logging
import shutil
import time
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb

from ..locking import LockTimeout, hold_lock
from ..publish import (
    KEPT_VERSIONS,
    ReadBackFailed,
    current_version,
    list_versions,
    place_version,
    point_link,
    read_back,
    seal_version,
)
from ..settings import Settings
from ..verify import is_whole
from ..warehouse import attach_build, open_version
from .attach import LakeUnusable, open_lake
from .push import DIGEST
from .snapshots import Publication, find_newest, list_publications
from .tables import Macro, create_macros, create_table, describe_tables, write_comments, write_macro_comments

HOST_TIMEOUT = 3600  # seconds; others of this host that publish or pull
ASK_AGAIN = 1.0  # seconds a reading process believes that nothing newer is published
SPARE = 30.0  # seconds it does not ask a catalog that did not answer

log = logging.getLogger(__name__)
_asked_at: dict[Path, float] = {}


def hold_host(settings: Settings, timeout: float = HOST_TIMEOUT) -> AbstractContextManager[None]:
    """Be alone among the processes of this host that change its versions; raises LockTimeout."""
    return hold_lock(settings.locks_dir / "publish.lock", timeout)


def refresh_published(settings: Settings) -> None:
    """Let this host have the newest publication, before it is read.

    A reader waits for nobody: while this host publishes, or when the lake cannot be reached, it keeps what it has.
    """
    now = time.monotonic()
    if now - _asked_at.get(settings.data_dir, -ASK_AGAIN) < ASK_AGAIN:
        return
    try:
        newest, current = find_newest(settings), current_version(settings)
        if (newest and newest.version) != (current and current.parent.name):
            with hold_host(settings, 0):
                pull_newest(settings)
    except LockTimeout:
        return
    except LakeUnusable as error:
        if current_version(settings) is None:
            raise
        log.warning("what is read may not be the newest: %s", error)
        now += SPARE
    _asked_at[settings.data_dir] = now


def pull_newest(settings: Settings) -> Path | None:
    """Make the newest publication this host's current version, and return its file; None when there is none.

    The caller holds the publish lock of this host. Raises LakeUnusable.
    """
    newest, current = find_newest(settings), current_version(settings)
    if newest is None and current:
        raise LakeUnusable(
            f"the lake holds no version, and {settings.data_dir} has {current.parent.name}; publish it there: "
            "paperhouse migrate --to lake, or correct PAPERHOUSE_LAKE_CATALOG"
        )
    if newest and (current is None or newest.version != current.parent.name):
        point_link(settings, pull_version(settings, newest))
        current = current_version(settings)
        for version in list_versions(settings)[:-KEPT_VERSIONS]:
            if version != current:
                shutil.rmtree(version.parent)
    return current


def pull_version(settings: Settings, publication: Publication) -> Path:
    """The file of a publication among this host's versions, made when it is not there. Raises LakeUnusable."""
    version = settings.versions_dir / publication.version / "warehouse.duckdb"
    if version.exists() and is_whole(version):
        return version
    shutil.rmtree(version.parent, ignore_errors=True)
    shutil.rmtree(settings.build_dir, ignore_errors=True)  # of a killed build or pull
    file = settings.build_dir / "warehouse.duckdb"
    file.parent.mkdir(parents=True)
    try:
        _copy(settings, publication, file)
        _check(publication, file)
        manifest = {key: publication.manifest[key] for key in ("base", "project", "row_counts")}
        whole = file.parent / "version"
        seal_version(whole, file, manifest)
        return place_version(settings, whole, publication.version)
    finally:
        shutil.rmtree(settings.build_dir, ignore_errors=True)


def pull_version_before(settings: Settings, current: Path) -> Path | None:
    """The newest whole version that was published before the current one, as a file of this host; None without one."""
    newest_last = reversed(list_publications(settings))
    snapshots = {one.version: one for one in newest_last}
    for name in sorted((name for name in snapshots if name < current.parent.name), reverse=True):
        try:
            return pull_version(settings, snapshots[name])
        except (LakeUnusable, ReadBackFailed) as error:
            log.warning("passed over: %s", error)
    return None


def _copy(settings: Settings, publication: Publication, file: Path) -> None:
    with open_lake(settings, snapshot_id=publication.snapshot_id) as lake:
        attach_build(lake, file)
        tables = describe_tables(lake, "lake")
        lake.execute("begin")
        for name in publication.manifest["row_counts"]:
            if name not in tables:
                raise _name_damage(publication, f"the table {name} is missing")
            create_table(lake, "build", name, tables[name])
            lake.execute(f'insert into build.main."{name}" from lake.main."{name}"')
            write_comments(lake, "build", name, tables[name])
        if "publish_log" in tables:
            lake.execute("alter table build.main.publish_log add primary key (version)")  # see publish_log.sql
        macros = [Macro(name, tuple(parameters), *rest) for name, parameters, *rest in publication.manifest["macros"]]
        create_macros(lake, "build", macros)
        write_macro_comments(lake, "build", macros)
        lake.execute("commit")
        lake.execute("checkpoint build")
        lake.execute("detach build")


def _check(publication: Publication, file: Path) -> None:
    manifest = publication.manifest
    if read_back(file) != manifest["row_counts"]:
        raise _name_damage(publication, "its tables have other row counts")
    if manifest["digests_by"] != duckdb.__version__:  # another release may hash otherwise
        return
    with open_version(file) as warehouse:
        for table, digest in manifest["digests"].items():
            if warehouse.execute(DIGEST.format(f'main."{table}"', "")).fetchone()[1] != digest:
                raise _name_damage(publication, f"rows of {table} differ")


def _name_damage(publication: Publication, what: str) -> LakeUnusable:
    return LakeUnusable(
        f"snapshot {publication.snapshot_id} of the lake is not version {publication.version} as it was published: "
        f"{what}; restore its files, or make all anew in a new catalog and data folder: paperhouse rebuild"
    )
