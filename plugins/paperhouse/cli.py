"""Your own warehouse of Hugging Face Daily Papers."""

import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .errors import PaperhouseError

# Commands import what they need themselves: `paperhouse --help` and completion answer at once.
app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)

Day = Annotated[str, typer.Argument(metavar="DATE", help="A listing date, UTC, like 2025-12-25.")]
FirstDay = Annotated[str, typer.Argument(metavar="FROM", help="The first listing date.")]
LastDay = Annotated[str, typer.Argument(metavar="TO", help="The last listing date, included.")]
AtOnce = Annotated[int, typer.Option(min=1, max=16, help="Dates at work at once.")]
Yes = Annotated[bool, typer.Option("--yes", help="Start without asking.")]
Again = Annotated[bool, typer.Option("--again", help="Fetch settled and quiet dates as well.")]


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


@app.command()
def demo() -> None:
    """Run 2025-12-25 from the bundled sample source into data/demo, without any network."""
    from .operate.demo import run_demo

    run_demo()


@app.command()
def run(day: Day) -> None:
    """Run the DAG daily_papers for one date, to its end; no server is needed."""
    from .operate.airflow_env import DAG_ID
    from .operate.run_dag import run_dag
    from .settings import load_settings

    run_dag(load_settings(), DAG_ID, _parse(day))


@app.command()
def plan(first: FirstDay, last: LastDay, yes: Yes = False, again: Again = False) -> None:
    """Say which dates of a range need a fetch, and how long that takes at the allowed rates; --yes starts it."""
    from .operate.plan import format_plan, plan_range
    from .settings import load_settings

    if yes:
        backfill(first, last, yes=True, again=again)
    else:
        print(format_plan(plan_range(load_settings(), _parse(first), _parse(last), again)))


@app.command()
def backfill(
    first: FirstDay, last: LastDay, max_active_runs: AtOnce = 10, yes: Yes = False, again: Again = False
) -> None:
    """Plan a range of dates and load it with Airflow's own backfill; repeated, it goes on where it was stopped."""
    from .operate.backfill import backfill as run_backfill
    from .settings import load_settings

    run_backfill(load_settings(), _parse(first), _parse(last), max_active_runs, again, ask=not yes)


@app.command()
def up() -> None:
    """Start Airflow with its UI and stay in the foreground; Ctrl-C ends it."""
    from .operate.services import serve_airflow
    from .settings import load_settings

    serve_airflow(load_settings())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def airflow(context: typer.Context) -> None:
    """Run any `airflow` command on this data folder, for example: paperhouse airflow dags list."""
    import os

    from .operate.airflow_env import airflow_environment
    from .settings import load_settings

    command = [sys.executable, "-m", "airflow", *context.args]
    os.execve(sys.executable, command, airflow_environment(load_settings()))


@app.command()
def source(
    recorded: Annotated[
        Path | None, typer.Option(help="A folder of recorded days; the bundled sample by default.")
    ] = None,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8642,
) -> None:
    """Serve recorded days as if they were huggingface.co and arxiv.org."""
    from .settings import REPO
    from .source.server import serve_source

    serve_source(recorded or REPO / "demo", port)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Any query; the warehouse is opened read-only.")],
    format_: Annotated[TableFormat, typer.Option("--format", help="How to print the rows.")] = TableFormat.table,
) -> None:
    """Query the published warehouse."""
    from .query import print_rows, run_query
    from .settings import load_settings

    print_rows(*run_query(load_settings(), query), format_.value)


@app.command()
def read(
    what: Annotated[list[str], typer.Argument(metavar="DATE|ID…", help="A listing date, or ids like 2512.20144.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long to ask for texts; arXiv allows four a minute.")] = 45,
) -> None:
    """Read the papers of a date, or some papers, now: their texts are fetched, read, built and reported."""
    from .operate.read_now import read_now
    from .settings import load_settings

    listing_date = _parse(what[0]) if len(what) == 1 and what[0].count("-") else None
    paths = read_now(load_settings(), listing_date, None if listing_date else what, minutes)
    print("\n".join(str(path) for path in paths) or "nothing is left to read")


@app.command()
def import_report(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A daily report in Markdown.")],
) -> None:
    """Import a daily report: its readings, domains and numbers, published at once."""
    from .operate.import_report import import_report as run_import
    from .settings import load_settings

    run_import(load_settings(), file)


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
    from .as_of import open_as_of, parse_moment
    from .report.render import format_report
    from .settings import load_settings
    from .warehouse import open_published

    settings, listing_date = load_settings(), _parse(day)
    past = open_as_of(settings, listing_date, parse_moment(as_of)) if as_of else open_published(settings)
    with past as warehouse:
        sys.stdout.write(format_report(warehouse, listing_date, lang.value, source.value if source else None))


@app.command()
def extract(
    text_file: Annotated[Path | None, typer.Option(help="A plain or Markdown text, English or Chinese.")] = None,
    html_file: Annotated[Path | None, typer.Option(help="A paper as arXiv's HTML.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON; the only form there is.")] = True,
) -> None:
    """Print the numbers that a text or a paper reports, as one JSON array with the columns of paper_metrics."""
    from .claims.records import extract_from_document, extract_from_text
    from .read.html import read_html

    if (text_file is None) == (html_file is None):
        raise typer.BadParameter("give either --text-file or --html-file")
    if text_file:
        records = extract_from_text(text_file.read_text())
    else:
        records = extract_from_document(read_html(html_file.read_bytes()))
    print(json.dumps(records, indent=1, ensure_ascii=False))


@app.command()
def status() -> None:
    """Say what is published, what waits, and in which state the days are."""
    from .settings import load_settings
    from .status import describe_status

    print(describe_status(load_settings()))


@app.command(name="hash")
def hash_() -> None:
    """Print the hash of the published content; equal hashes mean equal warehouses."""
    from .content_hash import hash_content
    from .settings import load_settings
    from .warehouse import open_published

    with open_published(load_settings()) as warehouse:
        print(hash_content(warehouse))


@app.command()
def rebuild() -> None:
    """Make the whole warehouse anew from the landing zone and its verdicts; nothing is fetched or judged again."""
    from .rebuild import rebuild_warehouse
    from .settings import load_settings

    rebuild_warehouse(load_settings(), say=lambda line: print(line, flush=True))


@app.command()
def rollback() -> None:
    """Go back to the version before the current one, and hold the fetches that came since."""
    from .rollback import roll_back
    from .settings import load_settings

    print(json.dumps(roll_back(load_settings()), indent=1))


@app.command()
def release() -> None:
    """Release the fetches that a rollback holds, and publish them again."""
    from .rollback import release_held
    from .settings import load_settings

    print(json.dumps(release_held(load_settings()), indent=1))


def _parse(text: str) -> date:
    from .listing_date import parse_listing_date

    return parse_listing_date(text)


def main() -> None:
    """The `paperhouse` command: an error that a person can put right is one line, and exit code 1."""
    try:
        app()
    except PaperhouseError as error:
        sys.stdout.flush()
        print(f"paperhouse: {error}", file=sys.stderr)
        sys.exit(1)
