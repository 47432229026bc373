"""Five ways that people go, in a real browser, wide and on a phone: from a trigger, a rise, a number, a doubt, a word.

Every page on the way is looked at for what people with a keyboard or a screen reader trip over, for a width beyond the
screen, for errors in the console and requests that leave the machine. Pictures of all of them are kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from paperhouse.settings import REPO
from paperhouse.source.server import start_source
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.airflow_service import Up, run_paperhouse, start_up
from tests.browser import Watched, log_in, open_browser, trigger_day

pytestmark = pytest.mark.slow
DAY = "2025-12-25"
DAY_BY_WIDTH = {"desktop": "2025-12-26", "phone": "2025-12-24"}  # which each triggers by the form


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Airflow with a day that was loaded and read in full."""
    with start_source(REPO / "demo") as source, start_up(tmp_path_factory.mktemp("data"), source) as up:
        for command in ("run", "read"):
            ended = run_paperhouse(command, DAY, environment=up.environment)
            assert ended.returncode == 0, ended.stdout
        yield up


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(params=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, up: Up, browser: Browser) -> Iterator[Watched]:
    """Somebody who has logged in; whatever the journey, at its end nothing was wrong and nothing left the machine."""
    watched = Watched(browser, request.param, color_scheme="dark" if request.param == "phone" else "light")
    log_in(watched.page, up)
    yield watched
    watched.assert_quiet()
    watched.page.context.close()


def look(watched: Watched, name: str) -> None:
    watched.shoot(name)
    watched.assert_fit()


def assert_claim_is_shown(page: Page) -> None:
    """The paper's claim that the address names, with its number marked in the evidence."""
    claim = page.locator(f"[id='{page.url.partition('#')[2]}']")
    expect(claim).to_be_in_viewport()
    expect(claim.locator("blockquote mark").first).to_be_visible()


def test_from_the_trigger_form_to_the_claim_of_a_paper(up: Up, watched: Watched) -> None:
    page, day = watched.page, DAY_BY_WIDTH[watched.width]
    trigger_day(page, up, day, watched)
    page.goto(f"{up.url}/plugin/papers")
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_be_visible()
    watched.shoot("in-airflow")
    # The frame of Airflow is looked at as a page of its own from here.
    page.goto(f"{up.url}/paperhouse/day/{day}")
    expect(page.locator("article.card").first).to_be_visible()
    look(watched, "day")
    page.goto(f"{up.url}/paperhouse/day/{DAY}")
    look(watched, "day-read")
    page.locator(".numbers a").first.click()
    page.wait_for_url(re.compile(r"/paper/.*#claim-"))
    assert_claim_is_shown(page)
    look(watched, "paper")


def test_from_what_is_rising_to_the_papers_of_a_domain(up: Up, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{up.url}/paperhouse/")
    page.get_by_role("link", name="Weeks and months").click()
    look(watched, "week")
    page.get_by_role("link", name="Year", exact=True).click()
    look(watched, "year")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Domains").click()
    page.get_by_role("link", name="all days").click()
    look(watched, "domains")
    page.locator("main table a[href*='/domain/']").first.click()
    page.wait_for_url(re.compile("/domain/"))
    look(watched, "domain")
    page.locator("article.card h3 a").first.click()
    page.wait_for_url(re.compile("/paper/"))
    expect(page.get_by_role("heading", name="On the lists of")).to_be_visible()


def test_from_a_benchmark_to_the_words_of_a_number(up: Up, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{up.url}/paperhouse/numbers")
    look(watched, "numbers")
    page.locator("main ul.numbers a").first.click()
    expect(page.locator("table.reported mark").first).to_be_visible()
    look(watched, "numbers-metric")
    page.locator("table.reported .title-cell a").first.click()
    page.wait_for_url(re.compile(r"/paper/.*#claim-"))
    assert_claim_is_shown(page)


def test_from_a_doubt_to_the_checks_of_a_day(up: Up, watched: Watched) -> None:
    page = watched.page
    docs = run_paperhouse("docs", environment=up.environment)
    assert docs.returncode == 0, docs.stdout
    page.goto(f"{up.url}/paperhouse/quality")
    expect(page.get_by_role("heading", name="Can today's data be trusted?")).to_be_visible()
    look(watched, "quality")
    page.get_by_role("navigation", name="Years").get_by_role("link", name=DAY[:4]).click()
    page.locator(f".year a[href$='/day/{DAY}']").click()
    page.wait_for_url(re.compile(f"/day/{DAY}$"))
    expect(page.get_by_text("quality checks").first).to_be_visible()
    for tab, name in (
        ("Checks", "checks"),
        ("Rejected rows", "rejected"),
        ("Data Docs", "data-docs"),
        ("dbt docs", "dbt-docs"),
    ):
        page.goto(f"{up.url}/paperhouse/quality")
        page.locator("main ul.tabs").get_by_role("link", name=tab).click()
        if name == "data-docs":
            page.locator("main table a[href^='?doc=']").first.click()
        if "docs" in name:
            assert_frame_is_filled(page.frame_locator("main iframe"))
        look(watched, name)


def assert_frame_is_filled(frame: FrameLocator) -> None:
    expect(frame.locator("body")).not_to_be_empty()


def test_from_a_word_to_a_query_and_a_file(up: Up, watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{up.url}/paperhouse/search?q=video")
    look(watched, "search")
    page.locator("article.card a[href*='/paper/']").first.click()
    page.wait_for_url(re.compile("/paper/"))
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="SQL").click()
    page.get_by_label("Query").fill("select title, upvotes from papers order by upvotes desc limit 5")
    page.get_by_label("Query").press("Control+Enter")
    expect(page.locator("#rows tbody tr")).to_have_count(5)
    look(watched, "sql")
    page.get_by_role("button", name="Chart").click()
    expect(page.locator("#chart")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text().startswith("title,upvotes")
    page.get_by_label("Query").fill("select nothing from nowhere")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("nowhere")
    # The browser names the answer that it was refused; the page says what is wrong.
    watched.errors = [error for error in watched.errors if "400" not in error]
    look(watched, "sql-failed")


def test_pages_are_read_in_chinese_and_with_the_keyboard(up: Up, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{up.url}/paperhouse/day/{DAY}?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    look(watched, "day-zh")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)
    page.goto(f"{up.url}/paperhouse/quality")
    look(watched, "quality-zh")
