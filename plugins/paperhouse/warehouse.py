"""Connections: the only module that opens a DuckDB file, and the rules each file is opened by."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from .errors import PaperhouseError
from .locking import hold_lock
from .settings import Settings

# Readable by every DuckDB from 1.4 on, and the first format that refuses a foreign write-ahead log.
STORAGE_VERSION = "v1.4.0"
WORKING_LOCK_TIMEOUT = 120  # seconds; a load takes a fraction of one

_OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}

WORKING_SCHEMA = """
create schema if not exists raw;
create table if not exists raw.fetches (
    fetch_id varchar primary key,
    listing_date date not null,
    source varchar not null,
    landing_folder varchar not null,
    observed_at timestamptz not null,
    page_count integer not null,
    page_limit integer not null,
    item_count integer not null,
    problem varchar,
    problem_detail varchar
);
create table if not exists raw.daily_papers (
    fetch_id varchar not null,
    listing_date date not null,
    observed_at timestamptz not null,
    page_number integer not null,
    item_number integer not null,
    paper_id varchar,
    payload json not null,
    landing_file varchar not null,
    sha256 varchar not null
);
create table if not exists raw.fetch_traits (
    fetch_id varchar not null,
    listing_date date not null,
    kind varchar not null,
    name varchar not null,
    json_type varchar,
    holds_count bigint not null,
    of_count bigint not null
);
create table if not exists raw.reading_batches (
    batch_id varchar primary key,
    kind varchar not null,
    listing_date date,
    made_at timestamptz not null,
    source varchar not null,
    landing_folder varchar not null,
    reading_count integer not null,
    envelope json
);
create table if not exists raw.readings (
    batch_id varchar not null,
    reading_number integer not null,
    paper_id varchar not null,
    payload json not null
);
create table if not exists raw.verdicts (
    fetch_id varchar primary key,
    is_accepted boolean not null,
    reason varchar,
    judged_at timestamptz not null,
    run_id varchar,
    is_held boolean not null
);
create table if not exists raw.audit_results (
    fetch_id varchar not null,
    suite varchar not null,
    check_name varchar not null,
    severity varchar not null,
    success boolean not null,
    observed varchar,
    message varchar
);
"""


class WarehouseMissing(PaperhouseError):
    """Nothing has been published yet."""


@contextmanager
def open_working(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private working database for writing, one process at a time; raise LockTimeout."""
    with hold_lock(settings.locks_dir / "working.lock", WORKING_LOCK_TIMEOUT):
        connection = _connect(settings.working_database)
        try:
            connection.execute(WORKING_SCHEMA)
            yield connection
        finally:
            connection.close()


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
    connection.execute(f"attach '{_quote(path)}' as build (storage_version '{STORAGE_VERSION}')")


def attach_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach a version file read-only as `published`."""
    connection.execute(f"attach '{_quote(path)}' as published (read_only)")


@contextmanager
def open_published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse as every reader should: read-only, through its link.

    Raises WarehouseMissing when nothing is published.
    """
    if not settings.warehouse_link.exists():
        raise WarehouseMissing(
            f"nothing is published in {settings.data_dir} yet; run a day first: make run DATE=2025-12-25"
        )
    with open_version(settings.warehouse_link.resolve()) as connection:
        yield connection


@contextmanager
def open_version(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one version file read-only."""
    connection = duckdb.connect(str(path), read_only=True, config=_OFFLINE)
    connection.execute("set timezone = 'UTC'")
    try:
        yield connection
    finally:
        connection.close()


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")  # ATTACH takes no parameters


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), config={**_OFFLINE, "storage_compatibility_version": STORAGE_VERSION})
    connection.execute("set timezone = 'UTC'")
    return connection
