"""Publish log: what a version changed against the one before, written into the version itself before it is published.

The table `publish_log` travels from version to version, so any of them tells the history it came from. It holds our
own clock and is no part of the content hash.
"""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from .changes import count_changes, fetch_row, find_changes, has_table
from .settings import Settings
from .warehouse import WarehouseMissing, find_published, open_build, open_version

LOG_TABLE = Path(__file__).with_name("publish_log.sql")

SCOPE_QUERY = """
    with told as (
        select fetch_id, is_accepted, fetch_id in (from raw.waiting_batches) as is_batch
        from raw.verdicts
        where fetch_id in (from raw.waiting_fetches union all from raw.waiting_batches)
    )

    select
        coalesce(list(fetch_id order by fetch_id) filter (is_accepted), []) as fetch_ids,
        count(*) filter (is_accepted and not is_batch) as fetch_count,
        count(*) filter (is_accepted and is_batch) as batch_count,
        count(*) filter (not is_accepted) as rejected_count,
        (select min(listing_date) from raw.scope_dates) as first_listing_date,
        (select max(listing_date) from raw.scope_dates) as last_listing_date
    from told
"""


def record_publish(build_file: Path, base: Path | None, version: str, started_at: datetime) -> dict:
    """Add the row of the coming version to `publish_log` of a finished build, and return it by column name.

    The build still has its `raw` schema; `base` is the version it began on. Only rows of its scope are compared, so the
    cost follows the scope.
    """
    with open_build(build_file) as build:
        build.execute(LOG_TABLE.read_text())
        find_changes(build, base, is_scoped=True)
        if base and has_table(build, "published", "publish_log"):
            # A build that began from nothing, as a rebuild does, goes on with the history.
            build.execute("insert or ignore into main.publish_log by name from published.main.publish_log")
        now = datetime.now(UTC)
        row = {
            "version": version,
            "base_version": base.parent.name if base else None,
            "published_at": now,
            **fetch_row(build, SCOPE_QUERY),
            **count_changes(build),
            "seconds": (now - started_at).total_seconds(),
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        build.execute(f"insert into main.publish_log ({names}) values ({marks})", [*row.values()])  # noqa: S608
    return row


def summarize_changes(row: dict) -> str:
    """One line for people, like "+17 papers, 2 changed, votes +34"."""
    parts = {
        "papers_added": "+{} papers",
        "papers_changed": "{} changed",
        "papers_removed": "-{} papers",
        "listings_delisted": "{} delisted",
        "readings_added": "+{} readings",
        "readings_changed": "{} readings changed",
        "metrics_added": "+{} numbers",
        "metrics_removed": "-{} numbers",
    }
    said = [form.format(row[name]) for name, form in parts.items() if row[name]]
    if row["votes_moved"]:
        said.append(f"votes {row['votes_net']:+}")
    return ", ".join(said) or "nothing new"


def read_log(warehouse: duckdb.DuckDBPyConnection) -> list[dict]:
    """The rows of an open version, newest first; none in a version of before there was a log."""
    database = warehouse.execute("select current_database()").fetchone()[0]
    if not has_table(warehouse, database, "publish_log"):
        return []
    cursor = warehouse.execute("from publish_log order by published_at desc, version desc")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def describe_publish_of(settings: Settings, fetch_id: str) -> str | None:
    """One line of what the publication of a fetch or batch changed, whichever run made it. None when none did."""
    try:
        version = find_published(settings)
    except WarehouseMissing:
        return None
    with open_version(version) as warehouse:
        row = next((row for row in read_log(warehouse) if fetch_id in row["fetch_ids"]), None)
    return row and f"{summarize_changes(row)} (version {row['version']}, {len(row['fetch_ids'])} published together)"
