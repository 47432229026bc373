"""Query the published warehouse: read-only, with no way to files, the network or settings."""

import csv
import json
import sys

import duckdb
from rich.console import Console
from rich.table import Table

from .errors import PaperhouseError
from .settings import Settings
from .warehouse import open_published

# The last setting locks the others.
GUARDS = (
    "set memory_limit = '2GB'",
    "set enable_external_access = false",
    "set lock_configuration = true",
)


class QueryFailed(PaperhouseError):
    """DuckDB refused the query; the message is its own."""


def run_query(settings: Settings, query: str) -> tuple[list[str], list[tuple]]:
    """Return the column names and rows of one query; raise QueryFailed or WarehouseMissing."""
    with open_published(settings) as warehouse:
        for guard in GUARDS:
            warehouse.execute(guard)
        try:
            result = warehouse.execute(query)
            return [column[0] for column in result.description or []], result.fetchall()
        except duckdb.Error as error:
            raise QueryFailed(str(error)) from None


def print_rows(columns: list[str], rows: list[tuple], table_format: str) -> None:
    """Print rows as a table for people, or as CSV or JSON for programs."""
    if table_format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    elif table_format == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(records, indent=1, ensure_ascii=False, default=str))
    else:
        table = Table(*columns)
        for row in rows:
            table.add_row(*("NULL" if value is None else str(value) for value in row))
        # Piped output keeps its columns whole; a terminal wraps them.
        Console(width=None if sys.stdout.isatty() else 10_000, markup=False, highlight=False).print(table)
