"""Read: what a landed page says about its paper, as types, or what is wrong with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import PaperhouseError
from .land import Look

# Kind → the list of what is linked, and the field that counts all of it: the list is a preview.
LINKED = {
    "model": ("linkedModels", "numTotalModels"),
    "dataset": ("linkedDatasets", "numTotalDatasets"),
    "space": ("linkedSpaces", "numTotalSpaces"),
}


class PageUnusable(PaperhouseError):
    """A body with status 200 is no page of the paper; the message says what it is."""


@dataclass(frozen=True)
class Link:
    """A model, dataset or Space that names the paper, in the order of the source."""

    kind: str
    linked_id: str
    position: int
    likes: int | None
    downloads: int | None


@dataclass(frozen=True)
class PageReading:
    """What one look says. `state` is "read", "missing" (404) or "unusable", then `problem` says why.

    Counts are None where the page has none; `total_counts` has those kinds that it tells of. Times are UTC, ISO 8601.
    """

    look_id: str
    paper_id: str
    observed_at: str
    state: str
    problem: str | None = None
    upvotes: int | None = None
    github_stars: int | None = None
    withdrawn_at: str | None = None
    total_counts: dict[str, int] | None = None
    links: tuple[Link, ...] = ()


def read_page(look: Look, body: bytes) -> PageReading:
    """Read one landed page. It never raises for its content: a page that cannot be used says so."""
    seen = {"look_id": look.look_id, "paper_id": look.paper_id, "observed_at": look.observed_at}
    if look.status == 404:
        return PageReading(**seen, state="missing", problem="Hugging Face does not know the paper")
    try:
        page = _parse_page(look, body)
        links = {kind: list(_read_links(page, kind, field)) for kind, (field, _) in LINKED.items()}
        return PageReading(
            **seen,
            state="read",
            upvotes=_read_count(page, "upvotes"),
            github_stars=_read_count(page, "githubStars"),
            withdrawn_at=_read_time(page, "withdrawnAt"),
            total_counts=_count_links(page, links),
            links=tuple(link for kind in links for link in links[kind]),
        )
    except PageUnusable as error:
        return PageReading(**seen, state="unusable", problem=str(error))


def _parse_page(look: Look, body: bytes) -> dict:
    start = body[:60].decode("utf-8", "replace").strip()
    try:
        page = json.loads(body)
    except (ValueError, RecursionError):
        raise PageUnusable(f"no JSON; it begins {start!r}") from None
    if not isinstance(page, dict):
        raise PageUnusable(f"a JSON {type(page).__name__} instead of an object")
    if page.get("id") != look.paper_id:
        raise PageUnusable(f"the page of {page.get('id')!r}")
    return page


def _read_links(page: dict, kind: str, field: str) -> Iterator[Link]:
    items = page.get(field) or []
    if not isinstance(items, list):
        raise PageUnusable(f"{field} is no list")
    by_id = {item["id"]: item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}
    for position, (linked_id, item) in enumerate(by_id.items(), 1):
        yield Link(kind, linked_id, position, _read_count(item, "likes"), _read_count(item, "downloads"))


def _count_links(page: dict, links: dict[str, list[Link]]) -> dict[str, int]:
    """How many there are of each kind: as the source counts, else, when it shows a list at all, as listed."""
    counts = {}
    for kind, (field, total_field) in LINKED.items():
        total = _read_count(page, total_field)
        if total is not None or field in page:
            counts[kind] = len(links[kind]) if total is None else total
    return counts


def _read_count(item: dict, field: str) -> int | None:
    value = item.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PageUnusable(f"{field} is {value!r} and no count")
    return value


def _read_time(page: dict, field: str) -> str | None:
    value = page.get(field)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise PageUnusable(f"{field} is {value!r} and no time") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).isoformat()
