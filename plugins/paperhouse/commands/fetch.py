"""Commands that bring papers and their texts in."""

from pathlib import Path
from typing import Annotated

import typer

from .arguments import Again, AtOnce, Day, FirstDay, LastDay, Yes, parse_day

app = typer.Typer()


@app.command()
def demo() -> None:
    """Run 2025-12-25 from the bundled sample source into data/demo, without any network."""
    from ..operate.demo import run_demo

    run_demo()


@app.command()
def run(day: Day) -> None:
    """Run the DAG daily_papers for one date, to its end; no server is needed."""
    from ..operate.airflow_env import DAG_ID
    from ..operate.run_dag import run_dag
    from ..settings import load_settings

    run_dag(load_settings(), DAG_ID, parse_day(day))


@app.command()
def plan(first: FirstDay, last: LastDay, yes: Yes = False, again: Again = False) -> None:
    """Say which dates of a range need a fetch, and how long that takes at the allowed rates; --yes starts it."""
    from ..operate.plan import format_plan, plan_range
    from ..settings import load_settings

    if yes:
        backfill(first, last, yes=True, again=again)
    else:
        print(format_plan(plan_range(load_settings(), parse_day(first), parse_day(last), again)))


@app.command()
def backfill(
    first: FirstDay, last: LastDay, max_active_runs: AtOnce = 10, yes: Yes = False, again: Again = False
) -> None:
    """Plan a range of dates and load it with Airflow's own backfill; repeated, it goes on where it was stopped."""
    from ..operate.backfill import backfill as run_backfill
    from ..settings import load_settings

    run_backfill(load_settings(), parse_day(first), parse_day(last), max_active_runs, again, ask=not yes)


@app.command()
def read(
    what: Annotated[list[str], typer.Argument(metavar="DATE|ID…", help="A listing date, or ids like 2512.20144.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long to ask for texts; arXiv allows four a minute.")] = 45,
) -> None:
    """Read the papers of a date, or some papers, now: their texts are fetched, read, built and reported."""
    from ..operate.read_now import read_now
    from ..settings import load_settings

    listing_date = parse_day(what[0]) if len(what) == 1 and what[0].count("-") else None
    paths = read_now(load_settings(), listing_date, None if listing_date else what, minutes)
    print("\n".join(str(path) for path in paths) or "nothing is left to read")


@app.command()
def import_report(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A daily report in Markdown.")],
) -> None:
    """Import a daily report: its readings, domains and numbers, published at once."""
    from ..operate.import_report import import_report as run_import
    from ..settings import load_settings

    run_import(load_settings(), file)
