"""Search: all words, wherever they stand, the best first; the same papers with and without an index."""

import re
import time
from importlib.util import find_spec

import pytest
from fastapi.testclient import TestClient
from paperhouse import extensions
from paperhouse.warehouse import open_published
from paperhouse.web import search_index
from paperhouse.web.rows.search_rows import match_papers, split_words
from paperhouse.web.search_index import SearchIndex

from tests.web_papers import HOSTILE_ID

QUESTIONS = ["video", "language model", '"language model"', "Ye Li", "benchmark agents", "人工智能", "accuracy 91.5%"]


def found(pages: TestClient, **asked: str) -> list[str]:
    return re.findall(r'<h2><a href="/paper/([^"]+)"', pages.get("/search", params=asked).text)


@pytest.fixture(scope="module")
def index(web_settings):
    index = SearchIndex(web_settings)
    index.make("made here")
    return index


@pytest.mark.parametrize("question", QUESTIONS)
def test_index_finds_what_the_warehouse_itself_finds(web_settings, index, question):
    with open_published(web_settings) as published, index.open("made here") as ranking:
        with_index = match_papers(published, ranking, question)
        assert set(with_index) == set(match_papers(published, None, question))


def test_every_word_occurs_in_what_is_found(pages):
    both, video = found(pages, q="video generation"), found(pages, q="video")
    assert both
    assert set(both) < set(video)


def test_words_in_quotes_stand_side_by_side():
    assert split_words('"Language Model" agents  "x"') == ["language model", "agents", "x"]


def test_paper_named_in_its_title_comes_before_one_that_only_mentions_it(pages, web_settings):
    with open_published(web_settings) as published:
        titled = published.execute("select paper_id from papers where title ilike '%video%'").fetchall()
    assert set(found(pages, q="video")[: len(titled)]) == {paper_id for (paper_id,) in titled}


@pytest.mark.skipif(find_spec("duckdb_extension_fts") is None, reason="the extension that ranks is not installed")
def test_extension_ranks_what_is_found(web_settings, index):
    with index.open("made here") as ranking:
        ranks = ranking.execute("select distinct rank_text(paper_id, 'video') from texts").fetchall()
    assert len(ranks) > 2


def test_without_the_extension_the_same_papers_are_found(web_settings, index, monkeypatch):
    monkeypatch.setattr(extensions, "find_spec", lambda name: None)
    plain = SearchIndex(web_settings)
    plain.make("plain")
    with open_published(web_settings) as published, plain.open("plain") as alike, index.open("made here") as ranking:
        assert set(match_papers(published, alike, "video")) == set(match_papers(published, ranking, "video"))


def test_index_is_made_where_a_thread_has_no_priority_of_its_own(web_settings, monkeypatch):
    def refuse(*_: int) -> None:
        raise ProcessLookupError

    monkeypatch.setattr(search_index, "step_back", refuse)
    begun = SearchIndex(web_settings)
    with begun.open("begun"):
        pass
    deadline = time.monotonic() + 30
    while not begun.version:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert begun.version == "begun"


def test_filters_narrow_what_is_found(pages):
    everything = found(pages, q="video")
    assert set(found(pages, q="video", has_code="true")) < set(everything)
    assert found(pages, q="video", from_date="2030-01-01") == []
    assert set(found(pages, q="video", to_date="2025-12-24")) < set(everything)


def test_arxiv_id_leads_to_its_paper(pages):
    answer = pages.get("/search", params={"q": f" {HOSTILE_ID} "}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/paper/{HOSTILE_ID}")


@pytest.mark.parametrize("question", ["", "   ", '""', "' or 1=1 --", "%", "zzzzzz", "a" * 500, "<script>"])
def test_question_that_finds_little_is_answered(pages, question):
    answer = pages.get("/search", params={"q": question})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_what_was_found_is_marked_and_stays_text(pages):
    page = pages.get("/search", params={"q": "onerror=alert(4)"}).text
    assert "&lt;img src=x <mark>onerror=alert(4)</mark>&gt;" in page


def test_search_speaks_chinese(pages):
    assert "搜索" in pages.get("/search?q=video&lang=zh").text
