"""Compare two versions: the same content or not, and in which tables it differs."""

from collections import Counter
from pathlib import Path

import duckdb

from .content_hash import HASHED, hash_content
from .warehouse import open_version


def hash_version(version: Path) -> str | None:
    """Return the content hash of a version file; None when it cannot be read, or lacks tables of today."""
    try:
        with open_version(version) as warehouse:
            return hash_content(warehouse)
    except duckdb.Error:
        return None


def compare_versions(before: Path, after: Path) -> list[str]:
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
