"""`paperhouse doctor --live`: two questions a source, and every change of shape is named."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from paperhouse import request
from paperhouse.checkup.finding import Finding
from paperhouse.doctor import find_exit_code
from paperhouse.probe import LIMIT, PAPER_ID, ask_sources
from paperhouse.settings import REPO, Settings
from paperhouse.source.pages import render_feed, render_feed_error
from paperhouse.source.server import start_source

from tests.conftest import make_item
from tests.scripted_source import Reply, ScriptedSource

JSON, HTML, ATOM = ({"Content-Type": kind} for kind in ("application/json", "text/html", "application/atom+xml"))
PAPER = make_item(PAPER_ID)["paper"]
ITEMS = [make_item(f"2512.2000{number}") for number in range(LIMIT)]
ARTICLE = b'<html><article class="ltx_document">'


@pytest.fixture(autouse=True)
def without_long_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "FIRST_BACKOFF", 0.01)


def ask(settings: Settings, scripted: ScriptedSource, **replaced: Reply) -> list[Finding]:
    """Ask a source that answers well but for `replaced`, by the last part of the path."""
    replies = {
        "daily_papers": Reply(json.dumps(ITEMS).encode(), headers=JSON),
        PAPER_ID: Reply(json.dumps(PAPER).encode(), headers=JSON),
        "html": Reply(ARTICLE, headers=HTML),
        "abs": Reply(b"<blockquote></blockquote><div class=submission-history>", headers=HTML),
        "query": Reply(render_feed([PAPER], 1, 0, 2).encode(), headers=ATOM),
    } | replaced

    def answer(path: str) -> Reply:
        if path == "/api/query" and scripted.queries[-1]["id_list"] == "abc":
            return replies.get("refusal", Reply(render_feed_error("wrong id").encode(), 400, ATOM))
        parts = path.split("/")
        return replies[parts[1] if parts[1] in replies else parts[-1]]

    scripted.replies_by_path = answer
    one = replace(settings, hf_url=scripted.url, arxiv_url=scripted.url, arxiv_api_url=scripted.url)
    return ask_sources(one)


def test_source_that_answers_as_known_is_well_and_nothing_lands(settings: Settings) -> None:
    with start_source(REPO / "demo") as url:
        findings = ask_sources(replace(settings, hf_url=url, arxiv_url=url, arxiv_api_url=url))
    assert [one.level.value for one in findings] == ["ok"] * 6
    (ledger,) = [path for path in settings.landing_dir.rglob("*") if path.is_file()]
    assert ledger.name == f"{datetime.now(UTC):%Y-%m-%d}.jsonl"
    assert len(ledger.read_text().splitlines()) == 6


@pytest.mark.parametrize(
    ("path", "reply", "words"),
    [
        ("daily_papers", Reply(b"<html>", headers=HTML), "content type text/html"),
        ("daily_papers", Reply(b'{"items": []}', headers=JSON), "no JSON array of objects"),
        ("daily_papers", Reply(json.dumps(ITEMS[1:]).encode(), headers=JSON), "4 items instead of 5"),
        ("daily_papers", Reply(json.dumps(ITEMS * 2).encode(), headers=JSON), "10 items instead of 5"),
        ("daily_papers", Reply(json.dumps([PAPER] * LIMIT).encode(), headers=JSON), "item 0: no paper object"),
        (PAPER_ID, Reply(json.dumps(PAPER | {"upvotes": "12"}).encode(), headers=JSON), "upvotes is str, not int"),
        (PAPER_ID, Reply(json.dumps(PAPER | {"id": "2512.2133"}).encode(), headers=JSON), "the page of '2512.2133'"),
        (PAPER_ID, Reply(b"{}", 404, JSON), "HTTP 404 instead of 200"),
        ("html", Reply(b"<html>maintenance", headers=HTML), "no article made by LaTeXML"),
        ("abs", Reply(b"<html>maintenance", headers=HTML), "no blockquote; no submission-history"),
        ("query", Reply(b"<rss/>", headers=ATOM), "instead of an Atom feed"),
        ("query", Reply(render_feed([], 0, 0, 2).encode(), headers=ATOM), "got none"),
        ("refusal", Reply(render_feed([], 0, 0, 1).encode(), 200, ATOM), "HTTP 200 instead of 400"),
    ],
)
def test_change_of_shape_is_named(
    settings: Settings, scripted: ScriptedSource, path: str, reply: Reply, words: str
) -> None:
    findings = ask(settings, scripted, **{path: reply})
    (problem,) = [one for one in findings if one.level == "problem"]
    assert words in problem.seen
    assert len(findings) == 6


def test_source_that_refuses_is_not_asked_again(settings: Settings, scripted: ScriptedSource) -> None:
    findings = ask(settings, scripted, daily_papers=Reply(b"blocked", 403))
    assert [one.level.value for one in findings] == ["problem"]
    assert "HTTP 403" in findings[0].seen
    assert "PAPERHOUSE_CONTACT" in findings[0].advice
    assert len(scripted.paths) == 1


def test_closed_port_is_a_problem(settings: Settings) -> None:
    findings = ask_sources(Settings(settings.data_dir, *["http://127.0.0.1:9"] * 3))
    assert "no answer from http://127.0.0.1:9/api/daily_papers" in findings[0].seen
    assert find_exit_code(findings) == 2
