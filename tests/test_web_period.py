"""Weeks, months and years: what they hold, the ways between them, and that nobody makes up a vote."""

import re
from datetime import date

import duckdb
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from paperhouse.settings import Settings
from paperhouse.web.app import create_app
from paperhouse.web.periods import PeriodUnreadable, name_period, read_period
from paperhouse.web.rows.period_day_rows import add_up_months
from paperhouse.web.rows.riser_rows import read_risers

from tests.report_rows import DAY, TABLES, add_paper, insert
from tests.web_papers import HOSTILE_DAY, HOSTILE_ID

WEEK, MONTH, YEAR = "/week/2025-W52", "/month/2025-12", "/year/2025"
HOSTILE_WEEK = "/week/2026-W10"


def find_counts(page: str) -> dict[str, str]:
    return {
        name: re.sub("<[^>]+>", "", value).strip()
        for name, value in re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page, re.DOTALL)
    }


def list_papers(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/paper/([^"]+)"', page)


@pytest.mark.parametrize(
    ("kind", "name", "first", "last"),
    [
        ("week", "2025-W52", date(2025, 12, 22), date(2025, 12, 28)),
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("week", "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("year", "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_period_has_its_first_and_last_day(kind, name, first, last):
    period = read_period(kind, name)
    assert (period.first, period.last) == (first, last)


@given(st.sampled_from(["week", "month", "year"]), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_every_day_is_in_the_period_that_is_named_after_it(kind, day):
    period = read_period(kind, name_period(kind, day))
    assert period.first <= day <= period.last


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("week", "2025-W53"),
        ("week", "2025-W00"),
        ("week", "2025-52"),
        ("week", "２０２５-W52"),
        ("week", "9999-W52"),
        ("month", "2025-13"),
        ("month", "2025-1"),
        ("month", "0000-01"),
        ("year", "25"),
        ("year", "0000"),
        ("year", "2025\n"),
    ],
)
def test_name_of_no_period_is_refused(kind, name):
    with pytest.raises(PeriodUnreadable, match=f"there is no {kind}"):
        read_period(kind, name)


@pytest.mark.parametrize("path", ["/week/2025-W60", "/week/x", "/month/2025-13", "/year/20", f"/year/{'9' * 5000}"])
def test_period_that_cannot_be_is_explained(pages, path):
    answer = pages.get(path)
    assert (answer.status_code, "write one as 2025" in answer.text) == (422, True)


def test_weeks_lead_to_the_newest_week_with_papers(pages):
    assert pages.get("/weeks", follow_redirects=False).headers["location"] == HOSTILE_WEEK


@pytest.mark.parametrize(("kind", "path"), [("week", WEEK), ("month", MONTH), ("year", YEAR)])
def test_form_leads_to_the_period_with_a_day(pages, kind, path):
    answer = pages.get("/period", params={"kind": kind, "date": "2025-12-25"}, follow_redirects=False)
    assert answer.headers["location"] == path


def test_empty_form_leads_to_the_newest_period(pages):
    assert pages.get("/period?kind=month&date=", follow_redirects=False).headers["location"] == "/month/2026-03"


@pytest.mark.parametrize("path", [WEEK, MONTH, YEAR])
def test_period_counts_its_distinct_papers(pages, path):
    assert find_counts(pages.get(path).text)["papers"] == "36"


def test_papers_stand_by_votes_a_page_at_a_time(pages):
    first, second = (list_papers(pages.get(WEEK, params={"page": page}).text) for page in (1, 2))
    assert (len(first), len(second), len({*first, *second})) == (20, 16, 36)
    votes = [
        int(count)
        for page in (1, 2)
        for count in re.findall(r"▲ (\d+)</p>", pages.get(WEEK, params={"page": page}).text)
    ]
    assert votes == sorted(votes, reverse=True)


def test_page_beyond_the_last_leads_back(pages):
    page = pages.get(WEEK, params={"page": 77}).text
    assert "This list ends before page 77." in page
    assert list_papers(page) == []


def test_neighbours_are_the_next_ones_with_papers(pages):
    page = pages.get("/week/2026-W06").text
    assert re.findall(r'rel="(prev|next)" href="(/[^"]+)"', page) == [("prev", WEEK), ("next", HOSTILE_WEEK)]
    assert re.findall(r'rel="(?:prev|next)" href="(/[^"]+)"', pages.get("/year/2025").text) == ["/year/2026"]


def test_switch_leads_to_the_period_of_the_newest_day_within(pages):
    tabs = re.search(r'<ul class="tabs">(.*?)</ul>', pages.get("/year/2026").text, re.DOTALL)[1]
    assert re.findall(r'href="([^"]+)"', tabs) == [HOSTILE_WEEK, "/month/2026-03", "/year/2026"]


def test_days_of_a_week_have_their_states(pages):
    days = pages.get(WEEK).text.split('id="days"')[-1]
    assert re.findall(r'/day/(\d{4}-\d\d-\d\d)".*?class="state (\w+)"', days, re.DOTALL) == [
        ("2025-12-24", "partial"),
        ("2025-12-25", "settled"),
        ("2025-12-26", "settled"),
        ("2025-12-27", "quiet"),
        ("2025-12-28", "never_fetched"),
    ]
    assert "5 of 7 days are known" in days


def test_year_has_months_in_place_of_days(pages):
    months = pages.get("/year/2026").text.split('id="days"')[-1]
    assert re.findall(r'href="/month/(2026-\d\d)"', months) == ["2026-01", "2026-02", "2026-03"]


def test_votes_of_months_are_unknown_when_those_of_all_days_are():
    days = [
        {"listing_date": date(2026, 1, 5), "state": "settled", "paper_count": 1, "upvotes": None},
        {"listing_date": date(2026, 2, 2), "state": "settled", "paper_count": 1, "upvotes": 0},
        {"listing_date": date(2026, 2, 3), "state": "open", "paper_count": 1, "upvotes": None},
    ]
    months = {month["name"]: month for month in add_up_months(days)}
    assert (months["2026-01"]["upvotes"], months["2026-02"]["upvotes"]) == (None, 0)
    assert months["2026-02"]["states"] == [("settled", 1), ("open", 1)]


def test_votes_at_launch_that_nobody_saw_are_unknown_and_not_zero(pages):
    page = pages.get("/week/2026-W06").text
    assert find_counts(page)["votes when listed"] == "?"
    assert "Nobody looked within 36 hours of these days" in page
    assert "known of 17 of 36 papers" in pages.get(WEEK).text


def test_risers_are_those_whose_first_votes_somebody_saw(pages):
    risers = pages.get(WEEK).text.split('id="risers"')[-1].split('id="late"')[0]
    assert risers.count("<tr>") == 1 + 10
    assert "+42" in risers
    assert set(re.findall(r'href="/day/([^"]+)"', risers)) == {"2025-12-25"}


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute(
            "create table paper_votes (listing_date date, paper_id varchar, upvotes_at_d1 bigint, upvotes_at_d3 bigint,"
            " upvotes_at_d7 bigint, upvotes_after_d7 bigint, is_late_bloomer boolean, rank_at_listing integer,"
            " rank_now integer)"
        )
        yield connection


def add_votes(warehouse, paper_id, now, at_listing=None, delisted_at=None, **votes):
    add_paper(warehouse, paper_id, upvotes_at_listing=at_listing, upvotes=now, delisted_at=delisted_at)
    insert(warehouse, "paper_votes", listing_date=DAY, paper_id=paper_id, **votes)


def test_risers_leave_out_what_is_unknown_lost_or_taken_off_the_list(warehouse):
    add_votes(warehouse, "2603.00001", 30, at_listing=5)
    add_votes(warehouse, "2603.00002", 90, at_listing=10)
    add_votes(warehouse, "2603.00003", 500)
    add_votes(warehouse, "2603.00004", 3, at_listing=9)
    add_votes(warehouse, "2603.00005", None, at_listing=1)
    add_votes(warehouse, "2603.00006", 99, at_listing=1, delisted_at="2026-03-03")
    risers = read_risers(warehouse, read_period("month", "2026-03"))["risers"]
    assert [(row["paper_id"], row["gained"]) for row in risers] == [("2603.00002", 80), ("2603.00001", 25)]


def test_late_bloomers_stand_by_what_came_after_day_7(warehouse):
    add_votes(warehouse, "2603.00001", 30, upvotes_at_d7=10, upvotes_after_d7=20, is_late_bloomer=True)
    add_votes(warehouse, "2603.00002", 90, upvotes_at_d7=30, upvotes_after_d7=60, is_late_bloomer=True)
    add_votes(warehouse, "2603.00003", 90, upvotes_at_d7=60, upvotes_after_d7=30, is_late_bloomer=False)
    add_votes(warehouse, "2603.00004", 90)
    late = read_risers(warehouse, read_period("week", "2026-W10"))["late_bloomers"]
    assert [row["paper_id"] for row in late] == ["2603.00002", "2603.00001"]
    assert read_risers(warehouse, read_period("week", "2026-W11"))["late_bloomers"] == []


def test_domains_count_a_paper_once_and_lead_to_their_pages(pages):
    domains = pages.get(WEEK).text.split('id="domains"')[-1].split('id="days"')[0]
    counts = [int(count) for count in re.findall(r'class="count">(\d+)<', domains)]
    assert 0 < max(counts) <= 36
    assert 'href="/domain/nlp"' in domains


def test_period_without_a_paper_says_how_to_load_it(pages):
    answer = pages.get("/month/2020-02")
    assert (answer.status_code, "make backfill FROM=2020-02-01 TO=2020-02-29" in answer.text) == (200, True)
    assert 'href="/month/2026-03"' in answer.text


def test_hostile_title_in_a_week_is_text(pages):
    page = pages.get(HOSTILE_WEEK).text
    assert f'href="/day/{HOSTILE_DAY}"' in page
    assert f'/paper/{HOSTILE_ID}">&lt;script&gt;alert(1)' in page
    assert "<script>alert" not in page


def test_without_a_warehouse_the_weeks_say_what_to_do(tmp_path):
    with TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1") as client:
        answer = client.get("/weeks")
    assert (answer.status_code, "make run DATE=2025-12-25" in answer.text) == (503, True)
