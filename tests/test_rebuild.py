"""The warehouse made anew from its landing zone: the same content, whatever happened before, during and to it."""

import multiprocessing
import os
import shutil
import signal

import pytest
from paperhouse import rebuild, transform
from paperhouse.batches import land_readings, land_report, load_batches
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_version
from paperhouse.landing import find_fetch
from paperhouse.load import load_raw
from paperhouse.publish import current_version, is_of_this_project, publish_build
from paperhouse.rebuild import NothingToRebuild, rebuild_warehouse
from paperhouse.rollback import roll_back
from paperhouse.scope import list_waiting
from paperhouse.warehouse import open_build, open_published, open_working

from tests.conftest import build_body, land_body, load_body, make_item, make_reading

DAY = "2025-12-25"
RAW_TABLES = ("fetches", "daily_papers", "reading_batches", "readings", "verdicts", "audit_results")


def be_quiet(line):
    pass


def items(*numbers, **fields):
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def rows(settings, query):
    with open_published(settings) as warehouse:
        return warehouse.execute(query).fetchall()


def read_raw(settings):
    with open_working(settings) as working:
        return {table: sorted(map(str, working.execute(f"from raw.{table}").fetchall())) for table in RAW_TABLES}


def write_history(settings):
    """A shrink that was rejected, readings, a report, a rollback, and an old fetch that is built after newer ones."""
    load_body(settings, DAY, items(1, 2, 3, upvotes=3), "2025-12-26T01:00:00")
    load_body(settings, DAY, items(1), "2025-12-26T02:00:00")
    claim = {"claim_id": "c1", "metric": "accuracy", "value": 91.0, "value_text": "91", "evidence": "We reach 91 %."}
    land_readings(settings, [make_reading("2512.00001", domain_text="Robotics", claims=(claim,))])
    entry = {"listing_date": "2025-12-20", "entry_number": 1, "title": "Reported", "url": "u"}
    entry |= {"reading_source_text": "HTML", "layout": {}}
    land_report(
        settings,
        [make_reading("2512.00009", reader="report:2025-12-20", entry=entry)],
        listing_date="2025-12-20",
        envelope={"head": "# A report\n"},
        file_name="2025-12-20.md",
        body=b"# A report\n",
    )
    load_batches(settings)
    build_warehouse(settings, run_id="run 1", say=be_quiet)
    build_body(settings, "2025-12-26", items(5))
    roll_back(settings)
    load_body(settings, DAY, items(1, 2, 4, upvotes=1), "2025-12-25T12:00:00")
    load_body(settings, "2025-12-27", items(6))
    build_warehouse(settings, run_id="run 2", say=be_quiet)


def test_rebuilt_warehouse_equals_the_one_that_grew(settings, monkeypatch):
    write_history(settings)
    landed, before = [], read_raw(settings)
    tells = "select fetch_id, landing_folder, is_accepted, judged_at, run_id from fetches order by 1"
    told = rows(settings, tells)
    assert [row[2] for row in told].count(False) == 1
    assert rows(settings, "select listing_date::text, count(*) from paper_listings group by 1 order by 1") == [
        ("2025-12-20", 1),
        (DAY, 4),
        ("2025-12-27", 1),
    ]

    def land_meanwhile(*arguments):
        landed.append(load_body(settings, "2025-12-24", items(7)))
        transform.run_dbt(*arguments)

    monkeypatch.setattr(rebuild, "run_dbt", land_meanwhile)
    said = []
    rebuilt = rebuild_warehouse(settings, said.append)
    assert rebuilt.version == current_version(settings)
    assert (rebuilt.unusable, rebuilt.differences) == ([], [])
    assert rebuilt.hash_before == rebuilt.hash_after == hash_version(current_version(settings))
    assert {"5 of 5 fetches read, 0 unusable", "2 of 2 batches read, 0 unusable"} <= set(said)
    assert rows(settings, tells) == told

    # What landed while it worked waits for the next build; all else is in the working database as it was.
    after = read_raw(settings)
    assert [waiting.fetch_id for waiting in list_waiting(settings)] == landed
    assert {table: [row for row in after[table] if landed[0] not in row] for table in RAW_TABLES} == before
    assert not (settings.data_dir / "rebuild").exists()


def test_damaged_folders_are_named_and_the_others_are_rebuilt(settings):
    with pytest.raises(NothingToRebuild, match="no accepted fetch or batch"):
        rebuild_warehouse(settings, be_quiet)
    for day, number in [(DAY, 1), ("2025-12-26", 2), ("2025-12-27", 3)]:
        load_body(settings, day, items(number))
    build_warehouse(settings, say=be_quiet)
    _, damaged, unreadable = sorted(settings.landing_dir.glob("hf/daily/*/*"))
    (damaged / "page-000.json").write_bytes(b"[]")
    (unreadable / "verdict.json").write_bytes(b'{"fetch_id": ')
    halfway = find_fetch(settings, land_body(settings, "2025-12-28", items(4)).fetch_id)
    (halfway / "fetch.json").unlink()
    settings.working_database.unlink()

    rebuilt = rebuild_warehouse(settings, be_quiet)
    reasons = {unusable.folder: unusable.reason for unusable in rebuilt.unusable}
    assert set(reasons) == {damaged, unreadable, halfway}
    assert "page-000.json is not what was received" in reasons[damaged]
    assert reasons[unreadable].startswith("verdict.json cannot be read")
    assert reasons[halfway].startswith("fetch.json is missing")
    assert rows(settings, "select listing_date::text from paper_listings") == [(DAY,)]
    assert "papers: 2 rows only before, 0 only after" in rebuilt.differences


def run_until_killed(function, *arguments):
    child = multiprocessing.get_context("fork").Process(target=function, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def rebuild_and_die(settings, step):
    setattr(rebuild, step, die)
    rebuild_warehouse(settings, be_quiet)


def load_and_die(settings, fetch_id):
    """Leaves a write-ahead log behind."""
    load_raw(settings, fetch_id)
    with open_working(settings) as working:
        working.execute("create table raw.left_over as select 1 as x")
        die()


def test_rebuild_that_is_killed_leaves_a_working_warehouse(settings):
    build_body(settings, DAY, items(1, 2))
    before = hash_version(current_version(settings))
    late = land_body(settings, "2025-12-26", items(3)).fetch_id
    run_until_killed(load_and_die, settings, late)
    log = settings.working_database.with_name("working.duckdb.wal")
    assert log.exists()
    # After reading; and with the new working database in its place beside the old version.
    for step in ("run_dbt", "publish_build"):
        run_until_killed(rebuild_and_die, settings, step)
        assert hash_version(current_version(settings)) == before
    assert not log.exists()
    assert [waiting.fetch_id for waiting in list_waiting(settings)] == [late]
    build_warehouse(settings, late, say=be_quiet)
    assert rows(settings, "select paper_id from papers order by 1") == [(f"2512.0000{n}",) for n in (1, 2, 3)]


def test_room_of_the_private_schemas_is_not_published(settings):
    build_file = settings.build_dir / "warehouse.duckdb"
    with open_build(build_file) as build:
        build.execute("create schema raw")
        build.execute("create table raw.big as select sha256(i::varchar) as text from range(300_000) as t (i)")
        build.execute("create table papers (paper_id varchar not null)")
        build.execute("insert into papers values ('2512.00001')")
        build.execute("comment on column papers.paper_id is 'The arXiv id.'")
    size = build_file.stat().st_size
    version = publish_build(settings, build_file, None)
    assert version.stat().st_size < size / 4
    assert rows(settings, "from papers") == [("2512.00001",)]
    assert rows(settings, "select comment, is_nullable from duckdb_columns() where table_name = 'papers'") == [
        ("The arXiv id.", False)
    ]


def test_changed_seed_acts_on_old_papers_with_the_next_build(settings, monkeypatch, tmp_path):
    build_body(settings, DAY, items(1, title="On zorbification"))
    assert rows(settings, "select * from paper_domains") == []
    project = tmp_path / "project"
    shutil.copytree(transform.REPO / "dbt_project", project / "dbt_project")
    with (project / "dbt_project" / "seeds" / "domain_aliases.csv").open("a") as aliases:
        aliases.write("agents,zorbification,en\n")
    monkeypatch.setattr(transform, "REPO", project)
    said, fetch_id = [], load_body(settings, "2025-12-26", items(2))
    build_warehouse(settings, fetch_id, say=said.append)
    assert "was made by another state of the dbt project" in said[0]
    assert rows(settings, "select paper_id, domain_id, evidence from paper_domains") == [
        ("2512.00001", "agents", "zorbification")
    ]
    assert rows(settings, "select count(*) from fetches") == [(2,)]
    assert is_of_this_project(current_version(settings))
