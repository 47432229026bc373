"""Load: one landed fetch into `raw.*` of the working database, one row an item, append-only."""

import json
from pathlib import Path

from .errors import PaperhouseError
from .landing import Fetch, Page, find_fetch, read_fetch, read_pages
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


def load_raw(settings: Settings, fetch_id: str) -> int:
    """Load a landed fetch and return its number of items; loading it again changes nothing.

    A body that is no list of papers loads no item: `raw.fetches.problem` names it, and the judge rejects it.
    Raises LandingMissing, LandingDamaged, LockTimeout.
    """
    folder = find_fetch(settings, fetch_id)
    fetch = read_fetch(folder)
    problem = None
    bodies = list(read_pages(folder, fetch))
    try:
        _check_bodies(fetch, bodies)
    except BodyUnusable as error:
        problem, bodies = error, []
    with open_working(settings) as connection:
        if connection.execute("select 1 from raw.fetches where fetch_id = ?", [fetch_id]).fetchone():
            return _count_loaded(connection, fetch_id)
        connection.execute("begin")
        for number, (page, body) in enumerate(bodies):
            _insert_items(connection, settings, folder, fetch, number, page, body)
        count = _count_loaded(connection, fetch_id)
        connection.execute(
            "insert into raw.fetches values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                fetch_id,
                fetch.listing_date,
                fetch.source,
                str(folder.relative_to(settings.data_dir)),
                fetch.observed_at,
                len(fetch.pages),
                fetch.page_limit,
                count,
                type(problem).__name__ if problem else None,
                str(problem) if problem else None,
            ],
        )
        connection.execute("commit")
    return count


def _check_bodies(fetch: Fetch, bodies: list[tuple[Page, bytes]]) -> None:
    days = set()
    for page, body in bodies:
        for item in _parse_list(page, body):
            paper = item.get("paper") if isinstance(item, dict) else None
            submitted_at = paper.get("submittedOnDailyAt") if isinstance(paper, dict) else None
            days.add(submitted_at[:10] if isinstance(submitted_at, str) else fetch.listing_date)
    if days and fetch.listing_date not in days:
        raise OtherDate(f"asked for {fetch.listing_date}, and the source sent the list of {', '.join(sorted(days))}")


def _parse_list(page: Page, body: bytes) -> list:
    start = body[:80].decode("utf-8", "replace").strip()
    if start.lower().startswith(("<!doctype", "<html")):
        raise BodyIsHtml(f"the source sent a web page instead of JSON ({page.url}): {start!r}")
    try:
        items = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BodyNotJson(f"the source sent no JSON ({page.url}): {error}; it begins {start!r}") from None
    if not isinstance(items, list):
        raise BodyNotAList(f"the source sent a JSON {type(items).__name__}, not a list ({page.url}): {start!r}")
    return items


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _insert_items(
    connection, settings: Settings, folder: Path, fetch: Fetch, number: int, page: Page, body: bytes
) -> None:
    # `paper_id` is taken from JSON text as text: as a number 2503.02130 would lose its last digit.
    connection.execute(
        """
        insert into raw.daily_papers
        select
            $fetch_id, $listing_date, $observed_at, $page_number,
            generate_subscripts(items, 1), unnest(items) ->> '$.paper.id', unnest(items),
            $landing_file, $sha256
        from (select json_extract($body::json, '$[*]') as items)
        """,
        {
            "fetch_id": fetch.fetch_id,
            "listing_date": fetch.listing_date,
            "observed_at": page.observed_at,
            "page_number": number,
            "body": body.decode(),
            "landing_file": str((folder / page.file).relative_to(settings.data_dir)),
            "sha256": page.sha256,
        },
    )


def _count_loaded(connection, fetch_id: str) -> int:
    query = "select count(*) from raw.daily_papers where fetch_id = ?"
    return connection.execute(query, [fetch_id]).fetchone()[0]
