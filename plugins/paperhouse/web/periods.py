"""Weeks, months and years of listing dates, by their names: 2025-W52, 2025-12, 2025."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from ..errors import PaperhouseError

# Kind → how its name is written, and an example.
_NAMES = {
    "week": (re.compile("([0-9]{4})-W([0-9]{2})"), "2025-W52"),
    "month": (re.compile("([0-9]{4})-([0-9]{2})"), "2025-12"),
    "year": (re.compile("([0-9]{4})"), "2025"),
}


class PeriodUnreadable(PaperhouseError):
    """No week, month or year has this name."""


@dataclass(frozen=True)
class Period:
    """`first` to `last` listing date, both inclusive. A week is ISO's: from Monday, in the year of its Thursday."""

    kind: str
    name: str
    first: date
    last: date

    @property
    def day_count(self) -> int:
        return (self.last - self.first).days + 1


def read_period(kind: str, name: str) -> Period:
    """The week, month or year of that name; raise PeriodUnreadable."""
    pattern, example = _NAMES[kind]
    try:
        first, last = _find_ends(kind, [int(part) for part in pattern.fullmatch(name).groups()])
    except (AttributeError, ValueError, OverflowError):
        raise PeriodUnreadable(f"there is no {kind} {name[:40]!r}; write one as {example}") from None
    return Period(kind, name, first, last)


def name_period(kind: str, day: date) -> str:
    """The name of the week, month or year that a day is in."""
    if kind == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04}-W{week:02}"
    return day.isoformat()[:7] if kind == "month" else day.isoformat()[:4]


def _find_ends(kind: str, parts: list[int]) -> tuple[date, date]:
    if kind == "week":
        first = date.fromisocalendar(*parts, 1)
        return first, first + timedelta(days=6)
    if kind == "month":
        first = date(*parts, 1)
        return first, first.replace(day=monthrange(*parts)[1])
    return date(*parts, 1, 1), date(*parts, 12, 31)
