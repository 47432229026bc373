"""Your own warehouse of Hugging Face Daily Papers."""

import sys

import typer

from .commands import fetch, keep, look, serve
from .errors import PaperhouseError
from .terminal import clean_text

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
for commands in (fetch.app, look.app, keep.app, serve.app):
    app.add_typer(commands)


def main() -> None:
    """The `paperhouse` command: an error that a person can put right is one line, and exit code 1."""
    try:
        app()
    except PaperhouseError as error:
        sys.stdout.flush()
        print(clean_text(f"paperhouse: {error}"), file=sys.stderr)
        sys.exit(1)
