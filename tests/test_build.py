"""From landed bodies to the published warehouse, with the real dbt and Great Expectations."""

import json
import shutil
from dataclasses import replace

import pytest
from paperhouse import build, transform
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_content
from paperhouse.judge import read_verdict
from paperhouse.landing import find_fetch
from paperhouse.publish import current_version
from paperhouse.transform import DbtFailed
from paperhouse.warehouse import open_published

from tests.conftest import build_body, load_body, make_item

DAY = "2025-12-25"
WEEKEND = "2025-12-27"


def rows(settings, query):
    with open_published(settings) as warehouse:
        return warehouse.execute(query).fetchall()


def items(*numbers, **fields):
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def verdict_of(settings, fetch_id):
    return read_verdict(find_fetch(settings, fetch_id) / "verdict.json")


def test_a_day_grows_and_its_newest_accepted_fetch_wins(settings):
    build_body(settings, DAY, items(1, 2, upvotes=3), "2025-12-25T09:00:00")
    built = build_body(settings, DAY, items(2, 1, 3, upvotes=8), "2025-12-28T09:00:00")
    assert (built.accepted_count, built.rejected_count) == (1, 0)
    assert rows(
        settings, "select paper_id, position, upvotes_at_listing, delisted_at from paper_listings order by position"
    ) == [("2512.00002", 1, 3, None), ("2512.00001", 2, 3, None), ("2512.00003", 3, None, None)]
    assert rows(settings, "select distinct upvotes from papers") == [(8,)]
    assert rows(settings, "select count(*), min(upvotes), max(upvotes) from paper_observations") == [(5, 3, 8)]
    assert rows(settings, "select state, expected_count, paper_count from day_status") == [("settled", 3, 3)]


def test_worse_fetches_are_rejected_and_change_nothing(settings):
    build_body(settings, DAY, items(*range(1, 11)), "2025-12-25T20:00:00")
    before, reason = current_version(settings), {}
    for name, body in {
        "empty": [],
        "shrunken": items(*range(1, 8)),
        "web page": b"<html>Sorry</html>",
        "other date": items(*range(1, 11), submittedOnDailyAt="2025-12-24T00:00:00.000Z"),
        "a third without id": [*items(*range(1, 11)), *([{"paper": {"title": "?"}}] * 5)],
    }.items():
        fetch_id = load_body(settings, DAY, body)
        assert build_warehouse(settings, fetch_id, say=lambda line: None).version is None
        verdict = verdict_of(settings, fetch_id)
        assert not verdict.is_accepted
        reason[name] = verdict.reason
    assert current_version(settings) == before
    assert "the list is empty" in reason["empty"]
    assert "papers known for this date are gone" in reason["shrunken"]
    assert "web page instead of JSON" in reason["web page"]
    assert "sent the list of 2025-12-24" in reason["other date"]
    assert "had to be rejected" in reason["a third without id"]

    # Other dates go on, and their version tells what was rejected.
    build_body(settings, "2025-12-26", items(20))
    assert rows(settings, "select count(*) from paper_listings where listing_date = '2025-12-25'") == [(10,)]
    assert rows(settings, "select count(*) from fetches where not is_accepted") == [(5,)]
    state, last_error = rows(settings, "select state, last_error from day_status where listing_date = '2025-12-25'")[0]
    assert (state, last_error) == ("open", reason["a third without id"])


def test_one_paper_taken_off_keeps_its_row_and_an_old_fetch_brings_nothing_back(settings):
    build_body(settings, DAY, items(1, 2, 3), "2025-12-26T00:00:00")
    build_body(settings, DAY, items(1, 2, upvotes=9), "2025-12-28T00:00:00")
    late = load_body(settings, DAY, items(1, 2, 3, upvotes=1), "2025-12-25T12:00:00")
    build_warehouse(settings, late, say=lambda line: None)
    assert verdict_of(settings, late).is_accepted
    assert rows(
        settings, "select paper_id, delisted_at::date::text, upvotes_at_listing from paper_listings order by paper_id"
    ) == [("2512.00001", None, 1), ("2512.00002", None, 1), ("2512.00003", "2025-12-28", 1)]
    assert rows(settings, "select paper_id, upvotes from papers order by paper_id") == [
        ("2512.00001", 9),
        ("2512.00002", 9),
        ("2512.00003", 5),
    ]


def test_bad_rows_are_set_aside_and_the_rest_is_published(settings):
    good = items(*range(1, 31))
    bad = [make_item("2512.00099", upvotes=-1), make_item("2512.00098", title=None)]
    built = build_body(settings, DAY, [*good, *bad, good[0]])
    assert built.version
    assert rows(settings, "select count(*) from papers") == [(30,)]
    assert rows(settings, "select paper_id, reason from rejected_records order by item_number") == [
        ("2512.00099", "upvotes is not a whole number"),
        ("2512.00098", "title is missing"),
        ("2512.00001", "paper stands twice in one page"),
    ]
    assert rows(
        settings, "select payload ->> '$.paper.upvotes' from rejected_records where paper_id = '2512.00099'"
    ) == [("-1",)]
    assert rows(settings, "select check_name from audit_results where not success order by 1") == [
        ("no_rejected_rows",),
    ]


def test_empty_weekend_is_a_quiet_day_and_an_empty_today_is_open(settings):
    build_body(settings, WEEKEND, [], "2025-12-28T00:00:30")
    build_body(settings, "2025-12-29", [], "2025-12-29T06:00:00")
    assert rows(settings, "select listing_date::text, state, paper_count from day_status order by 1") == [
        (WEEKEND, "quiet", 0),
        ("2025-12-28", "never_fetched", 0),
        ("2025-12-29", "open", 0),
    ]


def test_waiting_fetches_are_built_together_and_a_second_caller_finds_its_work_done(settings):
    first = load_body(settings, DAY, items(1))
    second = load_body(settings, "2025-12-26", items(2))
    built = build_warehouse(settings, first, say=lambda line: None)
    assert built.accepted_count == 2
    again = build_warehouse(settings, second, say=lambda line: None)
    assert (again.version, again.accepted_count) == (None, 0)


def test_bad_date_does_not_hold_up_the_others(settings, monkeypatch, tmp_path):
    """A data test that the second date breaks: the first is published alone, the second fails with the rows."""
    project = tmp_path / "project"
    shutil.copytree(transform.REPO / "dbt_project", project / "dbt_project")
    (project / "dbt_project" / "tests" / "no_paper_is_called_bad.sql").write_text(
        "select paper_id, title from {{ ref('papers') }} where title = 'Bad'"
    )
    monkeypatch.setattr(transform, "REPO", project)
    good = load_body(settings, DAY, items(1))
    bad = load_body(settings, "2025-12-26", items(2, title="Bad"))
    said = []
    assert build_warehouse(settings, good, say=said.append).version
    assert any("building 2025-12-25 alone" in line for line in said)
    before = current_version(settings)
    with pytest.raises(DbtFailed, match=r"no_paper_is_called_bad.*2512\.00002"):
        build_warehouse(settings, bad, say=said.append)
    assert current_version(settings) == before
    assert rows(settings, "select listing_date::text from paper_listings") == [(DAY,)]


def test_killed_build_is_finished_by_the_next_one_with_the_verdict_it_had(settings, monkeypatch):
    def die(*arguments):
        raise KeyboardInterrupt

    fetch_id = load_body(settings, DAY, items(1))
    with monkeypatch.context() as patched:
        patched.setattr(build, "publish_build", die)
        with pytest.raises(KeyboardInterrupt):
            build_warehouse(settings, fetch_id, say=lambda line: None)
    verdict_file = find_fetch(settings, fetch_id) / "verdict.json"
    judged = verdict_file.stat().st_mtime_ns
    assert build_warehouse(settings, fetch_id, say=lambda line: None).version
    assert verdict_file.stat().st_mtime_ns == judged
    assert rows(
        settings, "select count(*), count(distinct check_name) from audit_results where suite = 'daily_papers'"
    ) == [(16, 16)]


def test_lost_versions_come_back_with_the_next_build(settings):
    build_body(settings, DAY, items(1), "2025-12-25T09:00:00")
    build_body(settings, DAY, items(1, 2), "2025-12-26T09:00:00")
    with open_published(settings) as warehouse:
        before = hash_content(warehouse)
    shutil.rmtree(settings.versions_dir)
    assert build_warehouse(settings, say=lambda line: None).accepted_count == 2
    with open_published(settings) as warehouse:
        assert hash_content(warehouse) == before
    assert rows(settings, "select count(*) from fetches") == [(2,)]


def test_same_content_in_another_order_has_the_same_hash(tmp_path, settings):
    days = {DAY: items(1, 2), "2025-12-26": items(2, 3, upvotes=7), WEEKEND: []}
    hashes = []
    for number, order in enumerate([list(days), list(reversed(days))]):
        own = replace(settings, data_dir=tmp_path / str(number))
        for day in order:
            load_body(own, day, days[day])
        build_warehouse(own, say=lambda line: None)
        with open_published(own) as warehouse:
            hashes.append(hash_content(warehouse))
    assert hashes[0] == hashes[1]


def test_judge_writes_results_and_docs_outside_the_repository(settings):
    fetch_id = load_body(settings, DAY, items(1))
    build_warehouse(settings, fetch_id, say=lambda line: None)
    assert (settings.quality_dir / "data_docs" / "index.html").exists()
    record = json.loads((find_fetch(settings, fetch_id) / "verdict.json").read_text())
    assert {check["suite"] for check in record["checks"]} == {"fetch_profile", "fetch_fields", "daily_papers"}
