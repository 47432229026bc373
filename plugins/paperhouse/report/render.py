"""The daily report: one listing date of the published warehouse, in Chinese, in English and as a web page.

Both Markdown files keep an envelope that programs read: a head of `**Key**: value` lines, then one block a paper
between lines of 60 `=`, each with `## 📄 title`, `- **key**: value` lines and five numbered sections.
What we add is more keys in those two lists and one last block, `## 📊`, so that no section holds anything but its own.
A title is escaped Markdown; remove a backslash before punctuation to read it.

A report is a pure function of the published rows: no clock, no version, no fetch id.
"""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ..settings import Settings
from ..storage import write_file
from ..warehouse import open_published
from .readings import UNREAD, read_readings
from .restore import restore_imported
from .rows import Day, read_day
from .text import (
    escape_markdown,
    link_html,
    link_markdown,
    to_line,
    write_body_html,
    write_body_markdown,
    write_plain,
)

TEMPLATES = {"zh": "zh.md.j2", "en": "en.md.j2", "html": "html.j2"}

# Of two readings as complete, a report shows the one in its own language.
LANGUAGES = {"zh": "zh", "en": "en", "html": "en"}


def render_report(settings: Settings, listing_date: date) -> list[Path]:
    """Write `<date>.zh.md`, `<date>.en.md` and `<date>.html` into the reports folder and return their paths.

    All three tell the same version of the warehouse; each file is there whole or not at all.
    Raises WarehouseMissing and DateNotInWarehouse.
    """
    with open_published(settings) as connection:
        day = read_day(connection, listing_date)
        texts = {form: _format_day(day, _read_readings(connection, listing_date, form), form) for form in TEMPLATES}
    paths = []
    for form, text in texts.items():
        path = settings.reports_dir / f"{listing_date}.{TEMPLATES[form].removesuffix('.j2')}"
        write_file(path, text.encode())
        paths.append(path)
    return paths


def format_report(
    connection: duckdb.DuckDBPyConnection, listing_date: date, form: str, source: str | None = None
) -> str:
    """Return the report of a date; `form` is "zh" or "en" for Markdown, "html" for a self-contained page.

    `source` restricts it to one kind of reader: "report", "keyless" or "llm". The Chinese report of what was imported
    is the imported file, byte for byte. The same rows give the same text. Raises DateNotInWarehouse.
    """
    if source == "report" and form == "zh":
        return restore_imported(connection, listing_date)
    day = read_day(connection, listing_date)
    return _format_day(day, _read_readings(connection, listing_date, form, source), form)


def _read_readings(
    connection: duckdb.DuckDBPyConnection, listing_date: date, form: str, source: str | None = None
) -> dict[str, dict]:
    return read_readings(connection, listing_date, LANGUAGES[form], source)


def _format_day(day: Day, readings: dict[str, dict], form: str) -> str:
    papers = [paper | {"reading": readings.get(paper["paper_id"], UNREAD)} for paper in day.papers]
    return _COMPILED[form].render(
        status=day.status,
        papers=papers,
        domains=day.domains,
        agreement=day.agreement,
        checks=day.checks,
        failed_checks=[check for check in day.checks if not check["success"]],
        outcome_counts=Counter(paper["reading"]["outcome"] for paper in papers),
        dropped_count=sum(paper["reading"]["dropped_claim_count"] for paper in papers),
        unlabelled_count=sum(not paper["domains"] for paper in papers),
    )


def _compile(form: str) -> Template:
    is_html = form == "html"
    # `finalize` sees every value a template prints, so that no template can forget to escape one.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        finalize=to_line if is_html else escape_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["link"] = link_html if is_html else link_markdown
    environment.filters["body"] = write_body_html if is_html else write_body_markdown
    environment.filters["plain"] = write_plain
    return environment.get_template(TEMPLATES[form])


# When the module is imported, not at the first report: every task is a new process, forked from one that imported it.
_COMPILED = {form: _compile(form) for form in TEMPLATES}
