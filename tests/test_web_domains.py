"""Domains: what grows and shrinks, one domain by the other, their charts; what is unknown is not zero."""

import re
from datetime import date
from html import unescape
from urllib.parse import quote

import duckdb
import pytest
from paperhouse.warehouse import open_published
from paperhouse.web.rows.domain_course_rows import read_course
from paperhouse.web.rows.domain_rows import read_domain, read_papers
from paperhouse.web.rows.domain_span_rows import choose_movers, find_span, read_domains, read_totals

from tests.report_rows import TABLES, insert
from tests.web_papers import HOSTILE_ID

LEAF = "nlp.language-models.moe"


@pytest.fixture
def warehouse():
    """Domains cv and cv.3d; a test adds lists."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        connection.execute("alter table domain_metrics_daily add column has_code_count integer")
        yield connection


def add_list(warehouse, day: str, paper_count: int, **domains: tuple[int, int | None]) -> None:
    """A list of a day; domains have (papers, votes), with __ for the dot."""
    insert(warehouse, "day_status", listing_date=day, state="settled", paper_count=paper_count)
    for name, (count, votes) in domains.items():
        insert(
            warehouse,
            "domain_metrics_daily",
            domain_id=name.replace("__", "."),
            listing_date=day,
            paper_count=count,
            upvotes=votes,
            has_code_count=0,
        )


def read_moved(warehouse, days: str) -> dict[str, dict]:
    span = find_span(warehouse, days)
    return {row["domain_id"]: row for row in read_domains(warehouse, span, read_totals(warehouse, span))}


def list_papers(page: str) -> list[str]:
    return re.findall(r'<h3><a href="/paper/([^"]+)"', page)


def test_span_ends_with_the_newest_list_and_the_one_before_is_as_long(warehouse):
    add_list(warehouse, "2026-01-01", 3)
    add_list(warehouse, "2026-03-31", 3)
    insert(warehouse, "day_status", listing_date="2026-04-01", state="failed", paper_count=0)
    assert find_span(warehouse, "30") == {
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 31),
        "first_before": date(2026, 1, 31),
    }
    assert find_span(warehouse, "all")["first"] == date(2026, 1, 1)


def test_growth_is_of_the_share_and_not_of_the_count(warehouse):
    add_list(warehouse, "2026-02-10", 10, cv=(5, 9))
    add_list(warehouse, "2026-03-20", 50, cv=(10, 9))
    row = read_moved(warehouse, "30")["cv"]
    assert (row["share_before"], row["share"], row["change"]) == (50, 20, -30)


def test_domain_that_is_gone_shrinks_and_one_that_is_new_grows(warehouse):
    add_list(warehouse, "2026-02-10", 10, cv=(6, 9))
    add_list(warehouse, "2026-03-20", 10, cv__3d=(7, 9))
    movers = choose_movers(list(read_moved(warehouse, "30").values()))
    assert {name: [row["domain_id"] for row in rows] for name, rows in movers.items()} == {
        "growing": ["cv.3d"],
        "shrinking": ["cv"],
    }


def test_domain_with_few_papers_does_not_move(warehouse):
    add_list(warehouse, "2026-02-10", 10, cv=(1, 9))
    add_list(warehouse, "2026-03-20", 10, cv=(3, 9))
    assert choose_movers(list(read_moved(warehouse, "30").values())) == {"growing": [], "shrinking": []}


def test_without_a_list_before_the_change_is_unknown(warehouse):
    add_list(warehouse, "2026-03-20", 10, cv=(6, 9))
    row = read_moved(warehouse, "30")["cv"]
    assert (row["share_before"], row["change"]) == (None, None)


def test_votes_that_nobody_saw_are_unknown_and_not_zero(warehouse):
    add_list(warehouse, "2026-03-20", 10, cv=(6, None), cv__3d=(2, 0))
    found = read_moved(warehouse, "30")
    assert (found["cv"]["upvotes"], found["cv.3d"]["upvotes"]) == (None, 0)


def test_month_without_a_list_is_a_gap_and_one_that_names_the_domain_not_is_zero(warehouse):
    add_list(warehouse, "2026-01-05", 10, cv=(6, 9))
    add_list(warehouse, "2026-03-05", 10)
    course = read_course(warehouse, find_span(warehouse, "all"), "month", ["cv"])
    assert [(step["name"], step["listed_count"], step["domains"]["cv"]["paper_count"]) for step in course] == [
        ("2026-01", 10, 6),
        ("2026-02", None, None),
        ("2026-03", 10, 0),
    ]
    assert [step["domains"]["cv"]["share"] for step in course] == [60, None, 0]


@pytest.mark.parametrize("days", ["30", "90", "365", "all", ""])
def test_page_answers_for_each_span(pages, days):
    page = pages.get("/domains", params={"days": days}).text
    assert re.search(r'aria-current="page">([^<]+)</a></li>', page)[1] == f"{days or '90'} days"
    assert 'href="/domain/nlp"' in page


@pytest.mark.parametrize("path", ["/domains?days=7", "/domains/shares.svg?days=x", "/domain/nlp?sort=x"])
def test_question_that_makes_no_sense_is_explained(pages, path):
    answer = pages.get(path)
    assert (answer.status_code, 'class="notice warn"' in answer.text) == (422, True)


@pytest.mark.parametrize("domain_id", ["nope", "nlp.nope", "<script>", "'; drop table papers", "nlp."])
@pytest.mark.parametrize("suffix", ["", "/papers.svg"])
def test_domain_that_is_not_in_the_tree_is_explained(pages, domain_id, suffix):
    answer = pages.get(f"/domain/{quote(domain_id, safe='')}{suffix}")
    assert (answer.status_code, "there is no domain" in answer.text) == (404, True)


@pytest.mark.parametrize(
    "path",
    ["/domains/shares.svg?days=90", "/domain/nlp/papers.svg", "/domain/nlp/votes.svg", f"/domain/{LEAF}/votes.svg"],
)
def test_chart_is_a_picture_wide_or_narrow(pages, path):
    wide = pages.get(path)
    narrow = pages.get(path, params={"narrow": 1})
    assert (wide.status_code, wide.headers["content-type"]) == (200, "image/svg+xml")
    assert b'width="760"' in wide.content
    assert b'width="360"' in narrow.content
    assert b"<script" not in wide.content


def test_place_kept_for_a_narrow_chart_is_as_high_as_the_chart(pages):
    page = pages.get("/domains?days=90").text
    path, height = re.search(r'srcset="([^"]+)" width="360" height="(\d+)"', page).groups()
    assert f'height="{height}"' in pages.get(path.replace("&amp;", "&")).text


def test_chart_speaks_the_language(pages):
    assert "自然语言处理" in unescape(pages.get("/domains/shares.svg?days=90&lang=zh").text)


def test_domain_has_the_way_up_and_both_names(pages):
    page = pages.get(f"/domain/{LEAF}").text
    way = re.search(r'<nav class="path".*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', way) == ["/domains", "/domain/nlp", "/domain/nlp.language-models"]
    assert re.search(r'<h1>Mixture of experts <span class="note" lang="zh">混合专家</span>', page)
    assert (
        '<h1>混合专家 <span class="note" lang="en">Mixture of experts</span>'
        in pages.get(f"/domain/{LEAF}?lang=zh").text
    )


def test_papers_of_a_domain_are_those_of_everything_below_it_once_each(pages):
    below = set(list_papers(pages.get(f"/domain/{LEAF}").text))
    found = [
        paper_id for page in (1, 2, 3) for paper_id in list_papers(pages.get("/domain/nlp", params={"page": page}).text)
    ]
    total = int(re.search(r"<dt>papers</dt><dd>(\d+)</dd>", pages.get("/domain/nlp").text)[1])
    assert below
    assert below < set(found)
    assert len(found) == len(set(found)) == total


def test_papers_stand_newest_or_most_voted_first(pages):
    newest = re.findall(r'· <a href="/day/([^"]+)"', pages.get("/domain/nlp").text)
    assert newest == sorted(newest, reverse=True)
    votes = [int(count) for count in re.findall(r"▲ (\d+)</p>", pages.get("/domain/nlp?sort=votes").text)]
    assert votes == sorted(votes, reverse=True)
    assert len(newest) == len(votes) == 20


def test_page_beyond_the_last_leads_back(pages):
    assert "This list ends before page 77." in pages.get("/domain/nlp?page=77&sort=votes").text


def test_order_stays_from_page_to_page(pages):
    assert 'href="?sort=votes&amp;page=2"' in pages.get("/domain/nlp?sort=votes").text


def test_domain_that_no_paper_names_says_what_to_do(pages, web_settings):
    with open_published(web_settings) as warehouse:
        query = "select min(domain_id) from domains where domain_id not in (select domain_id from domain_metrics_daily)"
        (unnamed,) = warehouse.execute(query).fetchone()
    answer = pages.get(f"/domain/{unnamed}")
    assert (answer.status_code, "make backfill" in answer.text) == (200, True)
    assert list_papers(answer.text) == []


def test_hostile_title_in_a_domain_is_text(pages):
    page = pages.get("/domain/nlp.language-models").text
    assert f'/paper/{HOSTILE_ID}">&lt;script&gt;alert(1)' in page
    assert "<script>alert" not in page


def test_taken_off_papers_count_nowhere(warehouse):
    warehouse.execute("alter table domains add column parent_id varchar")
    warehouse.execute("update domains set parent_id = 'cv' where domain_id = 'cv.3d'")
    for number, delisted_at in enumerate([None, "2026-03-03"]):
        paper_id = f"2603.0000{number}"
        insert(warehouse, "papers", paper_id=paper_id, title="t", upvotes=5)
        insert(warehouse, "paper_listings", listing_date="2026-03-02", paper_id=paper_id, delisted_at=delisted_at)
        insert(warehouse, "paper_domains", paper_id=paper_id, domain_id="cv.3d", source="title", score=3)
    children = read_domain(warehouse, "cv")["children"]
    assert [(row["domain_id"], row["paper_count"]) for row in children] == [("cv.3d", 1)]
    found = read_papers(warehouse, "cv", "votes", "en", 1)
    assert (found["totals"]["paper_count"], found["totals"]["all_count"]) == (1, 1)
    assert [row["paper_id"] for row in found["papers"]] == ["2603.00000"]


def test_totals_of_a_domain_stand_on_a_page_behind_its_last_paper(warehouse):
    insert(warehouse, "papers", paper_id="2603.00001", title="t", upvotes=5)
    insert(warehouse, "paper_listings", listing_date="2026-03-02", paper_id="2603.00001")
    insert(warehouse, "paper_domains", paper_id="2603.00001", domain_id="cv.3d", source="title", score=3)
    found = read_papers(warehouse, "cv", "votes", "en", 9)
    assert (found["totals"]["paper_count"], found["papers"]) == (1, [])
