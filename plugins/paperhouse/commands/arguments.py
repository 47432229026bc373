"""Arguments that several commands take."""

from datetime import date
from typing import Annotated

import typer

Day = Annotated[str, typer.Argument(metavar="DATE", help="A listing date, UTC, like 2025-12-25.")]
FirstDay = Annotated[str, typer.Argument(metavar="FROM", help="The first listing date.")]
LastDay = Annotated[str, typer.Argument(metavar="TO", help="The last listing date, included.")]
AtOnce = Annotated[int, typer.Option(min=1, max=16, help="Dates at work at once.")]
Yes = Annotated[bool, typer.Option("--yes", help="Start without asking.")]
Again = Annotated[bool, typer.Option("--again", help="Fetch settled and quiet dates as well.")]


def parse_day(text: str) -> date:
    """Return the listing date that a person wrote; raise ListingDateError."""
    from ..listing_date import parse_listing_date

    return parse_listing_date(text)
