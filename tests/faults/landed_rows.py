"""What the landing zone says a version must hold: its own plain reading of the landed pages, without dbt or DuckDB."""

import functools
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

LAUNCH = timedelta(hours=36)  # votes seen until then count as those of the launch


class Row(NamedTuple):
    """One item of a landed page. `problem` is None for a row that counts, "repeat" for one that is left out."""

    fetch_id: str
    listing_date: str
    observed_at: datetime
    page_number: int
    item_number: int
    paper_id: str | None
    upvotes: int | None
    problem: str | None

    @property
    def look(self) -> tuple:
        """Later looks are newer; of two at once the fetch id decides."""
        return self.observed_at, self.fetch_id


@functools.lru_cache(maxsize=4096)  # a landed fetch never changes
def read_rows(folder: Path) -> tuple[Row, ...]:
    """Every item of one landed fetch, in the order of its pages. A body that is no list has no rows."""
    fetch = json.loads((folder / "fetch.json").read_bytes())
    rows, first_pages = [], {}
    for page_number, page in enumerate(fetch["pages"]):
        body = (folder / page["file"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == page["sha256"], f"{folder / page['file']} is not what was received"
        observed_at = datetime.fromisoformat(page["observed_at"])
        for item_number, item in enumerate(_parse(body), start=1):
            paper = item.get("paper") if isinstance(item, dict) else None
            paper = paper if isinstance(paper, dict) else {}
            paper_id = _text(paper.get("id"))
            problem = _find_problem(item, paper, fetch["listing_date"])
            if problem is None:
                first = first_pages.setdefault(paper_id, (page_number, item_number))
                if first != (page_number, item_number):
                    problem = "stands twice" if first[0] == page_number else "repeat"
            at = (fetch["fetch_id"], fetch["listing_date"], observed_at, page_number, item_number)
            rows.append(Row(*at, paper_id, _count(paper.get("upvotes")), problem))
    return tuple(rows)


def expect_listings(rows: list[Row], looks: dict[str, list[tuple[datetime, str]]]) -> set[tuple]:
    """(date, paper, position, votes at launch, delisted at) of the good rows of accepted fetches.

    `looks` has the accepted fetches of each date, oldest first.
    """
    listed, last = {}, {}
    for row in sorted(rows, key=lambda row: row.look):
        listed.setdefault((row.listing_date, row.paper_id), []).append(row)
    for (day, _), seen in listed.items():
        last.setdefault((day, seen[-1].fetch_id), []).append((seen[-1].page_number, seen[-1].item_number))
    places = {key: sorted(seen) for key, seen in last.items()}
    expected = set()
    for (day, paper_id), seen in listed.items():
        newest = seen[-1]
        position = 1 + places[day, newest.fetch_id].index((newest.page_number, newest.item_number))
        until = datetime.fromisoformat(day).replace(tzinfo=UTC) + LAUNCH
        launch = next((row.upvotes for row in seen if row.upvotes is not None and row.observed_at <= until), None)
        later = looks[day][[fetch_id for _, fetch_id in looks[day]].index(newest.fetch_id) + 1 :]
        expected.add((day, paper_id, position, launch, later[0][0] if later else None))
    return expected


def expect_papers(rows: list[Row]) -> dict[str, int | None]:
    """Votes by paper: of the newest UTC day it was seen on, the latest listing date, and of that the newest look."""
    newest = {}
    for row in rows:
        rank = (row.observed_at.astimezone(UTC).date(), row.listing_date, *row.look)
        if row.paper_id not in newest or rank > newest[row.paper_id][0]:
            newest[row.paper_id] = (rank, row.upvotes)
    return {paper_id: upvotes for paper_id, (_, upvotes) in newest.items()}


def expect_observations(rows: list[Row]) -> dict[tuple[str, datetime], int | None]:
    """Votes by paper and moment it was seen at."""
    votes = {}
    for row in rows:
        votes.setdefault((row.paper_id, row.observed_at), []).append(row.upvotes)
    return {key: max((count for count in seen if count is not None), default=None) for key, seen in votes.items()}


def _parse(body: bytes) -> list:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        # Numbers stay the text they were: "12", 12 and 12.0 are whole numbers here, 1e1 is not.
        items = json.loads(body, parse_int=str, parse_float=str, parse_constant=refuse)
    except (ValueError, RecursionError):
        return []
    return items if isinstance(items, list) else []


def _find_problem(item: object, paper: dict, listing_date: str) -> str | None:
    if not isinstance(paper.get("id"), str) or not re.fullmatch(r"[0-9]{4}\.[0-9]{4,5}", paper["id"]):
        return "id"
    if not re.sub(r"[ \t\n\f\r]+", " ", _text(paper.get("title")) or "").strip(" "):
        return "title"
    if not isinstance(paper.get("authors"), list) or not paper["authors"]:
        return "authors"
    for value in (paper.get("upvotes"), item.get("numComments"), paper.get("githubStars")):
        if value is not None and _count(value) is None:
            return "count"
    submitted_at = _text(paper.get("submittedOnDailyAt"))
    try:
        day = datetime.fromisoformat(submitted_at or "").astimezone(UTC).date().isoformat()
    except ValueError:
        day = listing_date
    return None if day == listing_date else "date"


def _count(value: object) -> int | None:
    text = _text(value)
    return int(float(text)) if text and re.fullmatch(r"[0-9]+(\.0+)?", text) else None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
