"""From the cells as they were written to a table: one grid, its flaw if it has one, and every number's headers."""

import re
from dataclasses import dataclass

from .document import Cell, Table
from .headers import is_numeric, mark_headers

MAX_SPAN = 200
MAX_PLACES = 50_000
MIN_NUMBERS = 2
# "91.080.43" was 91.08±0.43 before a converter lost the sign between.
_GLUED = re.compile(r"\d\.\d+\.\d")


@dataclass(frozen=True)
class RawCell:
    """A cell as written: spans not yet expanded, `is_marked` where the source calls it a header."""

    id: str
    text: str
    is_marked: bool = False
    is_bold: bool = False
    row_span: int = 1
    col_span: int = 1


def build_table(table_id: str, caption: str, raw_rows: list[list[RawCell]]) -> Table:
    """Expand spans, look for flaws, and give each data cell its header paths. Never raises."""
    grid, flaw = _expand_spans(raw_rows)
    rows = [row for row in grid if any(cell.text for cell in row)]
    flaw = flaw or _find_flaw(rows)
    if flaw is None:
        rows = mark_headers(_level_rows(rows))
    return Table(table_id, caption, tuple(map(tuple, rows)), flaw)


def _expand_spans(raw_rows: list[list[RawCell]]) -> tuple[list[list[Cell]], str | None]:
    """Put each cell on all places it covers. A row span ends with the table, as it does in a browser."""
    if any(cell.row_span > MAX_SPAN or cell.col_span > MAX_SPAN for row in raw_rows for cell in row):
        return [], f"a cell spans more than {MAX_SPAN} rows or columns"
    if sum(cell.row_span * cell.col_span for row in raw_rows for cell in row) > MAX_PLACES:
        return [], f"more than {MAX_PLACES:,} cells"
    grid: list[dict[int, Cell]] = [{} for _ in raw_rows]
    for at, row in enumerate(raw_rows):
        column = 0
        for raw in row:
            while column in grid[at]:
                column += 1
            for down in range(min(raw.row_span, len(raw_rows) - at)):
                for right in range(raw.col_span):
                    if column + right in grid[at + down]:
                        return [], "cells overlap"
                    is_repeat = bool(down or right)
                    grid[at + down][column + right] = Cell(raw.id, raw.text, raw.is_marked, raw.is_bold, is_repeat)
            column += raw.col_span
    if any(row and max(row) + 1 != len(row) for row in grid):
        return [], "uneven rows"
    return [[row[column] for column in sorted(row)] for row in grid], None


def _find_flaw(rows: list[list[Cell]]) -> str | None:
    if any("\\" in cell.text for row in rows for cell in row):
        return "untranslated TeX"
    if any(_GLUED.search(cell.text) and is_numeric(cell.text) for row in rows for cell in row):
        return "numbers run together"
    width = max((_count_used(row) for row in rows), default=0)
    # LaTeX allows to leave out empty cells at the end; with numbers in the row a cell may be lost instead.
    if any(len(row) < width and any(is_numeric(cell.text) for cell in row[1:]) for row in rows):
        return "uneven rows"
    numbers = sum(is_numeric(cell.text) and not cell.is_repeat for row in rows for cell in row)
    return None if numbers >= MIN_NUMBERS else f"fewer than {MIN_NUMBERS} numbers"


def _level_rows(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Cut or fill empty places at the end of rows, so that all are equally long."""
    width = max(_count_used(row) for row in rows)
    return [
        [*row[:width], *(Cell(f"{row[0].id}.e{at}", "", False, False) for at in range(len(row), width))] for row in rows
    ]


def _count_used(row: list[Cell]) -> int:
    return max((at + 1 for at, cell in enumerate(row) if cell.text), default=0)


def read_span(text: str | None) -> int:
    """A span attribute as a number: 1 when missing or senseless, above MAX_SPAN when absurd."""
    digits = re.match(r"\s*(\d{1,9})", text or "")
    return max(1, int(digits[1])) if digits else 1
