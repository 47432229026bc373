"""Commands that show what there is, and change nothing."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..terminal import show_text
from .arguments import Day, parse_day

app = typer.Typer()


class Language(StrEnum):
    zh = "zh"
    en = "en"


class ReadingChoice(StrEnum):
    keyless = "keyless"
    llm = "llm"
    report = "report"


class TableFormat(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


class FindingFormat(StrEnum):
    table = "table"
    json = "json"


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Any query; the warehouse is opened read-only.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="How to print the rows.")] = TableFormat.table,
) -> None:
    """Query the published warehouse."""
    from ..query import print_rows, run_query
    from ..settings import load_settings

    print_rows(*run_query(load_settings(), query), format_.value)


@app.command()
def report(
    day: Day,
    lang: Annotated[Language, typer.Option(help="The language of the report's own words.")] = Language.zh,
    source: Annotated[
        ReadingChoice | None,
        typer.Option(help="Whose readings; report: the imported one itself."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it stood then, UTC: 2025-12-26, or 2025-12-26T09:00.")
    ] = None,
) -> None:
    """Print the daily report of a date as Markdown."""
    from ..as_of import open_as_of, parse_moment
    from ..report.render import format_report
    from ..settings import load_settings
    from ..warehouse import open_published

    settings, listing_date = load_settings(), parse_day(day)
    past = open_as_of(settings, listing_date, parse_moment(as_of)) if as_of else open_published(settings)
    with past as warehouse:
        show_text(format_report(warehouse, listing_date, lang.value, source.value if source else None))


@app.command()
def status() -> None:
    """Say what is published, what waits, and in which state the days are."""
    from ..settings import load_settings
    from ..status import describe_status

    show_text(describe_status(load_settings()) + "\n")


@app.command()
def doctor(
    every: Annotated[bool, typer.Option("--all", help="Read all that landed and all kept versions.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask each source two questions instead; nothing lands.")] = False,
    format_: Annotated[FindingFormat, typer.Option("--format", help="How to print.")] = FindingFormat.table,
) -> None:
    """Look for all that can be wrong here and say what to do; exit code 0: all well, 1: warnings, 2: problems."""
    from ..doctor import examine, find_exit_code, print_findings, refuse_settings
    from ..probe import ask_sources
    from ..settings import SettingInvalid, load_settings

    try:
        settings = load_settings()
        findings = ask_sources(settings) if live else examine(settings, every)
    except SettingInvalid as error:
        findings = refuse_settings(error)
    print_findings(findings, format_.value)
    raise typer.Exit(find_exit_code(findings))


@app.command()
def diff(
    versions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VERSION [NEWER]]", help="A version (the current one), or two kept ones to compare."),
    ] = None,
    last: Annotated[int | None, typer.Option(min=1, help="So many publications instead, a line each.")] = None,
) -> None:
    """Say what a publication changed: papers, listings, votes, readings, with examples."""
    from ..diff import describe_difference, describe_log, describe_publication
    from ..settings import load_settings

    if len(versions or []) > 2 or (versions and last):
        raise typer.BadParameter("give one version, two, or --last")
    if last:
        said = describe_log(load_settings(), last)
    elif len(versions or []) == 2:
        said = describe_difference(load_settings(), *versions)
    else:
        said = describe_publication(load_settings(), *(versions or []))
    show_text(said + "\n")


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or an earlier export.")],
) -> None:
    """Write every table of the published warehouse as a Parquet file."""
    from ..export import export_tables
    from ..settings import load_settings

    row_counts = export_tables(load_settings(), folder.absolute(), say=lambda line: print(line, flush=True))
    print(f"{len(row_counts)} tables, {sum(row_counts.values()):,} rows in {folder}")


@app.command()
def docs() -> None:
    """Write dbt docs of the published version; the pages of `paperhouse web` and of Airflow show them."""
    from ..docs import write_dbt_docs
    from ..settings import load_settings

    print(f"dbt docs are in {write_dbt_docs(load_settings())}")


@app.command()
def extract(
    text_file: Annotated[Path | None, typer.Option(help="A plain or Markdown text, English or Chinese.")] = None,
    html_file: Annotated[Path | None, typer.Option(help="A paper as arXiv's HTML.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON; the only form there is.")] = True,
) -> None:
    """Print the numbers that a text or a paper reports, as one JSON array with the columns of paper_metrics."""
    from ..claims.records import extract_from_document, extract_from_text
    from ..read.html import read_html

    if (text_file is None) == (html_file is None):
        raise typer.BadParameter("give either --text-file or --html-file")
    if text_file:
        records = extract_from_text(text_file.read_text())
    else:
        records = extract_from_document(read_html(html_file.read_bytes()))
    print(json.dumps(records, indent=1, ensure_ascii=False))


@app.command(name="hash")
def hash_() -> None:
    """Print the hash of the published content; equal hashes mean equal warehouses."""
    from ..content_hash import hash_content
    from ..settings import load_settings
    from ..warehouse import open_published

    with open_published(load_settings()) as warehouse:
        print(hash_content(warehouse))
