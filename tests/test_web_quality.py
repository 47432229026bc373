"""Quality: the days of a year, checks, rejected rows, and the docs of other tools, which may do nothing here."""

import re
from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from paperhouse.settings import Settings
from paperhouse.warehouse import open_published
from paperhouse.web.app import create_app
from paperhouse.web.foreign import clean_page, find_file
from paperhouse.web.pages.quality import judge_trust, list_missing

from tests.conftest import build_body, make_item
from tests.test_web_pages import Texts
from tests.web_papers import HOSTILE_DAY, LOOKED_AT

GOOD = {"state": "settled", "critical_count": 0, "warning_count": 0, "is_failing": False}


@pytest.fixture(scope="module")
def warehouse(web_settings):
    with open_published(web_settings) as connection:
        yield connection


@pytest.fixture
def doc(pages):
    """The address of one page of Data Docs."""
    return re.search(r"doc=(validations[^\"&]+)", pages.get("/quality/data-docs").text)[1].replace("%2F", "/")


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ({}, "yes"),
        ({"state": "quiet"}, "yes"),
        ({"warning_count": 1}, "care"),
        ({"is_failing": True}, "care"),
        ({"state": "open"}, "care"),
        ({"state": "partial"}, "care"),
        ({"state": "capped"}, "care"),
        ({"state": "failed"}, "no"),
        ({"state": "held"}, "no"),
        ({"critical_count": 1}, "no"),
    ],
)
def test_data_are_trusted_as_far_as_the_state_and_the_checks_of_the_newest_day(day, answer):
    assert judge_trust(GOOD | day) == answer


def test_one_sentence_says_it_of_the_newest_day(pages):
    answer = re.search(r'<p class="answer care">\n(.*?)\n</p>', pages.get("/quality").text, re.DOTALL)[1]
    assert answer.startswith(f"With care: {HOSTILE_DAY}, the newest day here, is still filling")


def test_days_that_ended_since_the_newest_one_are_missing():
    newest = date(2026, 3, 2)
    assert list_missing(newest, newest) is None
    assert list_missing(newest, newest + timedelta(days=1)) is None
    assert list_missing(newest, date(2026, 3, 6)) == {"first": date(2026, 3, 3), "last": date(2026, 3, 5), "count": 3}


def test_each_day_of_the_year_is_a_link_that_says_its_state_and_papers_in_words(pages, warehouse):
    for year in (2025, 2026):
        page = pages.get(f"/quality?year={year}").text
        days = warehouse.execute("select count(*) from day_status where year(listing_date) = $1", [year]).fetchone()[0]
        assert len(set(re.findall(rf'<a href="/day/({year}-\d\d-\d\d)" title=', page))) == days
    page = pages.get("/quality?year=2025").text
    assert f'aria-label="{LOOKED_AT}: settled, 17 papers"><span>25</span><b>✓17</b>' in page


def test_year_that_is_not_there_shows_the_newest(pages):
    assert "Days of 2026" in pages.get("/quality?year=1999").text


def test_date_leads_to_its_checks_fetches_and_verdicts(pages):
    answer = pages.get(f"/quality?date={LOOKED_AT}")
    assert answer.url.path == "/quality/checks"
    assert answer.text.count("✓ accepted") == 4


def test_failed_checks_come_first(pages):
    outcomes = re.findall(r'<td class="day-cell"><span class="(\w+)">[✓✗]', pages.get("/quality/checks").text)
    assert outcomes[0] != "good"
    assert outcomes == sorted(outcomes, key=lambda outcome: outcome == "good")


def test_checks_are_filtered_by_severity_name_and_date(pages, warehouse):
    asked = {"severity": "warning", "check": "no_rejected_rows", "date": HOSTILE_DAY}
    page = pages.get("/quality/checks", params=asked).text
    assert page.count('<td class="day-cell">no_rejected_rows') == 1
    assert "paper id is not an arXiv id" in page
    empty = pages.get("/quality/checks", params={"date": LOOKED_AT, "check": "no such"}).text
    assert "No check fits" in empty


def test_all_checks_are_paged(pages, warehouse):
    total = warehouse.execute("select count(*) from audit_results").fetchone()[0]
    found = 0
    for page in range(1, 100):
        count = pages.get(f"/quality/checks?page={page}").text.count('<td class="fetch-cell">')
        found += count
        if not count:
            break
    assert found == total


def test_rejected_row_is_shown_as_text_with_its_reason(pages):
    page = pages.get("/quality/rejected").text
    assert "paper id is not an arXiv id" in page
    assert "<i>no id" not in page
    assert "&lt;i&gt;no id&lt;/i&gt;" in page
    assert "No row of this day" in pages.get(f"/quality/rejected?date={LOOKED_AT}").text


def test_huge_rejected_row_is_cut(settings):
    items = [make_item(f"2601.{number:05}") for number in range(12)]
    build_body(settings, "2026-01-05", [*items, {"paper": {"id": "none", "title": "y" * 9_000}}], "2026-01-05T20:00")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        page = client.get("/quality/rejected").text
    assert "y" * 2_000 in page
    assert "y" * 4_000 not in page
    assert "9,0" in page


def test_data_docs_are_listed_with_the_outcome_of_their_suites_and_framed(pages, doc):
    page = pages.get(f"/quality/data-docs?doc={doc}").text
    assert f'<iframe class="foreign" src="/quality/data-docs/{doc}" title="Data Docs" sandbox="">' in page
    assert page.count("daily_papers") >= 10


def test_page_of_data_docs_may_do_nothing_and_needs_nothing_from_elsewhere(pages, doc):
    answer = pages.get(f"/quality/data-docs/{doc}")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    page = Texts(answer.text)
    assert page.scripts == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "form", "svg", "base"})
    assert all(link.startswith("#") for link in page.links)
    assert "Successful Expectations" in page.text


def test_hostile_words_in_data_docs_are_text():
    page = clean_page('<body onload="a()"><a href="javascript:b()">t</a><svg><script>c()</script></svg>&lt;i&gt;', "")
    assert page.endswith("<body><a>t</a>&lt;i&gt;</body></html>")


@pytest.mark.parametrize(
    "path",
    [
        "../../warehouse.duckdb",
        "..%2f..%2fworking.duckdb",
        "static/styles/data_docs_default_styles.css",
        "/etc/passwd",
        "%2Fetc%2Fpasswd",
        "validations",
        "no.html",
        "a%00.html",
        f"{'x' * 5000}.html",
    ],
)
def test_nothing_but_pages_of_data_docs_is_served(pages, path):
    answer = pages.get(f"/quality/data-docs/{path}")
    assert answer.status_code == 404
    assert b"DUCK" not in answer.content


def test_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "secret.html").write_text("secret")
    (tmp_path / "docs" / "link.html").symlink_to(tmp_path / "secret.html")
    (tmp_path / "docs" / "page.html").write_text("page")
    assert find_file(tmp_path / "docs", "link.html") is None
    assert find_file(tmp_path / "docs", "../secret.html") is None
    assert find_file(tmp_path / "docs", "page.html") == tmp_path / "docs" / "page.html"


def test_without_docs_the_pages_say_how_to_make_them(settings, pages):
    assert "paperhouse docs" in pages.get("/quality/dbt-docs").text
    assert pages.get("/quality/dbt-docs/index.html").status_code == 404
    build_body(settings, "2026-01-05", [make_item("2601.00001")])
    (settings.quality_dir / "data_docs").rename(settings.quality_dir / "elsewhere")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert "make run DATE=2025-12-25" in client.get("/quality/data-docs").text


def test_dbt_docs_may_run_but_reach_nothing(tmp_path):
    page = tmp_path / "quality" / "dbt_docs" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<script>1</script>")
    with TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1") as client:
        answer = client.get("/quality/dbt-docs/index.html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert answer.text == page.read_text()
