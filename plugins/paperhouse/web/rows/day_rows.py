"""One listing date: its papers with what was read of them, and the days around it."""

from datetime import date
from typing import NamedTuple

import duckdb

from ...report.fetch_rows import fetch_rows
from ...report.readings import UNREAD, read_readings
from ...report.rows import Day, read_day

# Every date that the warehouse knows; those without a paper are passed over.
NEIGHBOURS_QUERY = """
    select
        max(listing_date) filter (listing_date < $listing_date) as before,
        min(listing_date) filter (listing_date > $listing_date) as after,
        max(listing_date) as newest
    from day_status
    where paper_count > 0
"""


class Filter(NamedTuple):
    """What to leave out of a day; an empty value leaves everything in."""

    domain: str = ""  # a domain_id; its subdomains count
    organization: str = ""  # its full name
    has_code: bool = False
    votes: int | None = None
    without: str = ""  # words, separated by spaces or commas, that title and abstract must not hold

    @property
    def is_empty(self) -> bool:
        return self == Filter()


def find_newest(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The newest date with papers, None in a warehouse without any."""
    return fetch_rows(connection, NEIGHBOURS_QUERY, {"listing_date": date.min})[0]["newest"]


def read_neighbours(connection: duckdb.DuckDBPyConnection, listing_date: date) -> dict:
    """`before`, `after` and `newest`: the dates with papers around one, None at an end."""
    return fetch_rows(connection, NEIGHBOURS_QUERY, {"listing_date": listing_date})[0]


def read_listed(connection: duckdb.DuckDBPyConnection, listing_date: date, language: str) -> tuple[Day, list[dict]]:
    """The day as its report has it, and its papers, each with `reading` and `domain_ids`, those above included.

    Raises DateNotInWarehouse.
    """
    day = read_day(connection, listing_date)
    readings = read_readings(connection, listing_date, language, None)
    return day, [
        paper | {"reading": readings.get(paper["paper_id"], UNREAD), "domain_ids": _list_domain_ids(paper)}
        for paper in day.papers
    ]


def _list_domain_ids(paper: dict) -> set[str]:
    """`nlp.reasoning.math` stands for `nlp` and `nlp.reasoning` too."""
    parts = [domain["domain_id"].split(".") for domain in paper["domains"]]
    return {".".join(names[:end]) for names in parts for end in range(1, len(names) + 1)}


def keep_wanted(papers: list[dict], wanted: Filter) -> list[dict]:
    """The papers that a filter leaves, in their order."""
    left_out = [word.casefold() for word in wanted.without.replace(",", " ").replace("，", " ").split()]
    return [paper for paper in papers if _is_wanted(paper, wanted, left_out)]


def _is_wanted(paper: dict, wanted: Filter, left_out: list[str]) -> bool:
    text = f"{paper['title']} {paper['abstract'] or ''}".casefold()
    return (
        (not wanted.domain or wanted.domain in paper["domain_ids"])
        and (not wanted.organization or wanted.organization == paper["organization"])
        and (not wanted.has_code or paper["github_url"] is not None)
        and (wanted.votes is None or (paper["upvotes"] or 0) >= wanted.votes)
        and not any(word in text for word in left_out)
    )
