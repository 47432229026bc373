"""A paper's page: what was read, every number with its words, votes and lists; hostile words are words."""

import re

import pytest
from paperhouse.warehouse import open_published
from paperhouse.web.mark import mark_words

from tests.web_papers import HOSTILE_ID, LOOKED_AT


@pytest.fixture(scope="module")
def read_id(web_settings):
    """A paper of the looked-at day that was read in full and reports numbers."""
    with open_published(web_settings) as warehouse:
        query = """
            select paper_id from paper_metrics inner join paper_listings using (paper_id)
            where listing_date = $1 and reading_source = 'html' group by 1 order by count(*) desc, 1 limit 1
        """
        return warehouse.execute(query, [LOOKED_AT]).fetchone()[0]


def test_words_are_marked_and_all_else_stays_text():
    marked = mark_words("<b>accuracy</b> of 91.5% & Accuracy", ["91.5%", "accuracy"])
    assert marked == ("&lt;b&gt;<mark>accuracy</mark>&lt;/b&gt; of <mark>91.5%</mark> &amp; <mark>Accuracy</mark>")


@pytest.mark.parametrize("words", [["a.c"], [""], [None], ["("], ["   "]])
def test_words_that_do_not_stand_in_the_text_leave_it_as_it_is(words):
    assert mark_words("abc & <i>", words) == "abc &amp; &lt;i&gt;"


def test_every_claim_has_its_anchor_and_its_number_marked_in_the_evidence(pages, web_settings, read_id):
    page = pages.get(f"/paper/{read_id}").text
    with open_published(web_settings) as warehouse:
        claims = warehouse.execute(
            "select claim_id, value_text from paper_metrics where paper_id = $1", [read_id]
        ).fetchall()
    assert claims
    for claim_id, _ in claims:
        assert page.count(f'id="claim-{claim_id}"') == 1
    assert page.count("<blockquote") == len(claims)
    assert all("<mark>" in quote for quote in re.findall(r"<blockquote.*?</blockquote>", page, re.DOTALL))


def test_claim_of_a_page_leads_to_its_place_on_arxiv(pages, read_id):
    assert re.search(rf'href="https://arxiv.org/html/{read_id}v\d+#\S+"', pages.get(f"/paper/{read_id}").text)


def test_votes_are_a_chart_and_a_table_of_every_look(pages, read_id):
    page = pages.get(f"/paper/{read_id}").text
    assert f"/paper/{read_id}/votes.svg" in page
    assert page.count(":00</td>") == 4
    for narrow in ("", "?narrow=1"):
        chart = pages.get(f"/paper/{read_id}/votes.svg{narrow}")
        assert (chart.status_code, chart.headers["content-type"]) == (200, "image/svg+xml")
        assert b"<script" not in chart.content


def test_paper_seen_once_says_who_looks_again(pages):
    page = pages.get(f"/paper/{HOSTILE_ID}").text
    assert "refresh_papers" in page
    assert "votes.svg" not in page


def test_hostile_paper_is_text(pages):
    page = pages.get(f"/paper/{HOSTILE_ID}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page
    assert "<svg onload" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("path", "status"), [("/paper/9999.99999", 404), ("/paper/..%2f..%2fetc", 404), ("/paper/x", 422)]
)
def test_paper_that_is_not_there_says_what_to_do(pages, path, status):
    answer = pages.get(path)
    assert (answer.status_code, 'class="notice warn"' in answer.text) == (status, True)


def test_page_of_a_paper_speaks_chinese(pages, read_id):
    assert "报告的数字与出处" in pages.get(f"/paper/{read_id}?lang=zh").text
