"""Connections: the only module that opens a DuckDB file, and the rules each file is opened by."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from .errors import PaperhouseError
from .extensions import ExtensionMissing, find_extension
from .locking import hold_lock
from .settings import Settings

# Readable by every DuckDB from 1.4 on, and the first format that refuses a foreign write-ahead log.
STORAGE_VERSION = "v1.4.0"
WORKING_LOCK_TIMEOUT = 120  # seconds; a load takes a fraction of one

_VERSION_FIX = (
    "close what holds it open, remove a .wal beside it that no program uses, or give readers the version before: "
    "paperhouse rollback"
)

_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}

# A query of a person gets this much; beyond the memory it fails, and nothing is written to a disk.
_CONSOLE = {
    **_OFFLINE,
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "arrow_lossless_conversion": "true",
    "memory_limit": "1GB",
    "threads": "2",
    "temp_directory": "",
}
# After the warehouse is attached. The second is no repetition of the first, which still allows the attached file and
# its log to be opened, for writing too: it could be attached anew. The last locks them all.
_CONSOLE_GUARDS = (
    "set enable_external_access = false",
    "set disabled_filesystems = 'LocalFileSystem'",
    "set lock_configuration = true",
)

WORKING_TABLES = Path(__file__).with_name("working.sql")


class WarehouseMissing(PaperhouseError):
    """Nothing has been published yet."""


class DatabaseUnusable(PaperhouseError):
    """A DuckDB file cannot be opened: damaged, locked by another program, or beside a foreign write-ahead log."""


@contextmanager
def open_working(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private working database for writing, one process at a time; raise LockTimeout, DatabaseUnusable.

    A missing one, or one of another release, is first read from the landing zone anew.
    """
    with hold_lock(settings.locks_dir / "working.lock", WORKING_LOCK_TIMEOUT):
        connection = _connect_working(settings.working_database)
        if not _has_raw_tables(connection):
            from .renew import renew_working  # which opens its files here

            connection.close()
            renew_working(settings)
            connection = _connect_working(settings.working_database)
        try:
            yield connection
        finally:
            connection.close()


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `raw.*` in an empty database, marked with the release that it is of."""
    connection.execute(WORKING_TABLES.read_text())
    connection.execute(f"create table raw.schema_hash as select '{_hash_schema()}' as sha256")


@contextmanager
def open_build(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a private build file for writing; it is created when missing."""
    connection = _connect(path)
    try:
        yield connection
    finally:
        connection.close()


def attach_build(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach a build file as `build`; it is created when missing."""
    connection.execute(f"attach '{quote(path)}' as build (storage_version '{STORAGE_VERSION}')")


def attach_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach a version file read-only as `published`; raise DatabaseUnusable.

    A program that has opened it for writing locks everybody else out, but not out of a copy.
    """
    with _name_trouble(path, _VERSION_FIX):
        try:
            connection.execute(f"attach '{quote(path)}' as published (read_only)")
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise
            with tempfile.TemporaryDirectory() as folder:  # gone by name at once, open until it is detached
                copy = shutil.copyfile(path, Path(folder) / path.name)
                connection.execute(f"attach '{quote(copy)}' as published (read_only)")


@contextmanager
def open_published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse as every reader should: read-only, through its link.

    Raises WarehouseMissing when nothing is published, and DatabaseUnusable.
    """
    with open_version(find_published(settings)) as connection:
        yield connection


@contextmanager
def open_console(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse for a query that somebody else wrote: no way to files, the network or settings.

    The warehouse is attached to an empty database in memory, which is gone at the end with whatever was made in it.
    Raises WarehouseMissing, DatabaseUnusable.
    """
    path = find_published(settings)
    connection = duckdb.connect(config=_CONSOLE)
    try:
        with _name_trouble(path, _VERSION_FIX):
            connection.execute(f"attach '{quote(path)}' as warehouse (read_only)")
        connection.execute("use warehouse")
        connection.execute("set timezone = 'UTC'")
        for guard in _CONSOLE_GUARDS:
            connection.execute(guard)
        yield connection
    finally:
        connection.close()


def write_parquet(rows: duckdb.DuckDBPyRelation, limit: int, path: Path) -> int:
    """Write the first `limit` rows that a console found as Parquet; return how many came, of which it may write less.

    A console can write no file, so its rows are handed to a connection of their own, which runs none of its SQL.
    """
    connection = duckdb.connect(config=_OFFLINE | {"memory_limit": _CONSOLE["memory_limit"], "temp_directory": ""})
    try:
        connection.register("stream", rows.__arrow_c_stream__())
        (row_count,) = connection.execute("create table found as from stream").fetchone()
        query = "copy (from found limit $limit) to ($file) (format parquet, compression zstd)"
        connection.execute(query, {"limit": limit, "file": str(path)})
    finally:
        connection.close()
    return row_count


def open_search() -> tuple[duckdb.DuckDBPyConnection, bool]:
    """An empty database in memory for texts, and whether it can rank them: the extension is a package of its own."""
    try:
        return open_memory("fts"), True
    except ExtensionMissing:
        return open_memory(), False


def open_memory(*extensions: str) -> duckdb.DuckDBPyConnection:
    """An empty database in memory with extensions, each from a package of its own; raise ExtensionMissing."""
    connection = duckdb.connect(config=_OFFLINE)
    try:
        for name in extensions:
            connection.execute(f"load '{quote(find_extension(name))}'")
    except duckdb.Error as error:
        connection.close()
        raise ExtensionMissing(f"{extensions} cannot be loaded into DuckDB {duckdb.__version__}: {error}") from None
    except ExtensionMissing:
        connection.close()
        raise
    return connection


@contextmanager
def open_version(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one version file read-only; raise DatabaseUnusable."""
    with _name_trouble(path, _VERSION_FIX):
        connection = duckdb.connect(str(path), read_only=True, config=_OFFLINE)
    connection.execute("set timezone = 'UTC'")
    try:
        yield connection
    finally:
        connection.close()


def find_published(settings: Settings) -> Path:
    """The file of the current version; under the lake target, the newest is brought here. Raises WarehouseMissing."""
    if settings.target == "lake":
        from .lake.pull import refresh_published

        refresh_published(settings)
    link = settings.warehouse_link
    if link.exists():
        return link.resolve()
    if link.is_symlink() or settings.versions_dir.exists():
        raise WarehouseMissing(
            f"{link} is missing, or the version it points to; the next run publishes all that was accepted anew, "
            "and `paperhouse rebuild` does it now"
        )
    raise WarehouseMissing(
        f"nothing is published in {settings.data_dir} yet; run a day first: make run DATE=2025-12-25"
    )


def _connect_working(database: Path) -> duckdb.DuckDBPyConnection:
    with _name_trouble(database, "close what holds it open, or make it anew: paperhouse rebuild"):
        return _connect(database)


def _has_raw_tables(working: duckdb.DuckDBPyConnection) -> bool:
    """Whether it has the tables of this release."""
    try:
        return working.execute("from raw.schema_hash").fetchall() == [(_hash_schema(),)]
    except duckdb.CatalogException:
        return False


def _hash_schema() -> str:
    return hashlib.sha256(WORKING_TABLES.read_bytes()).hexdigest()


@contextmanager
def _name_trouble(path: Path, fix: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise DatabaseUnusable(f"{path} cannot be opened ({' '.join(str(error).split())}); {fix}") from error


def quote(text: object) -> str:
    """What stands between single quotes, as in ATTACH, LOAD and COMMENT, which take no parameters."""
    return str(text).replace("'", "''")


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), config={**_OFFLINE, "storage_compatibility_version": STORAGE_VERSION})
    connection.execute("set timezone = 'UTC'")
    return connection
