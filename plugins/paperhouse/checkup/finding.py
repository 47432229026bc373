"""A finding: what was looked at, how it is, what was seen, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"  # the warehouse is right, and something wants a look
    PROBLEM = "problem"  # readers or the next run are in trouble


@dataclass(frozen=True)
class Finding:
    """`advice` is empty exactly when the level is ok."""

    name: str
    level: Level
    seen: str
    advice: str = ""


def find_ok(name: str, seen: str) -> Finding:
    return Finding(name, Level.OK, seen)


def find_warning(name: str, seen: str, advice: str) -> Finding:
    return Finding(name, Level.WARNING, seen, advice)


def find_problem(name: str, seen: str, advice: str) -> Finding:
    return Finding(name, Level.PROBLEM, seen, advice)


def list_some(things: list, most: int = 5) -> str:
    """The first few of many, on one line, and how many more there are."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return ", ".join(str(thing) for thing in things[:most]) + more
