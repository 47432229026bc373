"""Probe: two polite questions to each source, and whether the answers still have the shape that paperhouse reads.

The requests wait for their turn and stand in the ledger like all others. Nothing lands.
"""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import requests

from .checkup.finding import Finding, find_ok, find_problem, find_warning
from .pace import TurnTooLate
from .request import Answer, RequestFailed, get_answer, open_session
from .settings import LOOPBACK, Settings
from .texts.judge import judge_html
from .texts.versions import FeedInvalid, parse_feed

# A day that settled long ago, a paper of it that has HTML, and an id that no paper can have: month 99.
DAY, DAY_COUNT = "2025-12-25", 17
PAPER_ID = "2512.21338"
UNKNOWN_ID = "2599.99999"
LIMIT = 5
PAPER_FIELDS = {"id": str, "title": str, "summary": str, "publishedAt": str, "authors": list, "upvotes": int}

Expect = Callable[[Answer], Iterator[str]]


def ask_sources(settings: Settings) -> list[Finding]:
    """Ask each configured source and return a finding an answer."""
    hf, arxiv, api = settings.hf_url, settings.arxiv_url, settings.arxiv_api_url
    feed = {"id_list": f"{PAPER_ID},{UNKNOWN_ID}", "max_results": 2}
    questions: list[tuple[str, str, dict, Expect]] = [
        ("daily list", f"{hf}/api/daily_papers", {"date": DAY, "limit": LIMIT, "p": 0}, _expect_list),
        ("paper", f"{hf}/api/papers/{PAPER_ID}", {}, _expect_paper),
        ("HTML of a paper", f"{arxiv}/html/{PAPER_ID}", {}, _expect_article),
        ("abstract page", f"{arxiv}/abs/{PAPER_ID}", {}, _expect_abstract),
        ("query API", f"{api}/api/query", feed, _expect_feed),
        ("query API, wrong id", f"{api}/api/query", {"id_list": "abc", "max_results": 1}, _expect_refusal),
    ]
    findings, silent = [], set()
    with open_session(settings) as session:
        for name, url, params, expect in questions:
            # A host that gave no answer, or refused us, is not asked again.
            if (host := urlsplit(url).netloc) not in silent:
                finding, is_answered = _ask(settings, session, f"{host}: {name}", url, params, expect)
                findings.append(finding)
                silent |= set() if is_answered else {host}
    return findings


def _ask(
    settings: Settings, session: requests.Session, name: str, url: str, params: dict, expect: Expect
) -> tuple[Finding, bool]:
    try:
        answer = get_answer(settings, session, url, params, expected=frozenset({400, 404}))
    except (RequestFailed, TurnTooLate) as error:
        advice = "check the connection and the address; after a 403 wait a day, and set PAPERHOUSE_CONTACT"
        return find_problem(name, str(error), advice), False
    faults = list(expect(answer))
    if faults:
        advice = f"the source has changed; look at {answer.url} before the next run, whose gate would reject it"
        return find_problem(name, "; ".join(faults), advice), True
    seen = f"HTTP {answer.status}, {len(answer.body):,} bytes, as expected"
    if url.startswith(settings.hf_url) and "ratelimit" not in answer.headers and urlsplit(url).hostname not in LOOPBACK:
        return find_warning(name, f"{seen}, without a RateLimit header", "nothing; paperhouse keeps its own pace"), True
    return find_ok(name, seen), True


def _expect_list(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 200, "application/json")
    items = _parse(answer)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        yield "no JSON array of objects"
        return
    if len(items) != LIMIT:
        yield f"{len(items)} items instead of {LIMIT} of the {DAY_COUNT} of {DAY}: date or limit is not obeyed"
    for number, item in enumerate(items):
        yield from (f"item {number}: {fault}" for fault in _check_paper(item.get("paper")))


def _expect_paper(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 200, "application/json")
    paper = _parse(answer)
    yield from _check_paper(paper)
    if isinstance(paper, dict) and paper.get("id") != PAPER_ID:
        yield f"the page of {paper.get('id')!r} instead of {PAPER_ID}"


def _expect_article(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 200, "text/html")
    _, problem = judge_html(answer)
    if problem:
        yield problem


def _expect_abstract(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 200, "text/html")
    yield from (f"no {mark}" for mark in ("blockquote", "submission-history") if mark.encode() not in answer.body)


def _expect_feed(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 200, "application/atom+xml")
    try:
        found = set(parse_feed(answer.body))
    except FeedInvalid as error:
        yield str(error)
        return
    if found != {PAPER_ID}:
        yield f"asked for {PAPER_ID} and an unknown paper, got {', '.join(sorted(found)) or 'none'}"


def _expect_refusal(answer: Answer) -> Iterator[str]:
    yield from _expect_head(answer, 400, "application/atom+xml")
    try:
        parse_feed(answer.body)
    except FeedInvalid:
        return
    yield "a wrong id gave no error entry"


def _expect_head(answer: Answer, status: int, content_type: str) -> Iterator[str]:
    if answer.status != status:
        yield f"HTTP {answer.status} instead of {status}"
    if (found := answer.headers.get("content-type", "none").split(";")[0]) != content_type:
        yield f"content type {found} instead of {content_type}"


def _check_paper(paper: object) -> Iterator[str]:
    if not isinstance(paper, dict):
        yield "no paper object"
        return
    for name, kind in PAPER_FIELDS.items():
        if not isinstance(paper.get(name), kind) or isinstance(paper.get(name), bool):
            yield f"{name} is {type(paper[name]).__name__ if name in paper else 'missing'}, not {kind.__name__}"


def _parse(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None
