"""Commands that run Airflow and the offline source."""

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


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


@app.command()
def source(
    recorded: Annotated[
        Path | None, typer.Option(help="A folder of recorded days; the bundled sample by default.")
    ] = None,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 8642,
) -> None:
    """Serve recorded days as if they were huggingface.co and arxiv.org."""
    from ..settings import REPO
    from ..source.server import serve_source

    serve_source(recorded or REPO / "demo", port)
