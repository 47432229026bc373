"""Texts before they are read: which papers, which version, what lands, and how politely it is asked for."""

import json
import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from paperhouse import request
from paperhouse.landing import LandingDamaged
from paperhouse.pace import TurnTooLate
from paperhouse.request import Answer, SourceUnreachable, get_answer, open_session
from paperhouse.settings import REPO
from paperhouse.source.server import start_source
from paperhouse.texts import fetch
from paperhouse.texts.choose import PaperUnknown, choose_papers
from paperhouse.texts.fetch import ArxivBlocked, fetch_texts
from paperhouse.texts.land import land_text, list_looks, list_texts, read_body
from paperhouse.texts.schedule import explain_missing, last_asked
from paperhouse.texts.versions import FeedInvalid, parse_feed

from tests.published_papers import list_on_a_day, publish_papers
from tests.scripted_source import Reply

HTML_PAPER, MARKDOWN_PAPER, ABSTRACT_PAPER = "2512.21337", "2512.20144", "2512.16093"
DEMO = {"html": "arxiv_html/2512.21337v1.html", "markdown": "arxiv_md/2512.20144.md"}
PAGE = b'<html><article class="ltx_document">A paper.</article></html>'
MARKDOWN = b"# A paper\n\n## Method\n\nIt works.\n"
FEED = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">{}</feed>'
ENTRY = (
    "<entry><id>http://arxiv.org/abs/{}</id><title>0</title><arxiv:primary_category term='cs.CV'/>"
    "<category term='cs.CV'/><category term='cs.AI'/></entry>"
)
TODAY = datetime.now(UTC)


@pytest.fixture(autouse=True)
def without_long_backoff(monkeypatch):
    monkeypatch.setattr(request, "FIRST_BACKOFF", 0.01)


@pytest.fixture(scope="module")
def demo():
    with start_source(REPO / "demo") as url:
        yield url


@pytest.fixture
def offline(settings, demo):
    return replace(settings, hf_url=demo, arxiv_url=demo, arxiv_api_url=demo)


@pytest.fixture
def answering(settings, scripted):
    """Everything is asked of the scripted source; the API has no entry unless told."""
    return replace(settings, arxiv_url=scripted.url, arxiv_api_url=scripted.url)


def fetch_quietly(settings, *paper_ids, minutes=1, is_wanted=False):
    return fetch_texts(settings, list(paper_ids), minutes, is_wanted, say=lambda line: None)


def land(settings, paper_id, days_ago=0.0, outcome="text", source="html", version=1):
    answer = Answer("http://x", 200, {}, PAGE, TODAY - timedelta(days=days_ago))
    return land_text(settings, paper_id, source, version, answer, lambda _: (outcome, None))


def read_ledger(settings):
    files = sorted((settings.landing_dir / "requests").glob("2*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def serve(scripted, html=(404, b""), markdown=(404, b""), feed=""):
    """Script the answers of both sites by path."""

    def answer(path):
        status, body = (
            (200, (feed or FEED.format("")).encode()) if "/api/" in path else html if "/html/" in path else markdown
        )
        return Reply(body, status)

    scripted.replies_by_path = answer


# Choosing


def test_newest_list_comes_first_and_its_own_order_inside(settings):
    publish_papers(settings, [*list_on_a_day("1", "2"), *list_on_a_day("4", "3", "1", day="2025-12-26")])
    assert choose_papers(settings) == ["4", "3", "1", "2"]


def test_a_paper_read_in_full_is_not_read_again(settings):
    read = [("1", "keyless-1", "read", TODAY), ("2", "report:2025-12-25", "read", TODAY)]
    publish_papers(settings, list_on_a_day("1", "2"), read)
    assert choose_papers(settings) == ["2"]
    assert choose_papers(settings, paper_ids=["1"]) == ["1"]


def test_one_date_is_chosen_whatever_its_schedule_says(settings):
    publish_papers(settings, [*list_on_a_day("1"), *list_on_a_day("2", day="2025-12-26")])
    land(settings, "1", outcome="missing")
    assert choose_papers(settings, date(2025, 12, 25)) == ["1"]


def test_unknown_papers_are_named(settings):
    publish_papers(settings, list_on_a_day("1"))
    with pytest.raises(PaperUnknown, match=r"2512\.99999"):
        choose_papers(settings, paper_ids=["1", "2512.99999"])


def test_a_warehouse_from_before_reading_has_everything_to_read(settings):
    publish_papers(settings, list_on_a_day("1"))
    with duckdb.connect(str(settings.warehouse_link.resolve())) as warehouse:
        warehouse.execute("drop table paper_readings")
    assert choose_papers(settings) == ["1"]


@pytest.mark.parametrize(
    ("misses", "is_due"),
    [
        ([0.9], False),
        ([1.1], True),
        ([4, 2.9], False),
        ([4, 3.1], True),
        ([11, 10, 7.1], True),
        ([41, 40, 37, 29], False),
        ([41, 40, 37, 30.1], True),
        ([99, 98, 95, 88, 58], False),
    ],
)
def test_a_miss_is_asked_for_again_after_1_3_7_and_30_days_and_then_no_more(settings, misses, is_due):
    for days_ago in misses:
        land(settings, "1", days_ago, outcome="missing")
    publish_papers(settings, list_on_a_day("1"), [("1", "keyless-1", "no_html_yet", TODAY)])
    assert choose_papers(settings) == (["1"] if is_due else [])


def test_a_landed_text_is_due_until_it_was_read_whatever_came_of_it(settings):
    land(settings, "1", days_ago=2)
    publish_papers(settings, list_on_a_day("1"))
    assert choose_papers(settings) == ["1"]
    publish_papers(settings, list_on_a_day("1"), [("1", "keyless-1", "unusable", TODAY)])
    assert choose_papers(settings) == []


# Versions


def test_versions_are_matched_by_id_and_a_title_of_zero_is_a_title():
    feed = FEED.format(ENTRY.format("2104.12255v3") + ENTRY.format("cs/0601001v12")).encode()
    found = parse_feed(feed)
    assert {paper_id: one.version for paper_id, one in found.items()} == {"2104.12255": 3, "cs/0601001": 12}
    assert found["2104.12255"].primary_category == "cs.CV"
    assert found["2104.12255"].categories == ("cs.CV", "cs.AI")


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>'
REFUSED = FEED.format(
    "<entry><id>https://arxiv.org/api/errors#incorrect</id><title>Error</title><summary>bad id abc</summary></entry>"
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BOMB, "document type"),
        (BOMB.decode().encode("utf-16"), "document type"),
        (REFUSED.encode(), "bad id abc"),
        (b"<html><body>Sorry</body></html>", "instead of an Atom feed"),
        (b"<feed", "no XML"),
        (b"", "no XML"),
    ],
)
def test_an_answer_that_is_no_feed_is_refused_with_a_reason(body, words):
    with pytest.raises(FeedInvalid, match=words):
        parse_feed(body)


def test_reading_goes_on_without_versions(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001"))
    serve(scripted, html=(200, PAGE), feed="Rate exceeded.")
    assert fetch_quietly(answering, "2512.00001") == ["2512.00001"]
    assert "/html/2512.00001" in scripted.paths
    assert list_texts(answering, "2512.00001")[0].paper_version is None


def test_the_version_that_arxiv_names_is_the_one_asked_for(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001", "2512.00002"))
    serve(scripted, html=(200, PAGE), feed=FEED.format(ENTRY.format("2512.00002v4")))
    lines = []
    fetch_texts(answering, ["2512.00001", "2512.00002"], 1, False, lines.append)
    assert scripted.paths[1:] == ["/html/2512.00001", "/html/2512.00002v4"]
    assert list_texts(answering, "2512.00002")[0].paper_version == 4
    assert "did not name the version of 2512.00001" in lines[0]
    assert len(list((answering.landing_dir / "arxiv" / "query").glob("*/feed.xml"))) == 1


# Fetching


def test_html_comes_before_markdown_and_without_both_the_abstract_is_left(offline):
    papers = (HTML_PAPER, MARKDOWN_PAPER, ABSTRACT_PAPER)
    publish_papers(offline, list_on_a_day(*papers))
    assert fetch_quietly(offline, *papers) == list(papers)
    html, markdown = (list_texts(offline, paper_id)[0] for paper_id in papers[:2])
    assert (html.source, html.paper_version, html.headers["content-type"]) == ("html", 1, "text/html; charset=utf-8")
    assert read_body(html) == (REPO / "demo" / DEMO["html"]).read_bytes()
    assert (markdown.source, markdown.paper_version) == ("markdown", None)
    assert read_body(markdown) == (REPO / "demo" / DEMO["markdown"]).read_bytes()
    looks = [(look.source, look.outcome, look.status) for look in list_looks(offline, ABSTRACT_PAPER)]
    assert looks == [("html", "missing", 404), ("markdown", "fallback", 200)]
    assert explain_missing(offline, ABSTRACT_PAPER)[0] == "no_html_yet"
    assert last_asked(offline, ABSTRACT_PAPER) > TODAY


def test_hundreds_of_authors_do_not_make_the_page_of_hugging_face_a_paper(answering, scripted):
    names = ", ".join(f"Author Number {number}" for number in range(300))
    publish_papers(answering, list_on_a_day("2512.00001"), author=names)
    serve(scripted, markdown=(200, f"# A title\n\n{names}\n\n## Abstract\n\nWhat it does.\n".encode()))
    fetch_quietly(answering, "2512.00001")
    assert [look.outcome for look in list_looks(answering, "2512.00001")] == ["missing", "fallback"]


def test_nothing_is_asked_for_twice(offline):
    papers = (HTML_PAPER, ABSTRACT_PAPER)
    publish_papers(offline, list_on_a_day(*papers))
    fetch_quietly(offline, *papers)
    before = len(read_ledger(offline))
    assert fetch_quietly(offline, *papers) == list(papers)
    assert len(read_ledger(offline)) == before


def test_a_new_version_is_fetched_when_the_paper_is_wanted_by_name(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001"))
    land(answering, "2512.00001", days_ago=5, version=1)
    serve(scripted, html=(200, PAGE), feed=FEED.format(ENTRY.format("2512.00001v2")))
    fetch_quietly(answering, "2512.00001")
    assert scripted.paths == []
    fetch_quietly(answering, "2512.00001", is_wanted=True)
    fetch_quietly(answering, "2512.00001", is_wanted=True)
    assert [path for path in scripted.paths if "/html/" in path] == ["/html/2512.00001v2"]
    assert [text.paper_version for text in list_texts(answering, "2512.00001")] == [2, 1]


def test_a_403_of_arxiv_stops_the_run_at_once(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001", "2512.00002"))
    serve(scripted, html=(403, b"Access denied"))
    with pytest.raises(ArxivBlocked, match=r"HTTP 403.*PAPERHOUSE_CONTACT"):
        fetch_quietly(answering, "2512.00001", "2512.00002")
    assert [path for path in scripted.paths if "/api/" not in path] == ["/html/2512.00001"]


def test_a_403_of_the_api_stops_the_run_as_well(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001"))
    scripted.replies = [Reply(b"denied", 403)]
    with pytest.raises(ArxivBlocked):
        fetch_quietly(answering, "2512.00001")


def test_a_paper_that_cannot_be_fetched_does_not_stop_the_others(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001", "2512.00002"))
    scripted.replies_by_path = lambda path: (
        Reply(FEED.format("").encode()) if "/api/" in path else Reply(PAGE, 503 if "00001" in path else 200)
    )
    assert len(fetch_quietly(answering, "2512.00001", "2512.00002")) == 2
    state, reason = explain_missing(answering, "2512.00001")
    assert state == "failed"
    assert "HTTP 503" in reason
    assert list_texts(answering, "2512.00002")


def test_a_source_that_is_down_fails_the_run_and_is_not_asked_for_every_paper(settings):
    down = replace(settings, **dict.fromkeys(("hf_url", "arxiv_url", "arxiv_api_url"), "http://127.0.0.1:9"))
    papers = [f"2512.0000{number}" for number in range(9)]
    publish_papers(down, list_on_a_day(*papers))
    with pytest.raises(SourceUnreachable, match="3 papers in a row"):
        fetch_quietly(down, *papers)
    assert list_looks(down, papers[3]) == []


@pytest.mark.parametrize("body", [b"x" * 2000, b"<html><body>Down for maintenance</body></html>"])
def test_a_page_that_cannot_be_the_paper_is_unusable_and_markdown_is_taken(answering, scripted, monkeypatch, body):
    monkeypatch.setattr(fetch, "MAX_BYTES", 1000)
    publish_papers(answering, list_on_a_day("2512.00001"))
    serve(scripted, html=(200, body), markdown=(200, MARKDOWN))
    fetch_quietly(answering, "2512.00001")
    assert [look.outcome for look in list_looks(answering, "2512.00001")] == ["unusable", "text"]
    assert [text.source for text in list_texts(answering, "2512.00001")] == ["markdown"]


def test_retry_after_is_obeyed(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001"))
    replies = [Reply(b"", 429, {"Retry-After": "1"}), Reply(PAGE)]
    scripted.replies_by_path = lambda path: Reply(FEED.format("").encode()) if "/api/" in path else replies.pop(0)
    fetch_quietly(answering, "2512.00001")
    refused, given = [entry for entry in read_ledger(answering) if "/html/" in entry["url"]]
    waited = datetime.fromisoformat(given["started_at"]) - datetime.fromisoformat(refused["started_at"])
    assert (refused["status"], given["status"]) == (429, 200)
    assert waited >= timedelta(seconds=1)


def test_a_wait_beyond_the_minutes_of_the_run_ends_it(answering, scripted):
    publish_papers(answering, list_on_a_day("2512.00001"))
    serve(scripted, html=(429, b""))
    scripted.replies_by_path = lambda path: Reply(b"", 429, {"Retry-After": "300"})
    lines = []
    assert fetch_texts(answering, ["2512.00001"], 1, False, lines.append) == []
    assert lines[-1] == "1 of 1 papers are left for the next run"
    assert len(scripted.paths) == 1


def test_no_request_starts_after_the_minutes_of_the_run(answering, scripted):
    paced = replace(answering, request_intervals={"127.0.0.1": 0.5})
    papers = [f"2512.0000{number}" for number in range(9)]
    publish_papers(paced, list_on_a_day(*papers))
    serve(scripted, html=(200, PAGE))
    done = fetch_quietly(paced, *papers, minutes=1.3 / 60)
    assert done == papers[: len(done)]
    assert len(scripted.paths) <= 3


def test_the_best_text_is_html_then_the_higher_version_then_the_newer(settings):
    land(settings, "1", days_ago=1, source="markdown", version=None)
    newer = land(settings, "1", days_ago=2, version=2)
    older = land(settings, "1", days_ago=3, version=2)
    land(settings, "1", days_ago=0, version=1)
    assert [(text.source, text.paper_version) for text in list_texts(settings, "1")] == [
        ("html", 2),
        ("html", 2),
        ("html", 1),
        ("markdown", None),
    ]
    assert [text.text_id for text in list_texts(settings, "1")][:2] == [newer.text_id, older.text_id]


@pytest.mark.parametrize("damage", [b"", b"no gzip"])
def test_a_damaged_text_is_not_read(settings, damage):
    text = land(settings, "1")
    (text.folder / text.file).write_bytes(damage)
    with pytest.raises(LandingDamaged, match="remove the folder"):
        read_body(text)


# Manners


def test_the_token_of_hugging_face_is_for_nobody_else(answering, scripted, demo):
    ours = replace(answering, hf_url=demo, hf_token="hf_1")
    publish_papers(ours, list_on_a_day("2512.00001"))
    serve(scripted, html=(200, PAGE))
    fetch_quietly(ours, "2512.00001")
    assert scripted.headers
    assert all("Authorization" not in headers for headers in scripted.headers)


def test_a_redirect_waits_for_its_turn_too(answering, scripted):
    paced = replace(answering, request_intervals={"127.0.0.1": 0.2})
    scripted.replies = [Reply(b"", 302, {"Location": "/html/2512.00001v2"}), Reply(PAGE)]
    with open_session(paced) as session:
        answer = get_answer(paced, session, f"{paced.arxiv_url}/html/2512.00001", {})
    first, second = [datetime.fromisoformat(entry["started_at"]) for entry in read_ledger(paced)]
    assert (answer.body, answer.url.rpartition("/")[2]) == (PAGE, "2512.00001v2")
    assert second - first >= timedelta(seconds=0.2)


def test_processes_hold_one_connection_and_keep_the_interval_of_arxiv(answering, scripted):
    """Three processes want the same papers; one answer takes longer than the interval."""
    paced = replace(answering, request_intervals={"127.0.0.1": 0.1})
    papers = [f"2512.0000{number}" for number in range(3)]
    publish_papers(paced, list_on_a_day(*papers))

    def answer(path):
        if "/html/" in path and "00001" in path:
            time.sleep(0.25)
        return Reply(FEED.format("").encode() if "/api/" in path else PAGE)

    scripted.replies_by_path = answer
    processes = [multiprocessing.Process(target=fetch_quietly, args=(paced, *papers)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    asked = sorted(
        (datetime.fromisoformat(one["started_at"]), one["seconds"], one["url"]) for one in read_ledger(paced)
    )
    for (start, seconds, _), (next_start, _, _) in pairwise(asked):
        assert next_start >= start + timedelta(seconds=max(0.1, seconds - 0.001))
    pages = [url for _, _, url in asked if "/html/" in url]
    assert len(pages) == len(set(pages)) == 3
    assert len(asked) == 6


def test_a_turn_after_the_deadline_makes_no_request(answering, scripted):
    paced = replace(answering, request_intervals={"127.0.0.1": 30})
    with open_session(paced) as session:
        get_answer(paced, session, f"{paced.arxiv_url}/html/1", {})
        with pytest.raises(TurnTooLate):
            get_answer(paced, session, f"{paced.arxiv_url}/html/2", {}, deadline=time.monotonic() + 10)
    assert len(scripted.paths) == 1
