"""What a query of somebody found: as JSON, as CSV for spreadsheets, as Parquet, or as a chart."""

import csv
import io
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from ..query import QueryFailed
from ..report.text import to_line
from ..warehouse import write_parquet
from .charts import draw_bars, draw_lines, draw_times
from .json_values import read_nested

MOST_CHARACTERS = 50_000_000  # of text in one answer
BLOCK = 500  # rows
MOST_POINTS, MOST_SERIES, MOST_BARS = 400, 8, 40

HUGE = {"hugeint", "uhugeint"}
INTEGERS = {"tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint"} | HUGE
NUMBERS = INTEGERS | {"float", "double", "decimal"}
NESTED = {"list", "array", "struct", "map", "union"}
MOMENTS = {"date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}

# What a spreadsheet takes for the beginning of a formula; the last four are what it makes of them in East Asia.
FORMULA_MARKS = tuple("=+-@\t\r\n＝＋－＠")


class Found(NamedTuple):
    """Rows of a result. `kinds` are DuckDB's names of the types, `types` the same with all that belongs to them."""

    columns: list[str]
    kinds: list[str]
    types: list[str]
    rows: list[tuple]
    is_truncated: bool


def read_found(result: duckdb.DuckDBPyRelation, limit: int) -> Found:
    """The first rows of a result: numbers as numbers, nested values as JSON text, everything else as DuckDB writes it.

    Python has no months, no year 20000 and no end of time, so only DuckDB can write them.
    """
    kinds = [kind.id for kind in result.types]
    written = ", ".join(_write_value(number, kind) for number, kind in enumerate(kinds, 1))
    reading = result.limit(limit + 1).project(written)
    rows, size = [], 0
    while size <= MOST_CHARACTERS and len(rows) <= limit and (block := reading.fetchmany(BLOCK)):
        rows += block
        size += sum(len(value) for row in block for value in row if isinstance(value, str))
    is_truncated = len(rows) > limit or size > MOST_CHARACTERS
    return Found(result.columns, kinds, [str(kind) for kind in result.types], rows[:limit], is_truncated)


def _write_value(number: int, kind: str) -> str:
    if kind in NUMBERS or kind in {"boolean", "varchar"}:
        return f"#{number}"
    if kind in NESTED:
        return f"to_json(#{number})::varchar"
    text = f"#{number}::varchar"
    if kind == "timestamp with time zone":
        return rf"regexp_replace({text}, '^(\S+) (\S+)\+00$', '\1T\2Z')"
    return rf"regexp_replace({text}, '^(\S+) (\S+)$', '\1T\2')" if kind in MOMENTS else text


def describe_found(found: Found) -> dict:
    """The rows for JSON, with the columns and their types beside them; names may occur twice."""
    is_nested = [kind in NESTED or type_ == "JSON" for kind, type_ in zip(found.kinds, found.types, strict=True)]
    return {
        "columns": [
            {"name": name, "type": type_[:200], "is_number": kind in NUMBERS}
            for name, type_, kind in zip(found.columns, found.types, found.kinds, strict=True)
        ],
        "rows": [
            [read_nested(value) if nested else value for value, nested in zip(row, is_nested, strict=True)]
            for row in found.rows
        ]
        if any(is_nested)
        else found.rows,
        "row_count": len(found.rows),
        "is_truncated": found.is_truncated,
    }


def write_csv(found: Found) -> bytes:
    """CSV for people: a text that a spreadsheet would take for a formula gets a `'` before it; numbers stay."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(map(defuse, found.columns))
    is_number = [kind in NUMBERS for kind in found.kinds]
    writer.writerows(
        [value if number else defuse(value) for value, number in zip(row, is_number, strict=True)] for row in found.rows
    )
    return lines.getvalue().encode()


def defuse(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_MARKS) else value


def write_file(result: duckdb.DuckDBPyRelation, limit: int) -> tuple[bytes, int]:
    """Parquet of the first rows, and how many there are, counted to one more than `limit`."""
    # Parquet has no integers of 128 bits, and sums are such: as they are they would be rounded.
    columns = ", ".join(
        f'#{number}{"::decimal(38, 0)" if kind.id in HUGE else ""} as "{name.replace(chr(34), chr(34) * 2)}"'
        for number, (name, kind) in enumerate(zip(result.columns, result.types, strict=True), 1)
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.parquet"
        row_count = write_parquet(result.limit(limit + 1).project(columns), limit, file)
        return file.read_bytes(), row_count


def draw_found(found: Found, is_narrow: bool) -> bytes:
    """A chart: the first column are labels or dates, each column of numbers behind it is a series."""
    numbers = [place for place, kind in enumerate(found.kinds) if place and kind in NUMBERS][:MOST_SERIES]
    if not numbers or not found.rows:
        raise QueryFailed(
            "a chart takes labels or dates from the first column and numbers from the others, and at least one row; "
            "write a query like: select listing_date, paper_count from day_status order by 1"
        )
    series = {
        f"{_shorten(found.columns[place])}{' ' * times}": [_to_point(row[place]) for row in found.rows]
        for times, place in enumerate(numbers)
    }
    if found.kinds[0] in MOMENTS:
        moments = [_to_moment(row[0]) for row in found.rows]
        points = {
            name: [point for point in zip(moments, values, strict=True) if None not in point]
            for name, values in series.items()
        }
        return draw_times(points, is_narrow=is_narrow)
    labels = [_shorten(row[0]) for row in found.rows]
    return (draw_bars if len(labels) <= MOST_BARS else draw_lines)(series, labels, is_narrow=is_narrow)


def _shorten(value: object) -> str:
    text = "–" if value is None else str(to_line(str(value)))
    return text if len(text) <= 40 else f"{text[:39]}…"


def _to_point(value: object) -> float | None:
    """What can be drawn; beyond, the axis could not be labelled."""
    with suppress(TypeError, OverflowError):
        return float(value) if abs(float(value)) < 1e100 else None
    return None


def _to_moment(text: str | None) -> datetime | None:
    with suppress(TypeError, ValueError):
        moment = datetime.fromisoformat(text.removesuffix("Z"))
        return moment if 1 < moment.year < 9999 else None
    return None
