"""The content hash: two warehouses with the same hash tell the same story.

It covers what was read from the source, not when this installation looked or which run did.
"""

import hashlib
from collections import Counter
from pathlib import Path

import duckdb

from .warehouse import DatabaseUnusable, open_version

# Table → what is hashed of it. Our own clock and run ids stay out, and so do days that hold nothing but a failure:
# a rebuild knows of them, and a warehouse that published nothing since does not.
HASHED = {
    "papers": "select * exclude (last_observed_at) from papers",
    "paper_listings": """
        select * exclude (first_observed_at, delisted_at), delisted_at is not null as is_delisted from paper_listings
    """,
    "paper_votes": "select * exclude (upvotes_per_day, observation_count, last_observed_at) from paper_votes",
    "paper_links": "select * exclude (observed_at) from paper_links",
    "authors": "from authors",
    "paper_authors": "from paper_authors",
    "organizations": "select * exclude (last_observed_at) from organizations",
    "domains": "from domains",
    "paper_domains": "from paper_domains",
    "paper_readings": "select * exclude (batch_id, reading_number, read_at) from paper_readings",
    "paper_sentences": "from paper_sentences",
    "paper_metrics": "from paper_metrics",
    "imported_reports": "select * exclude (batch_id, imported_at) from imported_reports",
    "imported_entries": "from imported_entries",
    # A date that is only known by its report may fail to be fetched later, and knows no more then. Only
    # versions built after a rollback know what is held, so the list without it counts.
    "day_status": """
        select listing_date, list_state, expected_count, paper_count, reported_count, unreported_paper_ids
        from day_status
        where list_state not in ('failed', 'never_fetched')
    """,
}


def hash_content(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the sha256 (hex) over the content of an open published warehouse, whatever its row order."""
    total = hashlib.sha256()
    for table, query in HASHED.items():
        digest = connection.execute(
            f"select coalesce(sha256(string_agg(row, chr(10) order by row)), '') "  # noqa: S608 - our own queries
            f"from (select to_json(content)::varchar as row from ({query}) as content)"
        ).fetchone()[0]
        total.update(f"{table} {digest}\n".encode())
    return total.hexdigest()


def hash_version(version: Path) -> str | None:
    """Return the content hash of a version file; None when it cannot be read, or lacks tables of today."""
    try:
        with open_version(version) as warehouse:
            return hash_content(warehouse)
    except (duckdb.Error, DatabaseUnusable):
        return None


def compare_content(before: Path, after: Path) -> list[str]:
    """Return a line for each table whose content differs, like "papers: 2 rows only before, 3 only after"."""
    lines = []
    for table, query in HASHED.items():
        rows_before, rows_after = _count_rows(before, query), _count_rows(after, query)
        if rows_before != rows_after:
            gone, new = (rows_before - rows_after).total(), (rows_after - rows_before).total()
            lines.append(f"{table}: {gone} rows only before, {new} only after")
    return lines


def _count_rows(version: Path, query: str) -> Counter[int]:
    with open_version(version) as warehouse:
        counts = warehouse.execute(
            "select hash(to_json(content)::varchar), count(*) "  # noqa: S608 - our own queries
            f"from ({query}) as content group by 1"
        ).fetchall()
    return Counter(dict(counts))
