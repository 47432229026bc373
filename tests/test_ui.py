"""The real thing: `paperhouse up`, a browser, the date form, a green run, the published warehouse."""

import os
import re
import time
from collections.abc import Iterator

import duckdb
import pytest
from paperhouse.settings import REPO
from paperhouse.source.server import start_source

from tests.airflow_service import Up, list_airflow_processes, run_paperhouse, start_up
from tests.browser import Watched, log_in, open_browser, trigger_day

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with start_source(REPO / "demo") as source, start_up(tmp_path_factory.mktemp("data"), source) as up:
        yield up


def test_the_date_form_loads_that_date(up: Up) -> None:
    with open_browser() as browser:
        watched = Watched(browser)
        log_in(watched.page, up)
        trigger_day(watched.page, up, "2025-12-25", watched)

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
