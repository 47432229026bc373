"""The pages' frame: what holds for every one of them, and the day, which people meet first."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from paperhouse.settings import Settings
from paperhouse.web.app import create_app
from paperhouse.web.page import FOLDER
from paperhouse.web.words import read_chinese, say

from tests.web_papers import HOSTILE_DAY, HOSTILE_TITLE

DAY = "2025-12-25"
PAGES = (
    f"/day/{DAY}",
    "/day/2025-12-28",
    f"/day/{HOSTILE_DAY}",
    "/week/2025-W52",
    "/month/2026-02",
    "/year/2025",
    "/year/2020",
    "/domains",
    "/domains?days=all",
    "/domain/nlp",
    "/domain/nlp?sort=votes&page=2",
    "/numbers",
    "/sql",
    "/sql?query=select+%27%3Cb%3E%27",
    "/numbers?metric=accuracy",
    "/numbers?dataset=ImageNet",
    "/quality",
    "/quality?year=2025",
    f"/quality/checks?date={HOSTILE_DAY}",
    "/quality/rejected",
    "/quality/data-docs",
    "/quality/dbt-docs",
)


class Texts(HTMLParser):
    """The text of a page, its tags, and the attributes that could run something or lead somewhere."""

    def __init__(self, page: str):
        super().__init__()
        self.text, self.tags, self.scripts, self.links = "", set(), [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.scripts.append((tag, name))
            if name in {"href", "src", "action", "srcset"}:
                self.links.append(value)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_page_answers_in_both_languages_and_loads_nothing_from_elsewhere(pages, path, language):
    answer = pages.get(path, params={"lang": language})
    assert (answer.status_code, f'<html lang="{language}">' in answer.text) == (200, True)
    page = Texts(answer.text)
    assert page.scripts == []
    assert not [link for link in page.links if link.startswith(("javascript:", "data:", "//"))]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("file", sorted((FOLDER / "templates").glob("*.j2")), ids=lambda file: file.name)
def test_every_word_of_a_template_is_known_in_chinese(file):
    said = re.findall(r"""\bsay\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""", file.read_text())
    assert [text for text in (one or other for one, other in said) if text not in read_chinese()] == []


def test_no_chinese_word_is_left_that_nothing_says():
    everything = "".join(file.read_text() for file in FOLDER.rglob("*") if file.suffix in {".py", ".j2"})
    unused = [text for text in read_chinese() if text not in everything.replace('\\"', '"')]
    assert unused == []


def test_one_is_said_in_the_singular():
    assert say("en", "{count} paper|papers", count=1) == "1 paper"
    assert say("en", "{count} paper|papers", count=0) == "0 papers"


def test_home_leads_to_the_newest_day(pages):
    assert pages.get("/", follow_redirects=False).headers["location"] == f"/day/{HOSTILE_DAY}"


def test_language_that_was_asked_for_is_remembered(web_settings):
    with TestClient(create_app(web_settings), base_url="http://127.0.0.1") as client:
        assert '<html lang="en">' in client.get(f"/day/{DAY}").text
        client.get(f"/day/{DAY}?lang=zh")
        assert '<html lang="zh">' in client.get(f"/day/{DAY}").text
        assert '<html lang="zh">' in client.get(f"/day/{DAY}", headers={"accept-language": "en"}).text


def test_browser_that_has_the_page_already_gets_no_body(pages):
    tag = pages.get(f"/day/{DAY}").headers["etag"]
    again = pages.get(f"/day/{DAY}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert pages.get(f"/day/{DAY}?lang=zh", headers={"if-none-match": tag}).status_code == 200


def test_hostile_title_is_text(pages):
    page = Texts(pages.get(f"/day/{HOSTILE_DAY}").text)
    assert "<script>alert(1)</script>](javascript:alert(2))" in page.text
    assert "x" * 10_000 in page.text
    assert "{{ 7*7 }} &lt;b&gt;" in page.text
    assert "\u202e" not in page.text
    assert HOSTILE_TITLE[:20] in page.text


def test_filters_leave_the_papers_that_pass_all(pages):
    def titles(**asked):
        return re.findall(r'<h3><a href="/paper/([^"]+)"', pages.get(f"/day/{DAY}", params=asked).text)

    assert len(titles()) == 17
    assert titles(domain="", organization="", votes="", without="") == titles()
    with_code = titles(has_code="true")
    assert 0 < len(with_code) < 17
    assert set(titles(has_code="true", votes="150")) < set(with_code)
    without = titles(without="video, benchmark")
    assert 0 < len(without) < 17
    domain = re.search(r'<option value="([a-z.-]+)"', pages.get(f"/day/{DAY}").text)[1]
    assert 0 < len(titles(domain=domain)) <= 17
    assert "passes the filter" in pages.get(f"/day/{DAY}", params={"votes": "999999"}).text


def test_date_that_is_not_in_the_warehouse_says_how_to_load_it(pages):
    page = pages.get("/day/2024-01-01")
    assert "make run DATE=2024-01-01" in page.text


@pytest.mark.parametrize("path", ["/day/2025-13-01", "/day/yesterday", "/day/2025-12-25?votes=many", "/nowhere"])
def test_question_that_makes_no_sense_is_explained(pages, path):
    answer = pages.get(path)
    assert answer.status_code in {404, 422}
    assert 'class="notice warn"' in answer.text


def test_without_a_published_warehouse_the_page_says_what_to_do(tmp_path):
    with TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1") as client:
        answer = client.get("/")
    assert (answer.status_code, "make run DATE=2025-12-25" in answer.text) == (503, True)
