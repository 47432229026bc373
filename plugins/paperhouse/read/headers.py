"""Find out which cells of a grid are headers, and which headers lead to each data cell."""

import re
from dataclasses import replace

from .document import Cell

# A number, alone or with what tables put around it: "71.2±0.3", "+1.5 (↑)", "85.3†", "25.6M", "10^-3", "3/5".
_NUMBER = re.compile(
    r"[^\w]*\d[\d.,:/eE±×xX^_%()\[\]{}<>≤≥~≈+−–\-*†‡\s∗⋆°′↑↓§¶|·‑▲▼△▽]*(?:[^\W\d_]{1,3}\b\)?)?[\W\d_]*"
)
_DECIMAL = re.compile(r"\d\.\d|\d\s*%")
_BLANK = {"", "-", "–", "—", "−", "--", "---", "✓", "✗", "✔", "✘", "×", "n/a", "N/A", "NA"}


def is_numeric(text: str) -> bool:
    """Whether a cell reports a number: digits with signs, marks and a short unit around, not a name with digits."""
    return any(map(str.isdigit, text)) and len(text) <= 60 and _NUMBER.fullmatch(text) is not None


def mark_headers(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The same grid with `is_header` decided and the header paths of all data cells filled in."""
    top = _count_header_rows(rows)
    stub = _count_header_columns(rows[top:])
    header_rows, group = rows[:top], ""
    marked = [[replace(cell, is_header=True) for cell in row] for row in rows[:top]]
    is_fresh = False  # whether the row before was a header row too, so that this one continues it
    for row in rows[top:]:
        if _is_group(row):
            label, is_fresh = next(cell.text for cell in row if cell.text), False
            # "(pre-trained)" is the second line of the name above it, not a heading of what follows.
            group = group if label.startswith("(") else label
            marked.append([replace(cell, is_header=True) for cell in row])
        elif _is_inner_header(row) or _says_again(row, rows[:top]):
            header_rows = [*header_rows, row] if is_fresh else [*_list_outer(row, header_rows), row]
            is_fresh = True
            marked.append([replace(cell, is_header=True) for cell in row])
        else:
            is_fresh = False
            marked.append(_mark_data_row(row, header_rows, stub, group))
    return marked


def _mark_data_row(row: list[Cell], header_rows: list[list[Cell]], stub: int, group: str) -> list[Cell]:
    names = _join_path([group, *(cell.text for cell in row[:stub])])
    data = [
        replace(
            cell,
            is_header=False,
            row_headers=names,
            column_headers=_join_path([header[at].text for header in header_rows]),
        )
        for at, cell in enumerate(row)
        if at >= stub
    ]
    return [replace(cell, is_header=True) for cell in row[:stub]] + data


def _count_header_rows(rows: list[list[Cell]]) -> int:
    """Rows at the top that name columns. A marked row full of decimals was guessed wrongly by the converter."""
    count = 0
    for row in rows[:-1]:
        body = [cell for cell in row[1:] if cell.text not in _BLANK]
        numbers = [cell for cell in body if is_numeric(cell.text)]
        decimals = sum(_DECIMAL.search(cell.text) is not None for cell in numbers)
        is_marked = bool(body) and all(cell.is_header for cell in body)
        is_corner = bool(row[0].text) and (not count or row[0].is_repeat or len(numbers) * 2 < len(body))
        is_scale = is_corner and not decimals and _has_decimals_below(rows[count:])
        if numbers and not is_scale and not (is_marked and decimals * 2 < len(body)):
            break
        if not numbers and count and _is_group(row) and not all(cell.is_header for cell in row):
            break
        count += 1
    # A table without any number below has no header rows that could be told from its data.
    return count if any(is_numeric(cell.text) for row in rows[count:] for cell in row) else 0


def _has_decimals_below(rows: list[list[Cell]]) -> bool:
    """Whether all columns but the first hold mostly decimals: then whole numbers above them ("@1", 5, 10) name them."""
    for column in list(zip(*rows[1:], strict=True))[1:]:
        numbers = [cell.text for cell in column if is_numeric(cell.text)]
        if not numbers or 2 * sum(_DECIMAL.search(text) is not None for text in numbers) <= len(numbers):
            return False
    return True


def _count_header_columns(rows: list[list[Cell]]) -> int:
    """Columns at the left that name rows: mostly words, or marked by the source and not decimals."""
    width = len(rows[0]) if rows else 0
    for at in range(width):
        cells = [row[at] for row in rows if not _is_group(row) and not _is_inner_header(row)]
        cells = [cell for cell in cells if cell.text not in _BLANK]
        numbers = [cell for cell in cells if is_numeric(cell.text)]
        is_marked = bool(cells) and sum(cell.is_header for cell in cells) * 2 > len(cells)
        has_decimals = any(_DECIMAL.search(cell.text) for cell in numbers)
        if numbers and len(numbers) * 2 >= len(cells) and not (is_marked and not has_decimals):
            return at
        if not cells and at:
            return at
    return width


def _is_group(row: list[Cell]) -> bool:
    """One label for the rows below: a single text over the whole row, or a first cell with nothing beside it."""
    texts = {cell.id: cell.text for cell in row if cell.text}
    if len(texts) != 1 or len(row) < 2:
        return False
    text = next(iter(texts.values()))
    covers = sum(bool(cell.text) for cell in row)
    return not is_numeric(text) and (bool(row[0].text) or covers > 1)


def _is_inner_header(row: list[Cell]) -> bool:
    """A header row further down: no numbers, and every cell beside the first marked as a header or bold."""
    body = [cell for cell in row[1:] if cell.text]
    if not body or any(is_numeric(cell.text) or cell.text in _BLANK for cell in body):
        return False
    return all(cell.is_header for cell in body) or (len(body) > 1 and all(cell.is_bold for cell in body))


def _says_again(row: list[Cell], header_rows: list[list[Cell]]) -> bool:
    """Whether a row beside its first cell holds nothing but names of columns: a header written a second time."""
    body = {cell.text for cell in row[1:] if cell.text}
    known = {cell.text for header in header_rows for cell in header[1:]}
    return len(body) > 1 and body <= known and not any(map(is_numeric, body))


def _list_outer(row: list[Cell], header_rows: list[list[Cell]]) -> list[list[Cell]]:
    """The header rows above the one that this row repeats; none where it is new."""
    texts = [cell.text for cell in row[1:]]
    same = [at for at, header in enumerate(header_rows) if [cell.text for cell in header[1:]] == texts]
    return header_rows[: same[0]] if same else []


def _join_path(texts: list[str]) -> tuple[str, ...]:
    """Names from outside to inside, without blanks and without saying the same twice in a row."""
    path: list[str] = []
    for text in texts:
        if text and text != (path[-1] if path else None):
            path.append(text)
    return tuple(path)
