"""What addresses of the JSON API may ask, and how a list is read on: behind the last row that was shown."""

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator

from .answer import Look
from .json_values import fit_value

SORTED = "sorted_date"
JOINT = "~"  # between the parts of a place in a list; it needs no escape in an address


def _read_moment(asked: object) -> datetime | None:
    if asked in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(str(asked))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError("give a date or a moment, like 2025-12-25 or 2025-12-25T09:00:00Z") from None


def _read_pair(asked: str) -> tuple[datetime, str] | None:
    """A moment and a key, as `next` has them; a date is its first moment."""
    if not asked:
        return None
    moment, joint, key = asked.partition(JOINT)
    if not joint or not key:
        raise ValueError("take it from `next` of an answer")
    return _read_moment(moment), key


Limit = Annotated[int, Query(ge=1, le=1000, description="The most rows in one answer.")]
SinceDate = Annotated[
    date | None, Query(description="From this listing date on."), BeforeValidator(lambda asked: asked or None)
]
Since = Annotated[
    datetime | None,
    BeforeValidator(_read_moment),
    Query(description="From this date or moment (UTC) on, itself included."),
]
AfterDate = Annotated[
    date | None,
    Query(description="Read on behind this date; `next` has it."),
    BeforeValidator(lambda asked: asked or None),
]
AfterPair = Annotated[
    str, Query(max_length=200, description="Read on behind this place; `next` has it."), AfterValidator(_read_pair)
]
After = Annotated[str, Query(max_length=200, description="Read on behind this place; `next` has it.")]


def cut_rows(look: Look, name: str, rows: list[dict], limit: int, key: list[str]) -> dict:
    """The first `limit` rows under their name, and in `next` the address of what follows them, or None.

    `key` are the columns that the rows are sorted by; SORTED stands in for one that may be NULL, and is not shown.
    """
    link = None
    if len(rows) > limit:
        last = JOINT.join(str(fit_value(rows[limit - 1][column])) for column in key)
        asked = dict(look.request.query_params) | {"after": last}
        path = look.request.scope["path"].removeprefix(look.base)
        link = f"{look.base}{path}?{urlencode(asked)}"
    shown = [{column: value for column, value in row.items() if column != SORTED} for row in rows[:limit]]
    return {name: shown, "next": link}
