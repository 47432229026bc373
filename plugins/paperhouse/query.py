"""Query the published warehouse: read-only, bounded, with no way to files, the network or settings."""

import csv
import io
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from rich.console import Console
from rich.table import Table

from .errors import PaperhouseError
from .settings import Settings
from .terminal import clean_text, show_text
from .warehouse import open_console

TIME_LIMIT = 60.0  # seconds
INTERRUPT_PAUSE = 0.05  # seconds; an interrupt between two statements is lost, so it is repeated


class QueryFailed(PaperhouseError):
    """DuckDB refused the query; the message is its own."""


class QueryTimeout(QueryFailed):
    """The query took longer than it may; it was stopped."""


def run_query(
    settings: Settings, query: str, seconds: float = TIME_LIMIT, row_limit: int | None = None
) -> tuple[list[str], list[tuple]]:
    """Return the column names and rows of a query, of its last statement when there are several.

    Each call has a connection of its own, so threads may call it at once. `row_limit` is the most rows returned; to
    know whether there are more, ask for one more. Raises QueryFailed, QueryTimeout, WarehouseMissing.
    """
    with open_console(settings) as console, _limit_time(console, seconds), _name_failure(seconds):
        result = console.execute(query)
        if result is None:
            raise QueryFailed("the query is empty; write one like: select title from papers limit 5")
        columns = [column[0] for column in result.description or []]
        return columns, result.fetchall() if row_limit is None else result.fetchmany(row_limit)


@contextmanager
def open_result(settings: Settings, query: str, seconds: float) -> Iterator[duckdb.DuckDBPyRelation]:
    """The result of a query, of its last statement when there are several: a relation, worked out as it is read.

    What is done with it counts into the time. Raises QueryFailed, QueryTimeout, WarehouseMissing, inside the block too.
    """
    with open_console(settings) as console, _limit_time(console, seconds), _name_failure(seconds):
        result = console.sql(query)
        if result is None:
            raise QueryFailed("the query returns no rows; end it with one like: select title from papers limit 5")
        yield result


@contextmanager
def _name_failure(seconds: float) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, ValueError, OverflowError) as error:  # the last two: dates that Python does not have
        # An interrupt between two blocks of rows comes as another error, which names it.
        if isinstance(error, duckdb.InterruptException) or "INTERRUPT Error" in str(error):
            raise QueryTimeout(
                f"the query was stopped after {seconds:g} seconds; narrow it with a where clause, "
                "or open the file with a DuckDB client of your own"
            ) from None
        raise QueryFailed(str(error)) from None


@contextmanager
def _limit_time(console: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what the connection does once `seconds` are over, until the block is left."""
    is_done = threading.Event()

    def watch() -> None:
        is_late = not is_done.wait(seconds)
        while is_late and not is_done.wait(INTERRUPT_PAUSE):
            console.interrupt()

    watchdog = threading.Thread(target=watch, daemon=True)
    watchdog.start()
    try:
        yield
    finally:
        is_done.set()
        watchdog.join()  # the connection must not be interrupted once it is closed


def print_rows(columns: list[str], rows: list[tuple], table_format: str) -> None:
    """Print rows as a table for people, or as CSV or JSON for programs, which get every value as it is."""
    if table_format == "csv":
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        show_text(lines.getvalue())
    elif table_format == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        show_text(json.dumps(records, indent=1, ensure_ascii=False, default=str) + "\n")
    else:
        table = Table(*map(clean_text, columns))
        for row in rows:
            table.add_row(*("NULL" if value is None else clean_text(str(value)) for value in row))
        # Piped output keeps its columns whole; a terminal wraps them.
        Console(width=None if sys.stdout.isatty() else 10_000, markup=False, highlight=False).print(table)
