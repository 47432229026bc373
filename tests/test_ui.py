"""The real thing: `paperhouse up`, a browser, the date form, a green run, the published warehouse."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from paperhouse.settings import REPO
from paperhouse.source.server import start_source
from playwright.sync_api import Locator, Page, TimeoutError, expect, sync_playwright

from tests.airflow_service import Up, list_airflow_processes, run_paperhouse, start_up

pytestmark = pytest.mark.slow
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SCREENSHOTS = os.environ.get("UI_SCREENSHOTS")  # a folder, to look at the pages by eye


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with start_source(REPO / "demo") as source, start_up(tmp_path_factory.mktemp("data"), source) as up:
        yield up


@pytest.fixture
def page(up: Up) -> Iterator[Page]:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser_path:
        pytest.skip("no chromium is installed; the UI goes untested (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=[*QUIET, "--disable-sync"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def test_the_date_form_loads_that_date(up: Up, page: Page) -> None:
    page.goto(up.url)
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", up.password)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(re.escape(up.url) + r"/?$"))

    page.goto(f"{up.url}/dags/daily_papers")
    _shoot(page, "dag")
    page.get_by_role("button", name="Trigger").first.click()
    expect(page.get_by_text("Listing date (UTC)")).to_be_visible()
    page.locator("input[type=date]").fill("2025-12-25")
    _shoot(page, "form")
    page.keyboard.press("Tab")  # the form takes the date over when the field is left
    _press_until_started(page, page.get_by_role("dialog").get_by_role("button", name="Trigger"))
    # The run and its five tasks.
    expect(page.get_by_text("Success", exact=True)).to_have_count(6, timeout=180_000)
    _shoot(page, "run")

    with duckdb.connect(str(up.data_dir / "warehouse.duckdb"), read_only=True) as warehouse:
        (count,) = warehouse.execute(
            "SELECT count(*) FROM paper_listings WHERE listing_date = DATE '2025-12-25'"
        ).fetchone()
    assert count == 17


def test_a_second_up_finds_the_first_one(up: Up) -> None:
    before = list_airflow_processes(up.data_dir)
    again = run_paperhouse("up", environment=up.environment)
    assert (again.returncode, up.url in again.stdout) == (0, True)
    assert set(before) <= set(list_airflow_processes(up.data_dir))


def test_a_single_day_and_a_backfill_use_the_services_that_run(up: Up) -> None:
    day = run_paperhouse("run", "2025-12-26", environment=up.environment)
    assert day.returncode == 0, day.stdout
    assert day.stdout.splitlines()[0] == f"daily_papers runs for 2025-12-26 in Airflow at {up.url}"
    assert len(re.findall("success$", day.stdout, re.MULTILINE)) == 5
    days = run_paperhouse("backfill", "2025-12-24", "2025-12-24", environment=up.environment)
    assert days.returncode == 0, days.stdout
    assert f"Airflow runs already at {up.url}" in days.stdout
    assert os.kill(up.pid, 0) is None  # and left running


def test_a_changed_warehouse_starts_the_reading_of_its_papers(up: Up) -> None:
    switched = run_paperhouse("airflow", "dags", "unpause", "--yes", "read_papers", environment=up.environment)
    assert switched.returncode == 0, switched.stdout
    day = run_paperhouse("run", "2026-02-05", environment=up.environment)
    assert day.returncode == 0, day.stdout
    report, deadline = up.data_dir / "reports" / "2026-02-05.zh.md", time.monotonic() + 180
    while "ArXiv Abs" not in report.read_text():
        assert time.monotonic() < deadline, "no run of read_papers wrote its report"
        time.sleep(1)
    with duckdb.connect(str(up.data_dir / "warehouse.duckdb"), read_only=True) as warehouse:
        query = "select count(distinct paper_id) = (select count(*) from papers) from paper_readings"
        assert warehouse.execute(query).fetchone() == (True,)


def _press_until_started(page: Page, trigger: Locator) -> None:
    """The form swallows a click while it draws itself anew, so press as a person would: again, while it is there."""
    for _ in range(5):
        if trigger.is_visible():
            trigger.click()
        with suppress(TimeoutError):
            page.wait_for_url(re.compile("/runs/manual__"), timeout=15_000)
            return
    pytest.fail(f"no run was started; the page is {page.url}")


def _shoot(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.wait_for_timeout(2000)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
