"""Commands that go back, forward, or begin anew from what has landed."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from .arguments import parse_day

app = typer.Typer()


class Target(StrEnum):
    LOCAL = "local"
    LAKE = "lake"


@app.command()
def rebuild() -> None:
    """Make the whole warehouse anew from the landing zone and its verdicts; nothing is fetched or judged again."""
    from ..rebuild import rebuild_warehouse
    from ..settings import load_settings

    rebuild_warehouse(load_settings(), say=lambda line: print(line, flush=True))


@app.command()
def rollback() -> None:
    """Go back to the version before the current one, and hold the fetches that came since."""
    from ..rollback import roll_back
    from ..settings import load_settings

    print(json.dumps(roll_back(load_settings()), indent=1))


@app.command()
def release() -> None:
    """Release the fetches that a rollback holds, and publish them again."""
    from ..rollback import release_held
    from ..settings import load_settings

    print(json.dumps(release_held(load_settings()), indent=1))


@app.command()
def reprocess(
    days: Annotated[list[str] | None, typer.Argument(metavar="[DATE…]", help="Only of these listing dates.")] = None,
) -> None:
    """Try rejected fetches, batches and rows again, after the source, the models or the suites were mended."""
    from ..reprocess import reprocess as reprocess_rejected
    from ..settings import load_settings

    done = reprocess_rejected(load_settings(), [parse_day(day) for day in days or []])
    print(f"{done.judged_count} rejected fetches and batches judged again, {done.accepted_count} accepted now")
    print(f"{done.rows_before} rows set aside in accepted fetches before, {done.rows_after} now")


@app.command()
def migrate(
    to: Annotated[Target, typer.Option(help="lake: for several hosts; local: back to one file of this machine.")],
) -> None:
    """Bring the published warehouse and what landed into the lake, or back, and compare their content hashes."""
    from ..migrate import migrate as migrate_warehouse
    from ..settings import load_settings

    migrate_warehouse(load_settings(), to.value, say=lambda line: print(line, flush=True))
