"""Load: landed fetches into `raw.*` of the working database, one row an item, append-only."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import duckdb

from .errors import PaperhouseError
from .landing import Fetch, Page, find_fetch, name_landed, read_fetch, read_pages
from .settings import Settings
from .warehouse import open_working


class BodyUnusable(PaperhouseError):
    """A landed body is no list of papers. Nothing is loaded from its fetch; its verdict will say why."""


class BodyIsHtml(BodyUnusable):
    pass


class BodyNotJson(BodyUnusable):
    pass


class BodyNotAList(BodyUnusable):
    pass


class OtherDate(BodyUnusable):
    """Every item was listed on another day than the one asked for."""


class CheckedFetch(NamedTuple):
    """A landed fetch whose bodies are what was received. With a `problem` there is no list to load."""

    folder: Path
    fetch: Fetch
    bodies: list[tuple[Page, bytes]]
    item_count: int
    problem: BodyUnusable | None


def load_raw(settings: Settings, fetch_id: str) -> int:
    """Load a landed fetch and return its number of items; loading it again changes nothing.

    A body that is no list of papers loads no item: `raw.fetches.problem` names it, and the judge rejects it.
    Raises LandingMissing, LandingDamaged, LockTimeout.
    """
    checked = check_fetch(find_fetch(settings, fetch_id))
    with open_working(settings) as connection:
        if not connection.execute("select 1 from raw.fetches where fetch_id = ?", [fetch_id]).fetchone():
            connection.execute("begin")
            insert_fetches(settings, connection, [checked])
            connection.execute("commit")
    return checked.item_count


def check_fetch(folder: Path) -> CheckedFetch:
    """Read a landed fetch and compare it with what was received; raise LandingDamaged."""
    fetch = read_fetch(folder)
    bodies = list(read_pages(folder, fetch))
    try:
        return CheckedFetch(folder, fetch, bodies, _count_items(fetch, bodies), None)
    except BodyUnusable as problem:
        return CheckedFetch(folder, fetch, [], 0, problem)


def insert_fetches(settings: Settings, connection: duckdb.DuckDBPyConnection, fetches: list[CheckedFetch]) -> None:
    """Insert fetches that `raw.*` does not hold, in two statements for all. The caller holds a transaction."""
    _insert_items(settings, connection, fetches)
    insert_rows(connection, "raw.fetches", [_describe_fetch(settings, one) for one in fetches])


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    """Insert rows in the order of the table's columns; values are text, or cast from it."""
    # One list a column: binding a thousand values is as fast as binding one, a thousand rows are not.
    columns = [[None if value is None else str(value) for value in column] for column in zip(*rows, strict=True)]
    if columns:
        unnested = ", ".join("unnest(?::varchar[])" for _ in columns)
        connection.execute(f"insert into {table} select {unnested}", columns)


def _count_items(fetch: Fetch, bodies: list[tuple[Page, bytes]]) -> int:
    days, count = set(), 0
    for page, body in bodies:
        for item in _parse_list(page, body):
            paper = item.get("paper") if isinstance(item, dict) else None
            submitted_at = paper.get("submittedOnDailyAt") if isinstance(paper, dict) else None
            days.add(submitted_at[:10] if isinstance(submitted_at, str) else fetch.listing_date)
            count += 1
    if days and fetch.listing_date not in days:
        raise OtherDate(f"asked for {fetch.listing_date}, and the source sent the list of {', '.join(sorted(days))}")
    return count


def _parse_list(page: Page, body: bytes) -> list:
    start = body[:80].decode("utf-8", "replace").strip()
    if start.lower().startswith(("<!doctype", "<html")):
        raise BodyIsHtml(f"the source sent a web page instead of JSON ({page.url}): {start!r}")
    try:
        # DuckDB reads UTF-8 without a byte order mark and no half surrogate pairs; json.loads() takes them all.
        text = body.decode()
        items = json.loads(text, parse_constant=_refuse_constant)
        if re.search(r"\\u[dD]", text):
            json.dumps(items, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BodyNotJson(f"the source sent no JSON ({page.url}): {error}; it begins {start!r}") from None
    if not isinstance(items, list):
        raise BodyNotAList(f"the source sent a JSON {type(items).__name__}, not a list ({page.url}): {start!r}")
    return items


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _insert_items(settings: Settings, connection: duckdb.DuckDBPyConnection, fetches: list[CheckedFetch]) -> None:
    pages = [
        (
            one.fetch.fetch_id,
            one.fetch.listing_date,
            page.observed_at,
            number,
            name_landed(settings, one.folder / page.file),
            page.sha256,
            body.decode(),
        )
        for one in fetches
        for number, (page, body) in enumerate(one.bodies)
    ]
    if not pages:
        return
    # `paper_id` is taken from JSON text as text: as a number 2503.02130 would lose its last digit.
    connection.execute(
        """
        insert into raw.daily_papers
        select
            fetch_id, listing_date, observed_at, page_number,
            generate_subscripts(items, 1), unnest(items) ->> '$.paper.id', unnest(items), landing_file, sha256
        from (
            select
                unnest(?) as fetch_id, unnest(?) as listing_date, unnest(?) as observed_at, unnest(?) as page_number,
                unnest(?) as landing_file, unnest(?) as sha256, json_extract(unnest(?)::json, '$[*]') as items
        )
        """,
        [list(column) for column in zip(*pages, strict=True)],
    )


def _describe_fetch(settings: Settings, one: CheckedFetch) -> tuple:
    return (
        one.fetch.fetch_id,
        one.fetch.listing_date,
        one.fetch.source,
        name_landed(settings, one.folder),
        one.fetch.observed_at,
        len(one.fetch.pages),
        one.fetch.page_limit,
        one.item_count,
        type(one.problem).__name__ if one.problem else None,
        one.problem,
    )
