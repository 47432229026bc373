"""Publish: an audited build becomes the warehouse by one swap of a symlink; older versions stay for a while."""

import json
import os
import secrets
import shutil
import time
from pathlib import Path

from .errors import PaperhouseError
from .settings import Settings
from .transform import hash_project
from .warehouse import attach_build, open_build, open_version

KEPT_VERSIONS = 5
KEPT_ROOM = 32  # blocks of 256 kB; below that, writing anew costs more than it saves
PRIVATE_SCHEMAS = ("raw", "staging", "intermediate")


class BaseIsStale(PaperhouseError):
    """Another version was published since this build began; build again on that one."""


class ReadBackFailed(PaperhouseError):
    """The finished file does not read back whole. It is not published."""


def current_version(settings: Settings) -> Path | None:
    """The file that the link points to, or None before the first publication."""
    link = settings.warehouse_link
    return link.resolve() if link.is_symlink() and link.exists() else None


def name_version() -> str:
    """A new name of a version; names sort by time."""
    return f"{time.time_ns()}-{secrets.token_hex(3)}"


def publish_build(settings: Settings, build_file: Path, base: Path | None, name: str | None = None) -> Path:
    """Turn a finished build into the current version, called `name`, and return its file.

    The caller holds the publish lock. Raises BaseIsStale when `base` is no longer current, ReadBackFailed when
    a table cannot be read in full; in both cases readers keep what they had.
    """
    _drop_private_schemas(build_file)
    _compact(build_file)
    row_counts = read_back(build_file)
    sync_path(build_file)
    build_file.chmod(0o444)
    folder = settings.versions_dir / (name or name_version())
    folder.mkdir(parents=True)
    manifest = {"base": base.parent.name if base else None, "project": hash_project(), "row_counts": row_counts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    version = folder / "warehouse.duckdb"
    build_file.replace(version)
    sync_path(folder)
    sync_path(settings.versions_dir)
    if current_version(settings) != base:
        shutil.rmtree(folder)
        raise BaseIsStale(f"the current version is {current_version(settings)}, this build began on {base}")
    point_link(settings, version)
    _prune(settings)
    return version


def is_of_this_project(version: Path) -> bool:
    """Whether a version was made by the dbt project as it is now; only then can a build extend it."""
    try:
        manifest = json.loads((version.parent / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return manifest.get("project") == hash_project()


def point_link(settings: Settings, version: Path) -> None:
    """Let the link point to `version`, atomically."""
    draft = settings.data_dir / f".warehouse.duckdb.{secrets.token_hex(3)}"
    draft.symlink_to(os.path.relpath(version, settings.data_dir))
    draft.replace(settings.warehouse_link)
    sync_path(settings.data_dir)


def list_versions(settings: Settings) -> list[Path]:
    """Version files, oldest first."""
    return sorted(settings.versions_dir.glob("*/warehouse.duckdb"))


def read_back(path: Path) -> dict[str, int]:
    """Read every column of every published table in a fresh connection; return rows by table.

    An encoder can write what it cannot decode, and a flipped byte only shows when its block is read.
    """
    if path.with_name(path.name + ".wal").exists():
        raise ReadBackFailed(f"{path} still has a write-ahead log; copying it would lose rows")
    row_counts = {}
    with open_version(path) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'main' order by table_name"
        ).fetchall()
        for (table,) in tables:
            try:
                query = f'select count(*), bit_xor(hash(t)) from main."{table}" as t'  # noqa: S608
                row_counts[table] = connection.execute(query).fetchone()[0]
            except Exception as error:
                raise ReadBackFailed(f"table {table} of {path} cannot be read: {error}") from error
    if not row_counts:
        raise ReadBackFailed(f"{path} holds no table")
    return row_counts


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


def _prune(settings: Settings) -> None:
    current = current_version(settings)
    for version in list_versions(settings)[:-KEPT_VERSIONS]:
        if version != current:
            shutil.rmtree(version.parent)
