"""The offline source answers like Hugging Face and arXiv, over real HTTP on loopback."""

import gzip
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import requests
from paperhouse.settings import REPO
from paperhouse.source.folder import RecordingMissing
from paperhouse.source.server import RateWindow, start_source

DEMO = REPO / "demo"
BUSY_DAY, BUSY_COUNT = "2026-02-05", 53
ATOM = "{http://www.w3.org/2005/Atom}"
TOTAL_RESULTS = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
TURBO = "2512.16093"


@pytest.fixture(scope="module")
def source():
    with start_source(DEMO) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one small day, 2025-12-26, for tests that add files of their own."""
    days = tmp_path / "hf_daily_api"
    days.mkdir()
    (days / "2025-12-26.json").write_bytes((DEMO / "hf_daily_api/2025-12-26.json").read_bytes())
    return tmp_path


def get(url: str, **query) -> requests.Response:
    return requests.get(url, params=query, timeout=10)


def list_ids(url: str, **query) -> list[str]:
    return [item["paper"]["id"] for item in get(f"{url}/api/daily_papers", **query).json()]


def parse_feed(answer: requests.Response) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


# Listing days


def test_items_arrive_as_recorded(source):
    recorded = json.loads((DEMO / "hf_daily_api/2025-12-25.json").read_text())
    assert get(f"{source}/api/daily_papers", date="2025-12-25", limit=100).json() == recorded


def test_a_busy_day_fits_one_page_of_a_hundred(source):
    assert len(set(list_ids(source, date=BUSY_DAY, limit=100))) == BUSY_COUNT


def test_a_page_holds_fifty_items_unless_told(source):
    assert len(list_ids(source, date=BUSY_DAY)) == 50


def test_pages_join_to_the_whole_day(source):
    pages = [list_ids(source, date=BUSY_DAY, limit=20, p=page) for page in range(3)]
    assert [len(page) for page in pages] == [20, 20, 13]
    assert [paper_id for page in pages for paper_id in page] == list_ids(source, date=BUSY_DAY, limit=100)


def test_a_page_past_the_end_is_empty(source):
    assert list_ids(source, date=BUSY_DAY, p=100) == []


@pytest.mark.parametrize("date", ["2025-12-27", "2023-05-04"])
def test_a_quiet_or_unrecorded_past_day_is_an_empty_array(source, date):
    answer = get(f"{source}/api/daily_papers", date=date)
    assert (answer.status_code, answer.text) == (200, "[]")


def test_without_a_date_the_newest_day_answers(source):
    assert list_ids(source, limit=100) == list_ids(source, date=BUSY_DAY, limit=100)


def test_a_future_date_is_refused(source):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    answer = get(f"{source}/api/daily_papers", date=tomorrow)
    assert answer.status_code == 400
    assert "later than today" in answer.json()["error"]


BAD_QUERIES = [
    "date=20251225",
    "date=2025-02-30",
    "date=",
    "limit=0",
    "limit=101",
    "limit=ten",
    "p=-1",
    "week=2025-W52",
]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_query_that_cannot_be_answered_is_refused_with_its_name(source, query):
    answer = get(f"{source}/api/daily_papers?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["error"]


def test_a_compressed_day_is_served_like_a_plain_one(folder, source):
    plain = folder / "hf_daily_api/2025-12-26.json"
    (folder / "hf_daily_api/2025-12-26.json.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    with start_source(folder) as url:
        assert list_ids(url, date="2025-12-26") == list_ids(source, date="2025-12-26")


def test_a_day_that_grows_is_read_again(folder):
    day = folder / "hf_daily_api/2025-12-26.json"
    items = json.loads(day.read_text())
    day.write_text(json.dumps(items[:2]))
    with start_source(folder) as url:
        before = list_ids(url, date="2025-12-26")
        day.write_text(json.dumps(items))
        assert (len(before), len(list_ids(url, date="2025-12-26"))) == (2, len(items))


@pytest.mark.parametrize("content", ["{}", "[{", "<html>"])
def test_a_day_that_is_no_array_is_reported_with_its_file(folder, content):
    (folder / "hf_daily_api/2025-12-23.json").write_text(content)
    with start_source(folder) as url:
        answer = get(f"{url}/api/daily_papers", date="2025-12-23")
    assert answer.status_code == 500
    assert "2025-12-23.json" in answer.text


def test_names_keep_their_letters(source):
    answer = get(f"{source}/api/daily_papers", date="2025-12-25")
    assert "Gül Sena Altıntaş".encode() in answer.content
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_every_answer_counts_against_the_quota():
    with start_source(DEMO) as url:
        headers = [get(f"{url}/api/daily_papers").headers for _ in range(2)]
    assert [header["RateLimit"].split(";")[:2] for header in headers] == [
        ['"api"', "r=499"],
        ['"api"', "r=498"],
    ]
    assert headers[0]["RateLimit-Policy"] == '"fixed window";"api";q=500;w=300'


def test_the_quota_never_goes_below_zero():
    window = RateWindow("api", quota=1)
    lefts = [window.count_request()["RateLimit"].split(";")[1] for _ in range(3)]
    assert lefts == ["r=0", "r=0", "r=0"]


# Papers


def test_a_paper_answers_like_its_listing_without_comments(source):
    listed = {item["paper"]["id"]: item for item in get(f"{source}/api/daily_papers", date="2025-12-25").json()}
    paper = get(f"{source}/api/papers/{TURBO}").json()
    assert listed[TURBO]["paper"].items() <= paper.items()
    assert "numComments" not in paper
    assert (paper["linkedModels"], paper["numTotalSpaces"]) == ([], 0)


def test_an_unknown_paper_is_not_found(source):
    answer = get(f"{source}/api/papers/2512.99999")
    assert (answer.status_code, answer.json()) == (404, {"error": "Paper not found"})


def test_an_id_that_ends_in_zero_stays_text(source):
    assert get(f"{source}/api/papers/2512.18470").json()["id"] == "2512.18470"


def test_markdown_falls_back_to_title_and_abstract(source):
    paper = get(f"{source}/api/papers/{TURBO}").json()
    text = get(f"{source}/papers/{TURBO}.md").text
    assert text.startswith(f"# {paper['title']}\n")
    assert text.endswith(f"## Abstract\n\n{paper['summary']}\n")


def test_recorded_markdown_comes_first(folder):
    (folder / "arxiv_md/any").mkdir(parents=True)
    (folder / "arxiv_md/any/2512.21218.md").write_text("# The whole paper\n")
    with start_source(folder) as url:
        assert get(f"{url}/papers/2512.21218.md").text == "# The whole paper\n"


def test_a_paper_without_html_is_not_found_by_name(source):
    answer = get(f"{source}/html/{TURBO}v1")
    assert answer.status_code == 404
    assert f"No HTML for '{TURBO}v1'" in answer.text


PLAIN, VERSIONED = "arxiv_html/2512.21218.html", "sota_html/train/2512.21218v2.html"


@pytest.mark.parametrize(
    ("recorded", "version", "status"),
    [(PLAIN, "", 200), (PLAIN, "v3", 200), (VERSIONED, "", 200), (VERSIONED, "v2", 200), (VERSIONED, "v1", 404)],
)
def test_recorded_html_is_found_with_and_without_version(folder, recorded, version, status):
    (folder / recorded).parent.mkdir(parents=True)
    (folder / recorded).write_text("<article/>")
    with start_source(folder) as url:
        assert get(f"{url}/html/2512.21218{version}").status_code == status


def test_an_abstract_page_is_made_from_the_listing(source):
    page = get(f"{source}/abs/{TURBO}").text
    assert '<h1 class="title mathjax"><span class="descriptor">Title:</span>TurboDiffusion:' in page
    assert '<blockquote class="abstract mathjax"><span class="descriptor">Abstract:</span>Making one' in page
    assert "[v1]</strong> Thu, 18 Dec 2025 02:21:30 UTC" in page
    assert "/html/" not in page


def test_an_abstract_page_links_html_that_is_recorded(folder):
    (folder / "arxiv_html").mkdir()
    (folder / "arxiv_html/2512.21218.html").write_text("<article/>")
    with start_source(folder) as url:
        assert 'href="/html/2512.21218v1"' in get(f"{url}/abs/2512.21218").text


def test_the_feed_holds_known_ids_only(source):
    answer = get(f"{source}/api/query", id_list=f"{TURBO},2512.99999,2512.18470v1,2512.21010v2", max_results=100)
    feed = parse_feed(answer)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert ids == ["http://arxiv.org/abs/2512.16093v1", "http://arxiv.org/abs/2512.18470v1"]
    assert feed.findtext(TOTAL_RESULTS) == "2"


def test_a_malformed_id_is_an_error_feed(source):
    answer = get(f"{source}/api/query", id_list="abc")
    entry = parse_feed(answer).find(f"{ATOM}entry")
    assert answer.status_code == 400
    assert entry.findtext(f"{ATOM}title") == "Error"
    assert entry.findtext(f"{ATOM}id").endswith("#incorrect_id_format_for_abc")


@pytest.mark.parametrize("path", ["/", "/api/models", "/html/../../etc/passwd", "/papers/..%2Fsecret.md"])
def test_any_other_path_is_not_found(source, path):
    assert get(source + path).status_code == 404


# The server


def test_a_folder_without_days_is_refused(tmp_path):
    with pytest.raises(RecordingMissing, match="hf_daily_api"), start_source(tmp_path):
        pass


def test_an_answer_comes_as_late_as_asked(folder):
    with start_source(folder, latency=0.2) as url:
        answer = get(f"{url}/api/daily_papers", date="2025-12-26")
    assert answer.status_code == 200
    assert answer.elapsed >= timedelta(seconds=0.2)


def test_a_served_folder_ends_cleanly_when_asked(folder):
    program = "import pathlib as p, sys; import paperhouse.source.server as s; s.serve_source(p.Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().split()[-1]
            assert get(f"{url}/api/daily_papers").status_code == 200
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) == 0
