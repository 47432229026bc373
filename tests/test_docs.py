"""dbt docs: written from a copy of what is published, as one page that asks nobody for anything."""

import shutil
import subprocess
from pathlib import Path

import pytest
from paperhouse.docs import DocsUnusable, keep_inside, locate_dbt_docs, write_dbt_docs
from paperhouse.publish import current_version
from paperhouse.settings import REPO, Settings
from paperhouse.warehouse import WarehouseMissing

from tests.airflow_service import PAPERHOUSE, make_environment
from tests.browser import Watched, open_browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def described(web_settings, tmp_path_factory) -> Settings:
    """The warehouse of the pages with dbt docs."""
    data_dir = tmp_path_factory.mktemp("docs") / "data"
    shutil.copytree(web_settings.data_dir, data_dir, symlinks=True)
    settings = Settings(data_dir=data_dir, hf_url=web_settings.hf_url)
    write_dbt_docs(settings)
    return settings


def test_docs_describe_the_published_tables_without_paths_of_this_machine(described):
    page = locate_dbt_docs(described).read_text()
    assert "One row per reported claim" in page
    for path in (described.data_dir, REPO, "cloudfront.net"):
        assert str(path) not in page


def test_published_version_is_as_it_was_and_nothing_is_left_behind(described, web_settings):
    assert current_version(described).read_bytes() == current_version(web_settings).read_bytes()
    assert [path.name for path in current_version(described).parent.glob("*.wal")] == []
    assert sorted(path.name for path in described.quality_dir.iterdir()) == ["data_docs", "dbt_docs", "results"]


def test_page_of_another_dbt_is_refused():
    with pytest.raises(DocsUnusable, match="requirements"):
        keep_inside("<html>", Path("/nowhere"))


def test_without_a_published_warehouse_it_says_what_to_do(settings):
    with pytest.raises(WarehouseMissing, match="make run"):
        write_dbt_docs(settings)


def test_docs_in_their_frames_are_quiet_and_reach_nothing(described):
    command = [PAPERHOUSE, "web", "--port", "0"]
    with subprocess.Popen(
        command, env=make_environment(described.data_dir), stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            url = next(word for word in server.stdout.readline().split() if word.startswith("http"))
            with open_browser() as browser:
                watched = Watched(browser)
                watched.page.on("console", lambda message: watched.errors.append(message.text))
                watched.page.goto(f"{url}/quality/dbt-docs")
                frame = watched.page.frame_locator("iframe")
                frame.locator("text=/^paperhouse$/ >> visible=true").first.click()
                frame.locator("text=/^models$/ >> visible=true").first.wait_for()
                watched.assert_fit()
                watched.page.goto(f"{url}/quality/data-docs")
                watched.page.get_by_role("link", name="daily_papers").first.click()
                watched.page.frame_locator("iframe").get_by_text("Successful Expectations", exact=True).wait_for()
                watched.assert_fit()
                watched.assert_quiet()
        finally:
            server.terminate()
