"""What the offline source answers to a path and a query: a pure function of the recorded folder."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple

from paperhouse.source.folder import RecordedFolder
from paperhouse.source.pages import (
    render_abstract_page,
    render_feed,
    render_feed_error,
    render_markdown,
    render_no_html_page,
)

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"

PAPER_ID = r"\d{4}\.\d{4,5}"
ARXIV_ID = re.compile(rf"({PAPER_ID}|[a-z-]+(?:\.[A-Z]{{2}})?/\d{{7}})(?:v(\d+))?")


class Reply(NamedTuple):
    """An HTTP answer; `bucket` is the Hugging Face quota it counts against, None for arXiv.

    `deliver`, if given, ends the headers and sends the body in its own way; only faults do.
    """

    status: int
    content_type: str
    body: bytes
    bucket: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    deliver: Callable[[BaseHTTPRequestHandler, bytes], None] | None = None


class BadQuery(ValueError):
    """A query parameter cannot be used; the message names it."""


def answer_request(folder: RecordedFolder, path: str, query: dict[str, str]) -> Reply:
    """The answer to `GET path?query`; 404 for a path that neither site's recorded part has."""
    for pattern, answer in ROUTES:
        if match := pattern.fullmatch(path):
            return answer(folder, query, **match.groupdict())
    return _reply_error(404, "Sorry, we can't find the page you are looking for.")


def answer_daily_papers(folder: RecordedFolder, query: dict[str, str]) -> Reply:
    """One page of a listing day: `limit` 1-100 (50 unless told) items from `p` x `limit` on."""
    try:
        _refuse_others(query, {"date", "limit", "p"})
        listing_date = _parse_date(query["date"]) if "date" in query else folder.list_dates()[-1]
        limit = _parse_number(query, "limit", default=50, low=1, high=100)
        page = _parse_number(query, "p", default=0)
    except BadQuery as error:
        return _reply_error(400, str(error))
    day = folder.read_day(listing_date)
    items = day.items[page * limit : (page + 1) * limit] if day else []
    return Reply(200, JSON, b"[" + b",".join(items) + b"]", "api")


def answer_paper(folder: RecordedFolder, query: dict[str, str], paper_id: str) -> Reply:
    """The recorded page of a paper, or one made from its listing, with nothing linked; 404 for an unknown paper."""
    if recorded := folder.find_page(paper_id):
        return Reply(200, JSON, recorded, "api")
    item = folder.find_paper(paper_id)
    if item is None:
        return _reply_error(404, "Paper not found")
    kinds = ("Models", "Datasets", "Spaces")
    linked = {f"linked{kind}": [] for kind in kinds} | {f"numTotal{kind}": 0 for kind in kinds}
    return Reply(200, JSON, json.dumps(item["paper"] | linked, ensure_ascii=False).encode(), "api")


def answer_markdown(folder: RecordedFolder, query: dict[str, str], paper_id: str) -> Reply:
    """The recorded Markdown of a paper; without one, its title and abstract, as Hugging Face does."""
    if recorded := folder.find_markdown(paper_id):
        return Reply(200, MARKDOWN, recorded, "pages")
    item = folder.find_paper(paper_id)
    if item is None:
        return _reply_error(404, "Paper not found", bucket="pages")
    return Reply(200, MARKDOWN, render_markdown(item["paper"]).encode(), "pages")


def answer_html(folder: RecordedFolder, query: dict[str, str], paper_id: str, version: str) -> Reply:
    """The recorded HTML of a paper, or arXiv's page that there is none, with status 404."""
    recorded = folder.find_html(paper_id, version)
    if recorded is None:
        return Reply(404, HTML, render_no_html_page(paper_id + version).encode())
    return Reply(200, HTML, recorded)


def answer_abstract(folder: RecordedFolder, query: dict[str, str], paper_id: str, version: str) -> Reply:
    """The recorded abstract page, or one made from the listing; 404 when the paper is unknown."""
    if recorded := folder.find_abstract(paper_id, version):
        return Reply(200, HTML, recorded)
    item = folder.find_paper(paper_id)
    if item is None:
        return Reply(404, HTML, f"<h1>Article {paper_id} doesn't exist</h1>\n".encode())
    has_html = folder.find_html(paper_id, version) is not None
    return Reply(200, HTML, render_abstract_page(item["paper"], has_html).encode())


def answer_query(folder: RecordedFolder, query: dict[str, str]) -> Reply:
    """The Atom feed of the ids that are known. An unknown id is left out without a word, as arXiv does."""
    try:
        asked = [_parse_arxiv_id(text) for text in query.get("id_list", "").split(",") if text.strip()]
        start = _parse_number(query, "start", default=0)
        max_results = _parse_number(query, "max_results", default=10, high=2000)
    except BadQuery as error:
        return Reply(400, ATOM, render_feed_error(str(error)).encode())
    # A listing knows the first version only, so a later one counts as unknown.
    items = [folder.find_paper(paper_id) for paper_id, version in asked if version in {None, "1"}]
    papers = [item["paper"] for item in items if item]
    page = papers[start : start + max_results]
    return Reply(200, ATOM, render_feed(page, len(papers), start, max_results).encode())


ROUTES: list[tuple[re.Pattern, Callable[..., Reply]]] = [
    (re.compile(r"/api/daily_papers"), answer_daily_papers),
    (re.compile(r"/api/papers/(?P<paper_id>[^/]+)"), answer_paper),
    (re.compile(rf"/papers/(?P<paper_id>{PAPER_ID})\.md"), answer_markdown),
    (re.compile(rf"/html/(?P<paper_id>{PAPER_ID})(?P<version>(?:v\d+)?)"), answer_html),
    (re.compile(rf"/abs/(?P<paper_id>{PAPER_ID})(?P<version>(?:v\d+)?)"), answer_abstract),
    (re.compile(r"/api/query"), answer_query),
]


def _reply_error(status: int, message: str, bucket: str = "api") -> Reply:
    return Reply(status, JSON, json.dumps({"error": message}).encode(), bucket)


def _refuse_others(query: dict[str, str], known: set[str]) -> None:
    if others := sorted(query.keys() - known):
        raise BadQuery(f"Not recorded: {', '.join(others)}; ask with {', '.join(sorted(known))}")


def _parse_date(text: str) -> str:
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        raise BadQuery(f"Invalid date {text!r}: write it as YYYY-MM-DD") from None
    if parsed.isoformat() != text:
        raise BadQuery(f"Invalid date {text!r}: write it as YYYY-MM-DD")
    if parsed > datetime.now(UTC).date():
        raise BadQuery(f"Invalid date {text!r}: it must not be later than today (UTC)")
    return text


def _parse_number(query: dict[str, str], name: str, default: int, low: int = 0, high: int = 1_000_000) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,7}", text) or not low <= int(text) <= high:
        raise BadQuery(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return int(text)


def _parse_arxiv_id(text: str) -> tuple[str, str | None]:
    match = ARXIV_ID.fullmatch(text.strip())
    if match is None:
        raise BadQuery(f"incorrect id format for {text.strip()}")
    return match[1], match[2]
