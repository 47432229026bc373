"""A report written back from its rows: what `parse_report` took apart, byte for byte."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from ..errors import PaperhouseError
from ..imports.layout import unescape_title
from .text import escape_markdown

ROWS = """
    select
        entries.entry_number, entries.paper_id, entries.title, entries.layout::varchar as layout,
        readings.domain_text, readings.contribution, readings.usage_guide, readings.innovations, readings.results
    from imported_entries as entries
    inner join imported_reports as reports using (listing_date)
    inner join paper_readings as readings
        on readings.paper_id = entries.paper_id
        and readings.batch_id = reports.batch_id
    where entries.listing_date = ?
"""


class NothingImported(PaperhouseError):
    """No report of the date was imported."""


def restore_imported(connection: duckdb.DuckDBPyConnection, listing_date: date) -> str:
    """The imported report of a date, from the rows of an open warehouse; raise NothingImported."""
    query = "select envelope::varchar from imported_reports where listing_date = ?"
    envelope = connection.execute(query, [listing_date]).fetchone()
    if envelope is None:
        raise NothingImported(f"no report of {listing_date} was imported; import one: paperhouse import-report FILE")
    result = connection.execute(ROWS, [listing_date])
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return restore_report(json.loads(envelope[0]), rows)


def restore_report(envelope: Mapping, rows: Iterable[Mapping]) -> str:
    """The text of a report.

    A row has entry_number, paper_id, title, layout (JSON, as text or parsed) and the five sections. Its values are
    written, so that a changed title, id or section shows; a section that is None is written as it was imported.
    """
    ordered = sorted(rows, key=lambda row: row["entry_number"])
    return "".join([envelope["head"], *(_write_entry(row) for row in ordered), envelope["tail"]])


def _write_entry(row: Mapping) -> str:
    layout = json.loads(row["layout"]) if isinstance(row["layout"], str) else row["layout"]
    is_same = unescape_title(layout["title"]) == row["title"]
    title = layout["title"] if is_same else str(escape_markdown(row["title"]))
    pieces = [layout["before_title"], title, layout["before_id"], row["paper_id"]]
    for section in layout["sections"]:
        body = row[section["column"]]
        pieces += [section["before"], section.get("placeholder", "") if body is None else body]
    return "".join([*pieces, layout["ending"], layout["after"]])
