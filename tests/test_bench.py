"""The benchmark measures what it says: the same rows on both sides, and no target that goes unsaid."""

import json
from dataclasses import asdict
from datetime import date
from xml.etree import ElementTree

import duckdb
import pytest
from paperhouse.judge import Verdict
from paperhouse.landing import find_fetch
from paperhouse.read_landing import read_landing
from paperhouse.settings import REPO
from paperhouse.warehouse import open_working

from bench.days import choose_stretch, land_days, list_days
from bench.history import choose_points
from bench.load import measure_load
from bench.plot import choose_steps, draw_growth
from bench.queries import load_queries
from bench.rebuild import FLOOR
from bench.summary import LINES, format_results, list_warnings, summarize, to_json
from bench.workers import format_table

MEASURED = {
    "backfill": {"seconds": 120.0, "runs": 96, "peak_rss_mb": {"scheduler": 420, "task or other": 480}},
    "empty": {"seconds": 80.0, "runs": 96},
    "rebuild": {"seconds": 8.0, "content_hash": "a", "equal_to_before": True, "peak_rss_mb": 500},
    "floor": {"seconds": 4.0, "content_hash": "a"},
    "history": {"curve": {30: 4.0, 100: 4.5, 450: 6.0}},
    "load": {
        "seconds": {"bulk": 2.0, "each": 9.0, "read_json": 1.0, "read_json_objects": 0.5},
        "items_per_s": {"bulk": 4000},
    },
    "queries": {"p50_ms": 3.0, "p95_ms": 9.0},
    "trigger": {"published_s": 9.0, "ended_s": 12.0},
}
RUN = {
    "quick": False,
    "source": "recorded days",
    "recorded_days": 60,
    "runs": 96,
    "first_date": "2026-02-02",
    "last_date": "2026-05-08",
    "measured_at": "2026-11-23",
    "machine": {"cpu": "some", "cpu_count": 2, "memory_gb": 8, "load_at_start": 0.1},
    "versions": {"python": "3.11.7"},
    "dbt_tests_by_kind": {"data_tests": 60, "unit_tests": 80},
    "expectations_by_suite": {"daily_papers": 11},
}


COMPARED = {
    "fetches": "*",
    "verdicts": "*",
    "daily_papers": "fetch_id, listing_date, observed_at, page_number, item_number, paper_id, payload, sha256",
}


@pytest.fixture(scope="module")
def days() -> list[date]:
    return list_days(REPO / "demo")


def test_results_begin_with_the_ratios_and_hold_every_key():
    results = summarize(RUN, MEASURED)
    assert list(json.loads(to_json(results)))[: len(LINES)] == list(LINES)
    assert (results["backfill_vs_empty"], results["rebuild_vs_floor"], results["day_cost_growth"]) == (1.5, 2.0, 1.5)
    assert (results["days_per_minute"], results["recorded_days_per_minute"]) == (48, 30)
    assert results["peak_rss_mb"] == 500


def test_each_target_is_shown_as_met_or_missed():
    results = summarize(RUN, MEASURED)
    rows = {line.split("`")[1]: line for line in format_results(results) if line.count("`") == 2 and line[0] == "|"}
    assert set(rows) == set(LINES)
    assert {key for key, line in rows.items() if "✗" in line} == {"day_cost_growth"}
    assert {key for key, line in rows.items() if "✓" in line} == set(results["targets_met"]) - {"day_cost_growth"}


def test_ratio_of_unequal_work_is_called_void():
    unequal = {**MEASURED, "floor": {"seconds": 4.0, "content_hash": "b"}, "empty": {"seconds": 80.0, "runs": 95}}
    assert list_warnings(summarize(RUN, MEASURED)) == []
    assert len(list_warnings(summarize(RUN, unequal))) == 2


def test_stretch_is_the_newest_of_the_densest():
    lists = [date(2026, 1, day) for day in (1, 2, 3, 10, 20, 21, 22, 30)]
    assert choose_stretch(lists, 3) == [date(2026, 1, day) for day in (20, 21, 22)]


def test_history_is_measured_at_what_the_days_allow():
    assert choose_points(465, [30, 450], 5) == ([30, 450], 5)
    assert choose_points(5, [10, 40], 2) == ([1, 3], 2)


def test_curve_is_a_picture_with_a_point_a_measurement():
    root = ElementTree.fromstring(draw_growth({30: 4.1, 100: 4.3, 450: 5.0}))  # noqa: S314 - our own text
    assert sum(element.tag.endswith("circle") for element in root) == 3
    assert choose_steps(450)[-1] > 450


def test_floor_reads_what_a_rebuild_reads_and_all_ways_load_as_much(settings, days, tmp_path):
    for fetch_id in land_days(settings, REPO / "demo", days[:2]):
        verdict = Verdict(fetch_id, True, None, [], "2026-01-01T00:00:00+00:00", None)
        (find_fetch(settings, fetch_id) / "verdict.json").write_text(json.dumps(asdict(verdict)))
    with duckdb.connect() as floor, open_working(settings) as working:
        floor.execute("set timezone = 'UTC'; set variable landing = $landing", {"landing": str(settings.landing_dir)})
        floor.execute(FLOOR.read_text())
        assert read_landing(settings, working, say=lambda line: None) == []
        for table, columns in COMPARED.items():
            query = f"select {columns} from raw.{table} order by all"
            assert floor.execute(query).fetchall() == working.execute(query).fetchall() != []
        items = working.execute("select count(*) from raw.daily_papers").fetchone()[0]
    assert measure_load(settings.data_dir, tmp_path / "load", repeats=1)["items"] == items


def test_queries_are_ten():
    assert len(load_queries()) == 10


def test_table_of_workers_says_so_when_they_published_different_content():
    one = {"runs": 30, "seconds": 90.0, "days_per_minute": 20.0, "content_hash": "a"}
    measured = {1: one, 2: one | {"days_per_minute": 30.0}}
    run = {"runs": 30, "machine": RUN["machine"]}
    assert "| 2 | 30 | 1.50 |" in format_table(run | {"workers": measured})
    assert "not publish the same" not in format_table(run | {"workers": measured})
    measured[2]["content_hash"] = "b"
    assert "not publish the same" in format_table(run | {"workers": measured})
