"""A real browser before real pages: what it must never do, and what tests of several pages do with it."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from paperhouse.settings import REPO
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

from tests.airflow_service import Up

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
# Pictures of what was seen, to look at by eye.
SCREENSHOTS = Path(os.environ.get("UI_SCREENSHOTS") or REPO / "test-artefacts")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Headless Chromium; without one the test is skipped, and says so."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium is installed; the UI goes untested (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, "--disable-sync"])
        yield browser
        browser.close()


class Watched:
    """A page that is watched: no error in its console, no request that leaves the machine."""

    def __init__(self, browser: Browser, width: str = "desktop", language: str = "en-US", **options: object):
        context = browser.new_context(viewport=WIDTHS[width], locale=language, **options)
        self.width, self.page = width, context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._note_request)

    def _note_message(self, message) -> None:
        # Airflow's own pages have warnings and errors of their own.
        if message.type == "error" and "/paperhouse" in message.location.get("url", ""):
            self.errors.append(f"{message.text} ({message.location})")

    def _note_request(self, request) -> None:
        if not re.match(r"(https?://127\.0\.0\.1:|data:|blob:)", request.url):
            self.outside.append(request.url)

    def shoot(self, name: str) -> None:
        """Keep a picture, after what moves has come to rest."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(500)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.width}.png")

    def assert_fit(self) -> None:
        """No serious fault for who cannot see or use a mouse, nothing wider than the screen."""
        found = Axe().run(self.page).response["violations"]
        serious = [
            (fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")
        ]
        assert serious == [], self.page.url
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wider) <= 0, f"{self.page.url} is wider than the screen"

    def assert_quiet(self) -> None:
        assert (self.errors, self.outside) == ([], [])


def log_in(page: Page, up: Up) -> None:
    page.goto(up.url)
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", up.password)
    page.click("button[type=submit]")
    page.wait_for_url(re.compile(re.escape(up.url) + r"/?$"))


def trigger_day(page: Page, up: Up, day: str, watched: Watched) -> None:
    """Fill in the trigger form of `daily_papers` as a person does, and wait for the end of the run."""
    page.goto(f"{up.url}/dags/daily_papers")
    watched.shoot("airflow-dag")
    page.get_by_role("button", name="Trigger").first.click()
    expect(page.get_by_text("Listing date (UTC)")).to_be_visible()
    page.locator("input[type=date]").fill(day)
    watched.shoot("airflow-form")
    page.keyboard.press("Tab")  # the form takes the date over when the field is left
    trigger = page.get_by_role("dialog").get_by_role("button", name="Trigger")
    # The form swallows a click while it draws itself anew, so press as a person would: again, while it is there.
    for _ in range(5):
        if trigger.is_visible():
            trigger.click()
        with suppress(TimeoutError):
            page.wait_for_url(re.compile("/runs/manual__"), timeout=15_000)
            break
    else:
        pytest.fail(f"no run was started; the page is {page.url}")
    # The run and its five tasks.
    expect(page.get_by_text("Success", exact=True)).to_have_count(6, timeout=180_000)
    watched.shoot("airflow-run")
