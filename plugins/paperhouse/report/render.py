"""The daily report: one listing date of the published warehouse, in Chinese, in English and as a web page.

Both Markdown files keep an envelope that programs read: a head of `**Key**: value` lines, then one block a paper
between lines of 60 `=`, each with `## 📄 title`, `- **key**: value` lines and five numbered sections.
What we add is more keys in those two lists and one last block, `## 📊`, so that no section holds anything but its own.
A title is escaped Markdown; remove a backslash before punctuation to read it.

A report is a pure function of the published rows: no clock, no version, no fetch id.
"""

from datetime import date
from functools import cache
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..landing import write_file
from ..settings import Settings
from ..warehouse import open_published
from .rows import Day, read_day
from .text import escape_markdown, link_html, link_markdown, to_line

TEMPLATES = {"zh": "zh.md.j2", "en": "en.md.j2", "html": "html.j2"}


def render_report(settings: Settings, listing_date: date) -> list[Path]:
    """Write `<date>.zh.md`, `<date>.en.md` and `<date>.html` into the reports folder and return their paths.

    All three tell the same version of the warehouse; each file is there whole or not at all.
    Raises WarehouseMissing and DateNotInWarehouse.
    """
    with open_published(settings) as connection:
        day = read_day(connection, listing_date)
    texts = {form: _format_day(day, form) for form in TEMPLATES}
    paths = []
    for form, text in texts.items():
        path = settings.reports_dir / f"{listing_date}.{TEMPLATES[form].removesuffix('.j2')}"
        write_file(path, text.encode())
        paths.append(path)
    return paths


def format_report(connection: duckdb.DuckDBPyConnection, listing_date: date, form: str) -> str:
    """Return the report of a date; `form` is "zh" or "en" for Markdown, "html" for a self-contained page.

    The same rows give the same text. Raises DateNotInWarehouse.
    """
    return _format_day(read_day(connection, listing_date), form)


def _format_day(day: Day, form: str) -> str:
    template = _environment(form == "html").get_template(TEMPLATES[form])
    return template.render(
        status=day.status,
        papers=day.papers,
        domains=day.domains,
        checks=day.checks,
        failed_checks=[check for check in day.checks if not check["success"]],
        read_count=sum(paper["reading_source"] is not None for paper in day.papers),
        unlabelled_count=sum(not paper["domains"] for paper in day.papers),
    )


@cache
def _environment(is_html: bool) -> Environment:
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
    return environment
