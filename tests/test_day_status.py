"""In which state a day is: real days in one dbt run, and what a rollback holds."""

import shutil
from datetime import UTC, date, datetime

import pytest
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_content
from paperhouse.rollback import release_held, roll_back
from paperhouse.scope import Waiting, copy_scope
from paperhouse.settings import Settings
from paperhouse.status import describe_status
from paperhouse.transform import run_dbt
from paperhouse.warehouse import open_build, open_published

from tests.conftest import RECORDED, build_body, make_item

DAY = "2025-12-25"
LOOKED_AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory) -> dict[str, tuple[str, str]]:
    """State and evidence by date, when all dates from the first recorded one to the last are seen once, much later.

    A date without a recording was answered by an empty list, as a backfill from such a source does. The lists are
    written where the marts would be, so that the day's own models are all that runs.
    """
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded days: {RECORDED} is not there, so real days are not replayed")
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    file = settings.build_dir / "warehouse.duckdb"
    file.parent.mkdir(parents=True)
    copy_scope(settings, file, [Waiting("no such fetch", date(2026, 1, 5), "", is_judged=False)])
    with open_build(file) as build:
        build.execute("""
            create table paper_listings as
            select
                regexp_extract(filename, '(\\d{4}-\\d\\d-\\d\\d)\\.json', 1)::date as listing_date,
                item ->> '$.paper.id' as paper_id,
                try_cast(item ->> '$.paper.submittedOnDailyAt' as timestamptz) as submitted_at,
                row_number() over (partition by filename)::integer as position,
                $looked_at::timestamptz as first_observed_at,
                null::timestamptz as delisted_at
            from (
                select filename, unnest(json_extract(json, '$[*]')) as item
                from read_json_objects($files, format = 'unstructured', filename = true, maximum_object_size = 9000000)
            )
        """, {"files": f"{RECORDED}/*.json.gz", "looked_at": LOOKED_AT})  # fmt: skip
        build.execute("""
            create table fetches as
            select
                day::date as listing_date, day::date::varchar as fetch_id, $looked_at::timestamptz as observed_at,
                count(paper_id)::integer as item_count, 0 as rejected_count, true as is_accepted,
                null::varchar as reason
            from (select unnest(generate_series(min(listing_date), max(listing_date), interval 1 day)) as day
                from paper_listings)
            left join paper_listings on listing_date = day::date
            group by all
        """, {"looked_at": LOOKED_AT})  # fmt: skip
        build.execute("create table imported_reports (listing_date date)")
        build.execute("create table imported_entries (listing_date date, paper_id varchar)")
    run_dbt(settings, file, "run", "--select", "int_day_fetches", "int_days", "day_status")
    with open_build(file) as build:
        rows = build.execute("select listing_date::varchar, state, evidence from day_status").fetchall()
    return {day: (state, evidence) for day, state, evidence in rows}


def test_an_empty_weekday_is_suspected_and_an_empty_weekend_is_not(replayed):
    assert replayed["2025-12-27"] == ("quiet", "empty after the end of a Saturday, as weekends are")
    state, evidence = replayed["2025-12-26"]
    assert (state, evidence.startswith("empty after the end of a Friday")) == ("partial", True)
    weekend = {state for day, (state, _) in replayed.items() if date.fromisoformat(day).isoweekday() > 5}
    assert weekend == {"quiet"}


def test_lists_taken_while_they_were_filling_are_told_by_their_last_paper(replayed):
    """2026-04-01 was recorded at 08:49 with 23 papers, as many as is usual, and ended with 43."""
    state, evidence = replayed["2026-04-01"]
    assert (state, "no paper was put on the list after 07:10 UTC" in evidence) == ("partial", True)
    # Thirteen of seventeen, and three of seven around New Year.
    assert [replayed[day][0] for day in (DAY, "2026-01-02")] == ["partial"] * 2


def test_lists_of_fifty_are_capped(replayed):
    assert [day for day, (state, _) in sorted(replayed.items()) if state == "capped"] == ["2025-09-30", "2026-05-12"]


def test_a_tiny_list_is_right_when_it_is_tiny_every_year_and_suspected_when_not(replayed):
    """Two papers on the day after Labor Day, as a year later; two in the middle of July are not explained."""
    assert replayed["2024-09-03"] == ("settled", "seen at least two days after the day began, short as in other years")
    assert replayed["2026-07-15"] == ("partial", "papers seen: 2, usual on this weekday: 26")


def test_a_held_date_says_so_and_its_hash_is_that_of_what_is_shown(settings):
    build_body(settings, DAY, [make_item("2512.00001")], f"{DAY}T12:00")
    build_body(settings, DAY, [make_item("2512.00001"), make_item("2512.00002")], "2025-12-28T12:00")
    roll_back(settings)
    assert f"rolled back   {DAY}; `paperhouse release` brings them back" in describe_status(settings)
    with open_published(settings) as warehouse:
        before = hash_content(warehouse)

    shutil.rmtree(settings.versions_dir)
    build_warehouse(settings, say=lambda line: None)
    query = "select state, list_state, paper_count, held_count, evidence from day_status"
    with open_published(settings) as warehouse:
        *row, evidence = warehouse.execute(query).fetchone()
        assert hash_content(warehouse) == before
    assert row == ["held", "open", 1, 1]
    assert evidence.startswith("1 newer accepted fetch is held by a rollback")

    release_held(settings)
    with open_published(settings) as warehouse:
        *row, evidence = warehouse.execute(query).fetchone()
    assert row == ["settled", "settled", 2, 0]
    assert evidence == "seen at least two days after the day began, grown from 1 to 2"
