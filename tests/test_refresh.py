"""Lists and pages looked at again: what is asked and kept, and what the warehouse then tells of votes and links."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from paperhouse.batches import find_batch, load_batches
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_content
from paperhouse.load import load_raw
from paperhouse.refresh.choose import choose_days
from paperhouse.refresh.fetch import fetch_pages
from paperhouse.refresh.land import Look, list_looks, read_body
from paperhouse.refresh.load_pages import load_pages
from paperhouse.refresh.read_page import read_page
from paperhouse.settings import REPO, Settings, load_settings
from paperhouse.source.server import start_source
from paperhouse.warehouse import open_published

from tests.conftest import load_body, make_item
from tests.scripted_source import Reply

DAY, SHRUNKEN = "2025-12-25", "2025-12-26"
LINKED, WITHDRAWN, ODD = "2512.00001", "2512.00002", "2512.00003"
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
SECOND_READER = REPO / ".venv-duckdb2" / "bin" / "python"


def quiet(line):
    pass


def items(*numbers, **fields):
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def look(status=200):
    return Look("l1", LINKED, "url", status, {}, "", 0, "2025-12-26T07:00:00+00:00")


def run_at(moment, run_type="scheduled"):
    run = SimpleNamespace(run_type=SimpleNamespace(value=run_type), run_after=datetime.fromisoformat(moment))
    return {"dag_run": run, "params": {"minutes": 5}, "run_id": "r1"}


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """Imported late: Airflow writes into its home as soon as it is imported."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        from paperhouse.operate import refresh_tasks

        return refresh_tasks


@pytest.fixture(scope="module")
def visited(tmp_path_factory, tasks) -> Iterator[tuple[Settings, str]]:
    """A warehouse of two days after a visit that found one of them shrunken; with the reason why the run failed."""
    folder, data = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("data")
    days, pages = folder / "hf_daily_api", folder / "hf_papers"
    days.mkdir()
    pages.mkdir()
    (days / f"{DAY}.json").write_text(json.dumps(items(*range(1, 10), upvotes=40)))
    (days / f"{SHRUNKEN}.json").write_text(json.dumps(items(*range(11, 16), upvotes=40)))
    links = {
        "linkedModels": [{"id": "a/big", "likes": 7, "downloads": 90}, {"id": "a/small", "likes": 0, "downloads": 3}],
        "linkedSpaces": [{"id": "a/demo", "likes": 2, "running": True}],
        **{"numTotalModels": 31, "numTotalDatasets": 0, "numTotalSpaces": 1},
    }
    (pages / f"{LINKED}.json").write_text(json.dumps({"id": LINKED, "upvotes": 41, "githubStars": 5, **links}))
    gone = {"id": WITHDRAWN, "upvotes": 40, "withdrawnAt": "2026-01-03T10:00:00.000Z"}
    (pages / f"{WITHDRAWN}.json").write_text(json.dumps(gone))
    (pages / f"{ODD}.json").write_text(json.dumps({"id": LINKED, "upvotes": 99}))

    with start_source(folder) as url, pytest.MonkeyPatch.context() as patched:
        patched.setenv("PAPERHOUSE_DATA_DIR", str(data))
        patched.setenv("PAPERHOUSE_HF_URL", url)
        patched.setenv("AIRFLOW__API__PORT", "9")
        settings = load_settings()
        load_body(settings, DAY, items(*range(1, 11), upvotes=3), "2025-12-25T17:00:00")
        load_body(settings, DAY, items(*range(1, 10), upvotes=8), "2025-12-26T06:00:00")
        load_body(settings, SHRUNKEN, items(*range(11, 21)), "2025-12-26T18:00:00")
        build_warehouse(settings, say=quiet)
        fetch_ids = tasks.visit_days([DAY, SHRUNKEN, "2025-12-27"])
        batch_id = tasks.fetch_pages([DAY, SHRUNKEN], run_at("2025-12-28T06:00:00+00:00"))
        tasks.build_warehouse(fetch_ids, run_at("2025-12-28T06:00:00+00:00"))
        reported = tasks.render_report(fetch_ids)
        with pytest.raises(tasks.AirflowFailException) as failure:
            tasks.quality_gate([DAY, SHRUNKEN, "2025-12-27", "2025-12-24"], fetch_ids, batch_id)
        assert reported["listing_dates"] == [DAY, "2025-12-27"]
        yield settings, str(failure.value)


def rows(visited, query):
    with open_published(visited[0]) as warehouse:
        return warehouse.execute(query).fetchall()


def test_the_first_run_of_a_day_looks_back_along_the_settle_curve():
    moment = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert choose_days(moment, with_past=False) == [date(2026, 3, 2)]
    assert [(moment.date() - day).days for day in choose_days(moment, with_past=True)] == [0, 1, 3, 7, 14, 30]
    assert choose_days(datetime(2023, 5, 5, tzinfo=UTC), with_past=True) == [date(2023, 5, 5), date(2023, 5, 4)]


@pytest.mark.parametrize(
    ("moment", "run_type", "count"),
    [("06", "scheduled", 6), ("12", "scheduled", 1), ("18", "scheduled", 1), ("15", "manual", 6)],
)
def test_later_runs_visit_today_alone_and_a_run_by_hand_all_dates(tasks, monkeypatch, moment, run_type, count):
    monkeypatch.setenv("AIRFLOW__API__PORT", "9")
    days = tasks.choose_days(run_at(f"2026-03-02T{moment}:00:00+00:00", run_type))
    assert (days[0], len(days)) == ("2026-03-02", count)


def test_a_page_lands_untouched_and_is_not_asked_for_twice_in_a_run(settings, scripted):
    body = b'{"id":  "2512.00001", "upvotes": 7}\n'
    scripted.replies = [Reply(body)]
    assert fetch_pages(settings, [LINKED], 1, BEFORE, quiet) == [LINKED]
    assert fetch_pages(settings, [LINKED], 1, BEFORE, quiet) == [LINKED]
    (landed,) = list_looks(settings, LINKED)
    assert read_body(settings, landed) == body
    fetch_pages(settings, [LINKED], 1, datetime.now(UTC) + timedelta(seconds=1), quiet)
    assert scripted.paths == [f"/api/papers/{LINKED}"] * 2


def test_a_source_that_refuses_is_left_alone_after_three_papers(settings, scripted):
    scripted.replies = [Reply(b"no", status=403)]
    assert fetch_pages(settings, ["2512.00001", "2512.00002", "2512.00003", "2512.00004"], 1, BEFORE, quiet) == []
    assert len(scripted.paths) == 3


def test_no_page_is_asked_for_when_the_minutes_are_over(settings, scripted):
    polite = replace(settings, request_intervals={"127.0.0.1": 30.0})
    scripted.replies = [Reply(b'{"id": "2512.00001"}')]
    started = time.monotonic()
    assert fetch_pages(polite, [LINKED, WITHDRAWN], 0.05, BEFORE, quiet) == [LINKED]
    assert time.monotonic() - started < 20


def test_looks_of_a_killed_run_come_with_the_next_batch_and_none_comes_twice(settings, scripted):
    scripted.replies_by_path = lambda path: Reply(json.dumps({"id": path[-10:]}).encode())
    fetch_pages(settings, [LINKED], 1, BEFORE, quiet)
    fetch_pages(settings, [LINKED, WITHDRAWN], 1, datetime.now(UTC), quiet)
    batch_id = load_pages(settings, [LINKED, WITHDRAWN], quiet)
    lines = (find_batch(settings, batch_id) / "readings.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["paper_id"] for line in lines) == [LINKED, LINKED, WITHDRAWN]
    assert load_pages(settings, [LINKED, WITHDRAWN], quiet) is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!doctype html>", "no JSON"),
        (b"[]", "a JSON list"),
        (b'{"id": "2512.00009"}', "the page of '2512.00009'"),
        (b'{"id": "2512.00001", "upvotes": -1}', "upvotes is -1"),
        (b'{"id": "2512.00001", "upvotes": true}', "upvotes is True"),
        (b'{"id": "2512.00001", "withdrawnAt": "soon"}', "withdrawnAt is 'soon'"),
        (b'{"id": "2512.00001", "linkedModels": {}, "upvotes": 1, "linkedSpaces": "x"}', "linkedSpaces is no list"),
    ],
)
def test_a_page_that_cannot_be_used_says_why(body, problem):
    reading = read_page(look(), body)
    assert reading.state == "unusable"
    assert problem in reading.problem


def test_a_paper_that_is_not_known_is_missing_and_no_fault():
    assert read_page(look(404), b'{"error": "Paper not found"}').state == "missing"


def test_what_a_page_does_not_tell_stays_unknown():
    reading = read_page(look(), b'{"id": "2512.00001", "linkedModels": [{"id": "a/b"}, {"id": "a/b"}, {}]}')
    assert (reading.upvotes, reading.withdrawn_at) == (None, None)
    assert reading.total_counts == {"model": 1}
    assert [(link.linked_id, link.likes) for link in reading.links] == [("a/b", None)]


def test_a_rejected_date_fails_the_run_by_name_after_the_others_are_published(visited):
    _, message = visited
    assert f"{SHRUNKEN}: rejected, " in message
    assert "2025-12-24: no list" in message
    assert f"{DAY}:" not in message
    assert rows(visited, f"select max(upvotes) from papers where first_listed_date = '{DAY}'") == [(40,)]
    assert rows(visited, f"select count(*) from paper_listings where listing_date = '{SHRUNKEN}'") == [(10,)]


def test_links_come_with_their_totals_and_a_withdrawn_paper_is_marked(visited):
    links = "select kind, linked_id, likes, downloads, total_count from paper_links order by kind, position"
    assert rows(visited, links) == [
        ("model", "a/big", 7, 90, 31),
        ("model", "a/small", 0, 3, 31),
        ("space", "a/demo", 2, None, 1),
    ]
    counts = "select model_count, dataset_count, space_count, withdrawn_at::date::text from papers"
    assert rows(visited, f"{counts} where paper_id = '{LINKED}'") == [(31, 0, 1, None)]
    assert rows(visited, f"{counts} where paper_id = '{WITHDRAWN}'") == [(None, None, None, "2026-01-03")]


def test_pages_observe_votes_and_unusable_ones_do_not(visited):
    last = "select max_by(upvotes, observed_at), max_by(comment_count, observed_at) from paper_observations"
    assert rows(visited, f"{last} where paper_id = '{LINKED}'") == [(41, 1)]
    assert rows(visited, f"select max(upvotes) from paper_observations where paper_id = '{ODD}'") == [(40,)]
    kinds = "select kind, reading_count, is_accepted from reading_batches"
    assert rows(visited, kinds) == [("pages", 20, True)]


def test_votes_at_an_age_are_what_somebody_saw_then(visited):
    columns = "upvotes_at_d1, upvotes_at_d3, upvotes_at_d7, is_late_bloomer"
    assert rows(visited, f"select {columns} from paper_votes where paper_id = '{ODD}'") == [(8, None, None, None)]
    assert rows(visited, "select count(*) from paper_votes") == [(20,)]


def test_the_same_landing_and_verdicts_built_at_once_give_the_same_hash(visited, tmp_path):
    settings, _ = visited
    again = replace(settings, data_dir=tmp_path / "again")
    shutil.copytree(settings.landing_dir, again.landing_dir)
    load_batches(again)
    for file in sorted(again.landing_dir.glob("hf/daily/*/*/fetch.json"), reverse=True):
        load_raw(again, file.parent.name)
    build_warehouse(again, say=quiet)
    with open_published(settings) as one, open_published(again) as other:
        assert hash_content(one) == hash_content(other)


AS_OF = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
    warehouse.execute("set timezone = 'UTC'")
    for query in sys.argv[2:]:
        print(warehouse.execute(query).fetchall())
"""


def test_search_takes_words_side_by_side_in_any_case_and_signs_as_they_are(visited):
    search = "select paper_id from search_papers('{}') order by paper_id"
    assert rows(visited, search.format("paper  2512.00003")) == [(ODD,)]
    assert rows(visited, search.format("WHAT-it does")) == rows(visited, "select paper_id from papers order by 1")
    assert rows(visited, search.format("2512.0000.")) == []


@pytest.mark.parametrize("python", [Path(sys.executable), SECOND_READER], ids=["this DuckDB", "DuckDB 2"])
def test_a_copy_of_the_file_tells_what_was_known_at_a_moment(visited, tmp_path, python):
    if not python.exists():
        pytest.skip("no second environment: `make test` sets up .venv-duckdb2 with DuckDB 2.0")
    settings, _ = visited
    copy = shutil.copyfile(settings.warehouse_link.resolve(), tmp_path / "a copy.db")
    queries = [
        f"select upvotes from papers_as_of('{moment}') where paper_id = '{ODD}'"
        for moment in ("2025-12-25 16:59", "2025-12-25 17:00", "2026-01-01 00:00:00+00")
    ]
    counts = "count(*), max(upvotes), count(delisted_at)"
    queries += [
        f"select {counts} from listings_as_of('{moment}') where listing_date = '{DAY}'"
        for moment in ("2025-12-26", "2025-12-27")
    ]
    answer = subprocess.run([python, "-c", AS_OF, copy, *queries], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["[]", "[(3,)]", "[(8,)]", "[(10, 3, 0)]", "[(10, 8, 1)]"]
