"""The plan of a range: what becomes of each day, and what it costs; nothing is asked of any host."""

import json
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pytest
from paperhouse.listing_date import DateBeforeFirstListing, FutureDate
from paperhouse.operate.known_days import Day, Known, read_known
from paperhouse.operate.plan import RangeRefused, format_plan, make_plan, summarize_plan
from paperhouse.settings import Settings

from tests.conftest import land_body, make_item
from tests.published_papers import list_on_a_day, publish_papers

TODAY = date(2026, 1, 20)  # a Tuesday
MONDAY = date(2026, 1, 5)


@pytest.fixture
def real(tmp_path) -> Settings:
    """The real hosts at their polite pace; the plan asks none of them."""
    return Settings(data_dir=tmp_path / "data")


def plan_days(settings: Settings, days: dict[date, Day], again: bool = False, **known):
    return make_plan(Known(days, **known), settings, min(days), max(days), TODAY, again)


@pytest.mark.parametrize(
    ("day", "known", "state"),
    [
        (MONDAY, None, "missing"),
        (MONDAY, Day("never_fetched", 9), "missing"),
        (MONDAY, Day("failed"), "failed"),
        (MONDAY, Day("partial", 3, True), "partial"),
        (MONDAY, Day("capped", 50, True), "capped"),
        (MONDAY, Day("partial", 3, False, TODAY - timedelta(days=1)), "partial"),
        (MONDAY, Day("partial", 3, False, TODAY), "seen today"),
        (TODAY - timedelta(days=1), Day("partial", 3, False, TODAY), "partial"),
        (MONDAY, Day("open", 20), "stale"),
        (TODAY - timedelta(days=2), Day("open", 20), "stale"),
        (TODAY - timedelta(days=1), Day("open", 20), "open"),
        (TODAY - timedelta(days=1), Day("quiet"), "quiet"),
        # Empty when seen a day after; a list that came late would not be noticed.
        (MONDAY, Day("quiet"), "stale"),
    ],
)
def test_a_day_is_fetched_unless_it_is_final(real, day, known, state):
    plan = make_plan(Known({day: known} if known else {}), real, day, day, TODAY)
    assert plan.days == {state: [day]}
    assert plan.to_fetch == ([] if state in {"quiet", "seen today"} else [day])


def test_settled_quiet_and_held_days_are_left_alone_and_the_first_two_are_fetched_when_asked_for(real):
    days = {
        MONDAY: Day("settled", 20, True),
        MONDAY + timedelta(days=1): Day("quiet", 0, True),
        MONDAY + timedelta(days=2): Day("held"),
    }
    assert plan_days(real, days).to_fetch == []
    assert plan_days(real, days, again=True).to_fetch == list(days)[:2]


def test_a_day_that_has_not_ended_is_told_and_never_fetched(real):
    plan = make_plan(Known(), real, TODAY - timedelta(days=1), TODAY, TODAY, again=True)
    assert plan.days == {"missing": [TODAY - timedelta(days=1)], "not ended": [TODAY]}
    assert plan.to_fetch == [TODAY - timedelta(days=1)]


@pytest.mark.parametrize(
    ("from_date", "to_date", "error"),
    [
        (TODAY, TODAY + timedelta(days=1), FutureDate),
        (date(2023, 5, 3), TODAY, DateBeforeFirstListing),
        (TODAY, MONDAY, RangeRefused),
    ],
)
def test_a_range_that_cannot_be_is_refused(real, from_date, to_date, error):
    with pytest.raises(error):
        make_plan(Known(), real, from_date, to_date, TODAY)


def test_days_left_alone_cut_the_range_that_runs(real):
    days = {MONDAY + timedelta(days=number): Day("failed") for number in range(5)}
    days[MONDAY + timedelta(days=2)] = Day("settled", 20, True)
    assert plan_days(real, days).spans == [
        (MONDAY, MONDAY + timedelta(days=1)),
        (MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)),
    ]


def test_a_list_near_a_full_page_takes_a_second_request(real):
    assert [plan_days(real, {MONDAY: Day("failed", count)}).lists.request_count for count in (0, 89, 92)] == [1, 1, 2]


def test_a_year_takes_minutes_at_the_allowed_rate_and_a_token_halves_them(real):
    def cost(settings):
        return make_plan(Known(), settings, date(2024, 1, 1), date(2024, 12, 30), TODAY).lists

    assert cost(real).request_count == 365
    assert cost(real).allowed_minutes == pytest.approx(365 / 500 * 5)
    assert cost(replace(real, hf_token="t")).allowed_minutes == pytest.approx(365 / 1000 * 5)
    assert cost(replace(real, request_intervals={"huggingface.co": 6})).own_minutes == pytest.approx(36.5)


def test_reading_is_told_for_the_papers_known_and_those_expected(real):
    days = {MONDAY: Day("settled", 120, True), MONDAY + timedelta(days=1): Day("failed")}
    plan = plan_days(real, days, unread_count=120, usual_counts={1: 30})
    assert [(cost.host, cost.request_count) for cost in plan.reading] == [("export.arxiv.org", 2), ("arxiv.org", 150)]
    assert "about 38 minutes" in format_plan(plan)


def test_every_state_is_a_line_with_its_days_and_their_fate_and_every_host_one_with_its_cost(real):
    days = {MONDAY: Day("failed"), MONDAY + timedelta(days=1): Day("settled", 20, True)}
    lines = [" ".join(line.split()) for line in format_plan(plan_days(real, days)).splitlines()]
    assert lines[:3] == [
        "Plan for 2026-01-05 … 2026-01-06: 2 days, 1 to fetch",
        "failed 1 2026-01-05: fetched again",
        "settled 1 2026-01-06: left alone",
    ]
    assert "huggingface.co lists 1 500 in 5 minutes 0.0 0.0" in lines
    assert summarize_plan(plan_days(real, days)).startswith("2026-01-05 … 2026-01-06: 1 failed, 1 settled; 1 to fetch")


def test_an_empty_data_folder_knows_nothing(real):
    assert read_known(real, MONDAY, TODAY) == Known()


def test_the_warehouse_tells_states_and_papers_that_nobody_read(real):
    publish_papers(
        real,
        list_on_a_day("2601.00001", "2601.00002", day="2026-01-05") + list_on_a_day("2601.00003", day="2026-01-06"),
        [("2601.00001", "keyless", "read", "2026-01-09"), ("2601.00002", "report:x", "read", "2026-01-09")],
    )
    with duckdb.connect(str(real.warehouse_link.resolve())) as warehouse:
        warehouse.execute("""
            create table day_status as
            select * from (values
                (date '2026-01-05', 'settled', 2, 2, timestamptz '2026-01-08', timestamptz '2026-01-09'),
                (date '2026-01-06', 'open', 1, 1, null, null)
            ) as days (listing_date, state, expected_count, paper_count, settled_at, last_seen_at)
        """)
    known = read_known(real, MONDAY, MONDAY + timedelta(days=1))
    assert known.days == {
        MONDAY: Day("settled", 2, True, date(2026, 1, 9)),
        MONDAY + timedelta(days=1): Day("open", 1, False),
    }
    assert known.unread_count == 2


def test_what_landed_and_was_never_published_is_told_by_its_newest_answer(real):
    failed, rejected, landed, held = (MONDAY + timedelta(days=number) for number in range(4))
    ledger = real.landing_dir / "requests" / "failed_fetches.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_text("".join(json.dumps({"listing_date": str(day)}) + "\n" for day in (failed, landed)))
    for day in (rejected, landed, held):
        land_body(real, str(day), [make_item("2601.00001")])
    verdict = {"fetch_id": "f", "is_accepted": False, "reason": "shrunken", "checks": []}
    folder = next((real.landing_dir / "hf" / "daily" / str(rejected)).iterdir())
    (folder / "verdict.json").write_text(json.dumps(verdict))
    folder = next((real.landing_dir / "hf" / "daily" / str(held)).iterdir())
    (folder / "hold.json").write_text("{}")
    states = {day: known.state for day, known in read_known(real, MONDAY, TODAY).days.items()}
    assert states == {failed: "failed", rejected: "failed", landed: "landed", held: "held"}
