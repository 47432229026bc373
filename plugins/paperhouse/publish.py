"""Publish: an audited build becomes the warehouse by one swap of a symlink; older versions stay for a while."""

import json
import os
import secrets
import shutil
import time
from pathlib import Path

from .errors import PaperhouseError
from .settings import Settings
from .warehouse import open_build, open_version

KEPT_VERSIONS = 5
PRIVATE_SCHEMAS = ("raw", "staging", "intermediate")


class BaseIsStale(PaperhouseError):
    """Another version was published since this build began; build again on that one."""


class ReadBackFailed(PaperhouseError):
    """The finished file does not read back whole. It is not published."""


def current_version(settings: Settings) -> Path | None:
    """The file that the link points to, or None before the first publication."""
    link = settings.warehouse_link
    return link.resolve() if link.is_symlink() and link.exists() else None


def publish_build(settings: Settings, build_file: Path, base: Path | None) -> Path:
    """Turn a finished build into the current version and return its file.

    The caller holds the publish lock. Raises BaseIsStale when `base` is no longer current, ReadBackFailed when
    a table cannot be read in full; in both cases readers keep what they had.
    """
    _drop_private_schemas(build_file)
    row_counts = read_back(build_file)
    _sync(build_file)
    build_file.chmod(0o444)
    folder = settings.versions_dir / f"{time.time_ns()}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    manifest = {"base": base.parent.name if base else None, "row_counts": row_counts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))
    version = folder / "warehouse.duckdb"
    build_file.replace(version)
    _sync(folder)
    _sync(settings.versions_dir)
    if current_version(settings) != base:
        shutil.rmtree(folder)
        raise BaseIsStale(f"the current version is {current_version(settings)}, this build began on {base}")
    point_link(settings, version)
    _prune(settings)
    return version


def point_link(settings: Settings, version: Path) -> None:
    """Let the link point to `version`, atomically."""
    draft = settings.data_dir / f".warehouse.duckdb.{secrets.token_hex(3)}"
    draft.symlink_to(os.path.relpath(version, settings.data_dir))
    draft.replace(settings.warehouse_link)
    _sync(settings.data_dir)


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


def _drop_private_schemas(build_file: Path) -> None:
    with open_build(build_file) as connection:
        for schema in PRIVATE_SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")
        connection.execute("checkpoint")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(settings: Settings) -> None:
    current = current_version(settings)
    for version in list_versions(settings)[:-KEPT_VERSIONS]:
        if version != current:
            shutil.rmtree(version.parent)
