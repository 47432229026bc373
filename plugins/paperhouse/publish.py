"""Publish: an audited build becomes the warehouse by one swap of a symlink; older versions stay for a while."""

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from .errors import PaperhouseError
from .settings import Settings
from .storage import write_file
from .transform import hash_project
from .warehouse import DatabaseUnusable, attach_build, open_build, open_version

KEPT_VERSIONS = 5
MANIFEST = "manifest.json"  # beside each version: what it was when it was published
KEPT_ROOM = 32  # blocks of 256 kB; below that, writing anew costs more than it saves
PRIVATE_SCHEMAS = ("raw", "staging", "intermediate")


class BaseIsStale(PaperhouseError):
    """Another version was published since this build began; build again on that one."""


class ReadBackFailed(PaperhouseError):
    """The finished file does not read back whole. It is not published."""


@contextmanager
def follow_lake(settings: Settings) -> Iterator[Callable[[], object]]:
    """Under the lake target: be alone among this host's publishers, and begin with what any host published last.

    Yields what brings the newest version here once more, for a base that was stale. The caller holds the publish lock
    that all hosts share. For the local target there is nothing to do.
    """
    if settings.target != "lake":
        yield lambda: None
        return
    from .lake.pull import hold_host, pull_newest

    with hold_host(settings):
        pull_newest(settings)
        yield lambda: pull_newest(settings)


def current_version(settings: Settings) -> Path | None:
    """The file that the link points to, or None before the first publication; under the lake target, this host's."""
    link = settings.warehouse_link
    return link.resolve() if link.is_symlink() and link.exists() else None


def name_version(base: Path | None) -> str:
    """A new name of a version; names sort by time, and after that of the base even when the clock was set back."""
    after = int(base.parent.name.split("-")[0]) if base else 0
    return f"{max(time.time_ns(), after + 1)}-{secrets.token_hex(3)}"


def publish_build(settings: Settings, build_file: Path, base: Path | None, name: str | None = None) -> Path:
    """Turn a finished build into the current version, called `name`, and return its file.

    The caller holds the publish lock. Raises BaseIsStale when `base` is no longer current, ReadBackFailed when
    a table cannot be read in full; in both cases readers keep what they had.
    """
    _drop_private_schemas(build_file)
    _compact(build_file)
    row_counts = read_back(build_file)
    manifest = {
        "base": base.parent.name if base else None,
        "project": hash_project(),
        "row_counts": row_counts,
    }
    name = name or name_version(base)
    # The folder moves into its place as a whole: whatever stops us before, only the build folder knows of it.
    whole = build_file.parent / "version"
    seal_version(whole, build_file, manifest)
    if current_version(settings) != base:
        raise BaseIsStale(f"the current version is {current_version(settings)}, this build began on {base}")
    if settings.target == "lake":
        from .lake.push import push_version

        # Readers elsewhere have it from here on; a host that is killed now pulls it like any other.
        push_version(settings, whole / build_file.name, base, name, manifest)
    version = place_version(settings, whole, name)
    point_link(settings, version)
    _prune(settings, base)
    if settings.target == "lake":
        from .lake.tidy import tidy_lake

        tidy_lake(settings)
    return version


def seal_version(whole: Path, build_file: Path, manifest: dict) -> None:
    """Move a finished file into the new folder `whole` beside it, with its manifest, and wait for the disk."""
    whole.mkdir()
    write_file(whole / MANIFEST, json.dumps({**manifest, "sha256": hash_file(build_file)}, indent=1).encode())
    sync_path(build_file)
    build_file.chmod(0o444)
    build_file.replace(whole / "warehouse.duckdb")
    sync_path(whole)


def place_version(settings: Settings, whole: Path, name: str) -> Path:
    """Move a sealed folder among the versions, and return its file."""
    settings.versions_dir.mkdir(exist_ok=True)
    version = settings.versions_dir / name / "warehouse.duckdb"
    whole.rename(version.parent)
    sync_path(settings.versions_dir)
    return version


def remove_halves(settings: Settings) -> None:
    """Remove what is left of versions that a killed run was forgetting. The caller holds the publish lock."""
    for folder in settings.versions_dir.glob("*"):
        if not (folder / "warehouse.duckdb").exists():
            shutil.rmtree(folder)


def is_of_this_project(version: Path) -> bool:
    """Whether a version was made by the dbt project as it is now; only then can a build extend it."""
    try:
        manifest = json.loads((version.parent / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return manifest.get("project") == hash_project()


def point_link(settings: Settings, version: Path) -> None:
    """Let the link point to `version`, atomically. The caller holds the publish lock."""
    draft = settings.data_dir / ".warehouse.duckdb.next"
    draft.unlink(missing_ok=True)  # of a killed run
    draft.symlink_to(os.path.relpath(version.resolve(), settings.data_dir.resolve()))
    draft.replace(settings.warehouse_link)
    sync_path(settings.data_dir)


def list_versions(settings: Settings) -> list[Path]:
    """Version files, oldest first."""
    return sorted(settings.versions_dir.resolve().glob("*/warehouse.duckdb"))


def read_back(path: Path) -> dict[str, int]:
    """Read every column of every published table in a fresh connection; return rows by table.

    An encoder can write what it cannot decode, and a flipped byte only shows when its block is read.
    """
    if path.with_name(path.name + ".wal").exists():
        raise ReadBackFailed(f"{path} still has a write-ahead log; copying it would lose rows")
    row_counts, reading = {}, "the list of tables"
    try:
        with open_version(path) as connection:
            tables = connection.execute(
                "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
            ).fetchall()
            for (table,) in tables:
                reading = f"table {table}"
                query = f'select count(*), bit_xor(hash(t)) from main."{table}" as t'  # noqa: S608
                row_counts[table] = connection.execute(query).fetchone()[0]
    except (duckdb.Error, DatabaseUnusable) as error:
        raise ReadBackFailed(f"{reading} of {path} cannot be read: {error}") from error
    if not row_counts:
        raise ReadBackFailed(f"{path} holds no table")
    return row_counts


def hash_file(path: Path) -> str:
    """The sha256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_path(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop_private_schemas(build_file: Path) -> None:
    with open_build(build_file) as connection:
        for schema in PRIVATE_SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute("checkpoint")


def _compact(build_file: Path) -> None:
    """Write the file anew when most of it is room that the private schemas left: every later build copies it."""
    draft = build_file.with_name(f"compact-{build_file.name}")
    with open_build(build_file) as connection:
        name, used, free = connection.execute(
            "select database_name, used_blocks, free_blocks from pragma_database_size()"
        ).fetchone()
        if free <= max(used, KEPT_ROOM):
            return
        attach_build(connection, draft)
        connection.execute(f'copy from database "{name}" to build')
        connection.execute("checkpoint build")
        connection.execute("detach build")
    draft.replace(build_file)


def _prune(settings: Settings, base: Path | None) -> None:
    """Forget old versions, and those that are not on the way from the first to the current one.

    Newer than the base are those that a rollback left, and those that a killed run put in place and never linked.
    """
    *older, _ = versions = list_versions(settings)
    for version in older:
        if version in versions[:-KEPT_VERSIONS] or (base and version > base):
            shutil.rmtree(version.parent)
