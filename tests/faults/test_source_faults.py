"""What the source may do wrong, faults 1 to 15, through extract, load and build against the offline source.

Faults of the content share one warehouse: every date has its own fault, is fetched twice, and all are built twice.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException
from paperhouse import request
from paperhouse.build import build_warehouse
from paperhouse.cli import app
from paperhouse.extract import extract_listing
from paperhouse.judge import Verdict, read_verdict
from paperhouse.landing import find_fetch
from paperhouse.listing_date import ListingDateError, parse_listing_date, resolve_listing_date
from paperhouse.load import load_raw
from paperhouse.operate import tasks
from paperhouse.query import run_query
from paperhouse.report.render import render_report
from paperhouse.request import SourceRefused, SourceUnreachable
from paperhouse.settings import Settings
from paperhouse.source import faults_http
from paperhouse.source.faults_content import LONG_TEXT
from paperhouse.source.server import start_source
from paperhouse.warehouse import open_working
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from tests.conftest import load_body, make_item
from tests.faults.invariant import assert_published_invariant

DAY = date(2025, 12, 25)
PAPERS = 12  # a day; two bad rows are few, four are many
FIRST_DAY, WEEKEND, QUIET_MONDAY = "2025-12-01", "2025-12-06", "2025-12-08"
FAULT_DAYS = {
    "paper-on-two-dates": "2025-12-02",
    "web-page": "2025-12-03",
    "empty-list": "2025-12-04",
    "unknown-field": "2025-12-05",
    "few-broken-rows": "2025-12-09",
    "many-broken-rows": "2025-12-10",
    "odd-votes": "2025-12-11",
    "duplicate-paper": "2025-12-12",
    "hostile-text": "2025-12-15",
    "moving-votes": "2025-12-16",
}


@pytest.fixture(autouse=True)
def without_long_backoff(monkeypatch):
    monkeypatch.setattr(request, "FIRST_BACKOFF", 0.01)


def write_days(folder: Path, days: dict[str, int]) -> Path:
    """A folder of recorded days with so many papers."""
    (folder / "hf_daily_api").mkdir(parents=True)
    for day, count in days.items():
        ids = [f"2511.{day[-2:]}{number:03}" for number in range(count)]
        items = [make_item(paper_id, submittedOnDailyAt=f"{day}T10:00:00.000Z") for paper_id in ids]
        (folder / "hf_daily_api" / f"{day}.json").write_text(json.dumps(items))
    return folder


# Faults of the transport: one small day, and a data folder for each test


@pytest.fixture
def recorded(tmp_path) -> Path:
    return write_days(tmp_path / "recorded", {DAY.isoformat(): 1})


def read_requests(settings: Settings) -> list[dict]:
    files = sorted((settings.landing_dir / "requests").glob("????-??-??.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def extract(settings: Settings, recorded: Path, fault: str):
    with start_source(recorded, [fault]) as url:
        return extract_listing(replace(settings, hf_url=url), DAY)


def assert_one_whole_page_landed(settings: Settings, recorded: Path) -> None:
    (page,) = settings.landing_dir.glob("hf/daily/*/*/page-*")
    assert json.loads(page.read_bytes()) == json.loads((recorded / f"hf_daily_api/{DAY}.json").read_bytes())


def assert_nothing_landed(settings: Settings) -> None:
    assert list((settings.landing_dir / "hf").rglob("*")) == []


def test_fault_01_too_many_requests_are_waited_for_as_told_and_counted(settings, recorded):
    extract(settings, recorded, "too-many-requests")
    made = read_requests(settings)
    assert [one["status"] for one in made] == [429, 429, 200]
    starts = [datetime.fromisoformat(one["started_at"]) for one in made]
    assert min(later - earlier for earlier, later in pairwise(starts)) >= timedelta(seconds=1)
    assert_one_whole_page_landed(settings, recorded)


@pytest.mark.parametrize("fault", ["server-error", "bad-gateway", "connection-reset"])
def test_fault_02_broken_answers_are_tried_again_and_land_one_file(settings, recorded, fault):
    extract(settings, recorded, fault)
    assert len(read_requests(settings)) == 3
    assert_one_whole_page_landed(settings, recorded)


@pytest.mark.parametrize(("fault", "status"), [("not-found", 404), ("bad-request", 400)])
def test_fault_03_refusal_fails_the_task_at_once_with_its_reason(settings, recorded, monkeypatch, fault, status):
    moment = datetime(2025, 12, 26, tzinfo=UTC)
    run = SimpleNamespace(run_type=SimpleNamespace(value="manual"), logical_date=None, run_after=moment)
    with start_source(recorded, [fault]) as url:
        monkeypatch.setenv("PAPERHOUSE_HF_URL", url)
        with pytest.raises(AirflowFailException, match=f"HTTP {status}") as failed:
            tasks.extract_listing({"dag_run": run, "params": {"date": DAY.isoformat()}})
    assert isinstance(failed.value.__cause__, SourceRefused)
    assert [one["status"] for one in read_requests(settings)] == [status]
    assert_nothing_landed(settings)


@pytest.mark.parametrize("fault", ["truncated-json", "cut-connection"])
def test_fault_04_cut_answers_never_land(settings, recorded, fault):
    with pytest.raises(SourceUnreachable, match="after 5 attempts"):
        extract(settings, recorded, f"{fault}:5")
    assert_nothing_landed(settings)
    extract(settings, recorded, fault)
    assert len(read_requests(settings)) == 5 + 3
    assert_one_whole_page_landed(settings, recorded)


@pytest.mark.parametrize(
    ("bound", "reason"), [("READ_TIMEOUT", "Read timed out"), ("BODY_TIMEOUT", "not complete after")]
)
def test_fault_07_slow_body_is_given_up_within_its_bound(settings, recorded, monkeypatch, bound, reason):
    def pause(seconds):
        pauses.append(seconds)
        time.sleep(seconds)

    pauses = []  # one a byte that was sent
    monkeypatch.setattr(faults_http, "time", SimpleNamespace(sleep=pause))
    # Twenty bytes a second: too slow for one bound, never silent long enough for the other.
    monkeypatch.setattr(request, bound, 0.02 if bound == "READ_TIMEOUT" else 0.2)
    with pytest.raises(SourceUnreachable, match=reason):
        extract(settings, recorded, "slow-body:5")
    assert len(read_requests(settings)) == request.ATTEMPTS
    byte_count = (recorded / f"hf_daily_api/{DAY}.json").stat().st_size
    assert len(pauses) < request.ATTEMPTS * byte_count / 2, "whole bodies were waited for"
    assert_nothing_landed(settings)


# Faults of the content


@dataclass
class Theatre:
    """A warehouse in which every date had its fault, and the two fetches of each date."""

    settings: Settings
    fetches: dict[str, list[str]]

    def query(self, query: str) -> list[tuple]:
        return run_query(self.settings, query)[1]

    def judged(self, day: str) -> list[Verdict]:
        return [read_verdict(find_fetch(self.settings, one) / "verdict.json") for one in self.fetches[day]]

    def failed(self, day: str) -> list[set[tuple[str, str]]]:
        """(severity, check) of what failed, a set a fetch."""
        return [
            {(check.severity, check.check_name) for check in verdict.checks if not check.success}
            for verdict in self.judged(day)
        ]

    def listed(self, day: str) -> list[str]:
        return [row[0] for row in self.query(f"select paper_id from paper_listings where listing_date = '{day}'")]


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Theatre:
    folder = tmp_path_factory.mktemp("theatre")
    counts = {FIRST_DAY: PAPERS, WEEKEND: 0, QUIET_MONDAY: 0, **dict.fromkeys(FAULT_DAYS.values(), PAPERS)}
    recorded = write_days(folder / "recorded", counts)
    with start_source(recorded, [f"{fault}@{day}" for fault, day in FAULT_DAYS.items()]) as url:
        theatre = Theatre(Settings(data_dir=folder / "data", hf_url=url), {day: [] for day in sorted(counts)})
        for _ in range(2):
            for day, fetches in theatre.fetches.items():
                fetches.append(extract_listing(theatre.settings, date.fromisoformat(day)).fetch_id)
                load_raw(theatre.settings, fetches[-1])
            build_warehouse(theatre.settings, say=lambda line: None)
    return theatre


@pytest.fixture
def theatre(played) -> Iterator[Theatre]:
    yield played
    assert_published_invariant(played.settings)


def test_fault_05_web_page_is_rejected_and_kept_beside_its_verdict(theatre):
    day = FAULT_DAYS["web-page"]
    rejected, accepted = theatre.judged(day)
    assert (rejected.is_accepted, accepted.is_accepted) == (False, True)
    assert "web page instead of JSON" in rejected.reason
    folder = find_fetch(theatre.settings, rejected.fetch_id)
    assert (folder / "page-000.json").read_bytes().startswith(b"<!doctype html>")
    assert (folder / "verdict.json").exists()
    assert len(theatre.listed(day)) == PAPERS


def test_fault_06_empty_list_does_not_replace_papers(theatre):
    day = FAULT_DAYS["empty-list"]
    assert [verdict.is_accepted for verdict in theatre.judged(day)] == [True, False]
    assert ("critical", "not_empty_when_papers_are_known") in theatre.failed(day)[1]
    assert len(theatre.listed(day)) == PAPERS
    ((error,),) = theatre.query(f"select last_error from day_status where listing_date = '{day}'")
    assert "the list is empty" in error


def test_fault_06_empty_weekend_and_never_seen_day_are_recorded(theatre):
    assert [verdict.is_accepted for day in (WEEKEND, QUIET_MONDAY) for verdict in theatre.judged(day)] == [True] * 4
    states = theatre.query(
        f"select state, paper_count from day_status where listing_date in ('{WEEKEND}', '{QUIET_MONDAY}') order by 1"
    )
    assert states == [("partial", 0), ("quiet", 0)]


def test_fault_08_unknown_field_is_accepted_kept_and_announced(theatre):
    day = FAULT_DAYS["unknown-field"]
    assert [verdict.is_accepted for verdict in theatre.judged(day)] == [True, True]
    with open_working(theatre.settings) as working:
        kept = working.execute(
            "select distinct payload ->> '$.paper.noveltyScore' from raw.daily_papers where fetch_id = ?",
            [theatre.fetches[day][1]],
        ).fetchall()
    assert kept == [("0.5",)]
    announced = theatre.query(
        f"select observed from audit_results where fetch_id = '{theatre.fetches[day][1]}' "
        "and check_name = 'no_new_fields' and severity = 'warning' and not success"
    )
    assert len(announced) == 1
    assert "noveltyScore" in announced[0][0]


def test_fault_09_a_few_broken_rows_are_set_aside_and_the_rest_is_published(theatre):
    day = FAULT_DAYS["few-broken-rows"]
    assert [verdict.is_accepted for verdict in theatre.judged(day)] == [True, True]
    assert ("warning", "no_rejected_rows") in theatre.failed(day)[0]
    assert theatre.query(f"select reason from rejected_records where listing_date = '{day}' order by item_number") == [
        ("paper id is missing",),
        ("title is missing",),
    ]
    assert len(theatre.listed(day)) == PAPERS


def test_fault_09_many_broken_rows_fail_the_run(theatre):
    day = FAULT_DAYS["many-broken-rows"]
    assert [verdict.is_accepted for verdict in theatre.judged(day)] == [False, True]
    assert ("critical", "few_rejected_rows") in theatre.failed(day)[0]
    assert len(theatre.listed(day)) == PAPERS


def test_fault_10_odd_votes_are_read_or_set_aside(theatre):
    day, (fetch_id, _) = FAULT_DAYS["odd-votes"], theatre.fetches[FAULT_DAYS["odd-votes"]]
    votes = theatre.query(
        f"select right(paper_id, 3), observations.upvotes from paper_observations as observations "
        f"join fetches using (observed_at) where fetch_id = '{fetch_id}' order by 1"
    )
    assert votes[:3] == [("000", 12), ("001", None), ("002", 12)]
    assert {number for _, number in votes[3:]} == {5}
    assert theatre.query(
        f"select payload ->> '$.paper.upvotes', reason from rejected_records where fetch_id = '{fetch_id}' order by 1"
    ) == [("-1", "upvotes is not a whole number"), ("3.5", "upvotes is not a whole number")]
    assert len(theatre.listed(day)) == PAPERS


def test_fault_11_paper_that_stands_twice_is_one_row_and_the_first_wins(theatre):
    day = FAULT_DAYS["duplicate-paper"]
    first = theatre.listed(day)
    assert sorted(first) == sorted(set(first))
    assert theatre.query(f"select upvotes from papers where paper_id = '{min(first)}'") == [(5,)]
    assert theatre.query(
        f"select distinct paper_id, reason, payload ->> '$.paper.upvotes' from rejected_records "
        f"where listing_date = '{day}'"
    ) == [(min(first), "paper stands twice in one page", "105")]


def test_fault_12_hostile_text_is_kept_as_it_is(theatre):
    day, (_, fetch_id) = FAULT_DAYS["hostile-text"], theatre.fetches[FAULT_DAYS["hostile-text"]]
    sent = json.loads((find_fetch(theatre.settings, fetch_id) / "page-000.json").read_bytes())
    titles = {item["paper"]["id"]: item["paper"]["title"] for item in sent}
    assert any("\0" in title for title in titles.values())
    stored = theatre.query(
        f"select paper_id, title from papers semi join paper_listings using (paper_id) "
        f"where first_listed_date = '{day}'"
    )
    assert dict(stored) == titles
    assert theatre.query(f"select max(strlen(abstract)) from papers where first_listed_date = '{day}'") == [
        (LONG_TEXT // 5 * 5 - 1,)  # without the space at its end
    ]


def test_fault_12_hostile_text_stays_text_in_reports(theatre):
    reports = {path.name: path.read_text() for path in render_report(theatre.settings, date(2025, 12, 15))}
    page = LexborHTMLParser(reports["2025-12-15.html"])
    assert "<script>alert(1)</script>" in page.body.text()
    assert "alert(1)" not in "".join(node.text() for node in page.css("script"))
    assert [link.attributes["href"] for link in page.css("a") if "javascript" in link.attributes["href"]] == []
    for text in reports.values():
        assert not {"\0", "\x1b", "\u202e"} & set(text)


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body.replace(b"Paper 2", b"Half a pair \\ud83d 2"),
        lambda body: b"\xef\xbb\xbf" + body,
        lambda body: body.decode().encode("utf-16"),
        lambda body: body.replace(b"Paper 2", b"\xff\xfe"),
    ],
    ids=["half a surrogate pair", "byte order mark", "UTF-16", "not UTF-8"],
)
def test_fault_12_bytes_that_are_no_json_text_reach_the_judge(settings, damage):
    fetch_id = load_body(settings, "2025-12-25", damage(json.dumps([make_item("2512.00001")]).encode()))
    with open_working(settings) as working:
        assert working.execute("select fetch_id, problem from raw.fetches").fetchall() == [(fetch_id, "BodyNotJson")]


def test_fault_13_second_look_replaces_the_day_and_adds_to_the_history(theatre):
    day = FAULT_DAYS["moving-votes"]
    listed = theatre.listed(day)
    assert (len(listed), len(set(listed))) == (PAPERS, PAPERS)
    history = theatre.query(
        f"select paper_id, list(upvotes order by observed_at) from paper_observations "
        f"where paper_id in (select paper_id from paper_listings where listing_date = '{day}') group by 1"
    )
    assert dict(history) == {paper_id: [8, 11] for paper_id in listed}
    assert theatre.query(f"select distinct upvotes from papers where first_listed_date = '{day}'") == [(11,)]


def test_fault_14_paper_on_two_dates_is_one_paper(theatre):
    (shared,) = set(theatre.listed(FIRST_DAY)) & set(theatre.listed(FAULT_DAYS["paper-on-two-dates"]))
    assert theatre.query(
        f"select first_listed_date::text, last_listed_date::text from papers where paper_id = '{shared}'"
    ) == [(FIRST_DAY, FAULT_DAYS["paper-on-two-dates"])]
    assert theatre.query(f"select count(*) from paper_listings where paper_id = '{shared}'") == [(2,)]


# Dates


@pytest.mark.parametrize("text", ["2099-01-01", "2025-13-01", "20251225", "25.12.2025", "2023-05-03"])
def test_fault_15_impossible_date_is_refused_before_anything_is_written(settings, text):
    answer = CliRunner().invoke(app, ["run", text])
    assert isinstance(answer.exception, ListingDateError)
    assert not settings.data_dir.exists()


def test_fault_15_tomorrow_is_refused_and_today_is_not():
    assert parse_listing_date("2025-12-25", today=DAY) == DAY
    with pytest.raises(ListingDateError, match="in the future"):
        parse_listing_date("2025-12-26", today=DAY)


@pytest.mark.parametrize("run_type", ["manual", "scheduled", "backfill"])
def test_fault_15_late_evening_west_of_utc_is_the_next_day(run_type):
    evening = datetime(2025, 12, 24, 23, 30, tzinfo=timezone(timedelta(hours=-12)))
    found = resolve_listing_date(run_type=run_type, logical_date=evening, run_after=evening, form_date=None)
    assert found == DAY
