"""Commands that run Airflow and the offline source."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..source.faults import FAULTS

app = typer.Typer()

SOURCE_HELP = (
    "Serve recorded days as if they were huggingface.co and arxiv.org.\n\n"
    "With --fault a list goes wrong, as often as given in brackets for each date, and is good again:\n\n\b\n"
    + "\n".join(f"{name:<20}{fault.summary}" for name, fault in FAULTS.items())
)


@app.command()
def up() -> None:
    """Start Airflow with its UI and stay in the foreground; Ctrl-C ends it."""
    from ..operate.services import serve_airflow
    from ..settings import load_settings

    serve_airflow(load_settings())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def airflow(context: typer.Context) -> None:
    """Run any `airflow` command on this data folder, for example: paperhouse airflow dags list."""
    import os

    from ..operate.airflow_env import airflow_environment
    from ..settings import load_settings

    command = [sys.executable, "-m", "airflow", *context.args]
    os.execve(sys.executable, command, airflow_environment(load_settings()))


def complete_fault(incomplete: str) -> list[tuple[str, str]]:
    return [(name, fault.summary) for name, fault in FAULTS.items() if name.startswith(incomplete)]


@app.command(help=SOURCE_HELP)
def source(
    recorded: Annotated[
        Path | None, typer.Option(help="A folder of recorded days; the bundled sample by default.")
    ] = None,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8642,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:COUNT][@DATE]",
            help="What goes wrong; may be given several times. COUNT is how often for each date, DATE the only one.",
            autocompletion=complete_fault,
        ),
    ] = None,
    latency: Annotated[float, typer.Option(min=0, help="Seconds by which every answer comes late.")] = 0,
) -> None:
    from ..settings import REPO
    from ..source.server import serve_source

    serve_source(recorded or REPO / "demo", port, faults=fault or (), latency=latency)


@app.command()
def web(port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8501) -> None:
    """Show the warehouse as web pages on this machine, without Airflow and its login; Ctrl-C ends it."""
    from ..settings import load_settings
    from ..web.serve import serve_pages

    serve_pages(load_settings(), port)
