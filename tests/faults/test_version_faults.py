"""Faults 19 to 25 and 49 to 51: what happens to a version after it was built, and to what it was built from."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from paperhouse.batches import land_readings, load_batches
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_version
from paperhouse.landing import LandingDamaged, find_fetch
from paperhouse.load import load_raw
from paperhouse.publish import KEPT_VERSIONS, MANIFEST, current_version, is_of_this_project, list_versions, read_back
from paperhouse.rebuild import rebuild_warehouse
from paperhouse.rollback import release_held, roll_back
from paperhouse.settings import REPO, Settings
from paperhouse.verify import VersionDamaged, verify_version
from paperhouse.warehouse import (
    STORAGE_VERSION,
    DatabaseUnusable,
    open_console,
    open_published,
    open_version,
    open_working,
)

from tests.conftest import build_body, land_body, load_body, make_item, make_reading
from tests.faults.invariant import assert_published_invariant
from tests.small_builds import publish

DAYS = ("2025-12-24", "2025-12-25")
NEXT_DAY = "2025-12-26"
NOBODY = 65534
SECOND_READER = REPO / ".venv-duckdb2" / "bin" / "python"
fork = multiprocessing.get_context("fork")


def be_quiet(line):
    pass


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("versions") / "data", hf_url="http://127.0.0.1:9")
    for number, day in enumerate(DAYS, 1):
        build_body(settings, day, [make_item(f"2512.0000{number}", title="On tidal locking")], f"{day}T12:00:00")
    return settings


@pytest.fixture
def settings(built, tmp_path) -> Settings:
    """A warehouse of two days and two versions, to be damaged."""
    shutil.copytree(built.data_dir, tmp_path / "data", symlinks=True)
    return replace(built, data_dir=tmp_path / "data")


@pytest.fixture
def empty(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path / "empty", hf_url="http://127.0.0.1:9")


def list_dates(settings):
    with open_published(settings) as warehouse:
        query = "select distinct listing_date::text from paper_listings order by 1"
        return [row[0] for row in warehouse.execute(query).fetchall()]


def damage(file, position, count=1):
    content = bytearray(file.read_bytes())
    content[position : position + count] = bytes(byte ^ 0xFF for byte in content[position : position + count])
    file.chmod(0o644)
    file.write_bytes(content)
    file.chmod(0o444)


def test_fault_19_flipped_byte_is_found_and_rollback_restores_the_version_before(settings):
    older, current = list_versions(settings)
    assert verify_version(settings.warehouse_link) == json.loads(current.with_name(MANIFEST).read_bytes())["row_counts"]
    size, sound = current.stat().st_size, current.read_bytes()
    for position in [0, 9, 5000, size - 1, size // 4, size // 3, size // 2]:
        damage(current, position)
        with pytest.raises(VersionDamaged, match="rollback"):
            verify_version(current)
        damage(current, position)
    assert current.read_bytes() == sound
    damage(current, size // 2)

    assert roll_back(settings)["version"] == older.parent.name
    assert current_version(settings) == older
    assert list_dates(settings) == [DAYS[0]]
    verify_version(settings.warehouse_link)
    release_held(settings)
    assert list_dates(settings) == [*DAYS]
    assert_published_invariant(settings)


@pytest.mark.parametrize("spoil", ["cut", "no manifest", "other counts", "left-over log"])
def test_fault_19_other_damage_is_found(settings, spoil):
    version = current_version(settings)
    manifest = version.with_name(MANIFEST)
    if spoil == "cut":
        os.truncate(version, version.stat().st_size // 2)
    elif spoil == "no manifest":
        manifest.unlink()
    elif spoil == "other counts":
        told = json.loads(manifest.read_bytes())
        manifest.write_text(json.dumps(told | {"row_counts": {**told["row_counts"], "papers": 99}}))
    else:
        version.with_name("warehouse.duckdb.wal").write_bytes(b"left over")
    with pytest.raises(VersionDamaged):
        verify_version(version)


def test_fault_19_rebuild_replaces_a_damaged_version_and_rollback_passes_over_it(settings):
    (older, current), before = list_versions(settings), hash_version(current_version(settings))
    damage(current, 4096, current.stat().st_size - 8192)
    rebuilt = rebuild_warehouse(settings, be_quiet)
    assert (rebuilt.hash_before, rebuilt.hash_after) == (None, before)
    assert roll_back(settings)["version"] == older.parent.name
    assert_published_invariant(settings)


@pytest.mark.parametrize("left", [0, 40], ids=["empty", "truncated"])
@pytest.mark.parametrize("name", ["page-000.json", "fetch.json"])
def test_fault_20_truncated_raw_file_is_never_loaded(empty, name, left):
    damaged = land_body(empty, DAYS[0], [make_item("2512.00001")]).fetch_id
    os.truncate(find_fetch(empty, damaged) / name, left)
    with pytest.raises(LandingDamaged, match=r"remove .* and fetch"):
        load_raw(empty, damaged)
    sound = load_body(empty, DAYS[0], [make_item("2512.00001")])
    with open_working(empty) as working:
        assert working.execute("select fetch_id from raw.fetches").fetchall() == [(sound,)]
        assert working.execute("select distinct fetch_id from raw.daily_papers").fetchall() == [(sound,)]


@pytest.mark.parametrize("left", [0, 40], ids=["empty", "truncated"])
@pytest.mark.parametrize("name", ["readings.jsonl", "batch.json"])
def test_fault_20_truncated_readings_are_never_loaded(empty, name, left):
    batch = land_readings(empty, [make_reading("2512.00001")])
    os.truncate(empty.readings_dir / batch.batch_id / name, left)
    with pytest.raises(LandingDamaged, match="remove"):
        load_batches(empty)
    with open_working(empty) as working:
        assert working.execute("select count(*) from raw.readings").fetchone() == (0,)


def make_foreign_log(folder: Path) -> Path:
    """The log of another database of the same name and tables, whose writer was killed."""
    code = (
        "import os, sys; from pathlib import Path; from paperhouse.warehouse import open_build\n"
        "with open_build(Path(sys.argv[1])) as con:\n"
        "    con.execute('create schema raw; create table raw.fetches (x integer)')\n"
        "    con.execute('create table papers (paper_id varchar)'); con.execute('checkpoint')\n"
        "    con.execute(\"insert into papers values ('foreign')\"); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder / "warehouse.duckdb")], check=False)
    assert killed.returncode == -signal.SIGKILL
    return folder / "warehouse.duckdb.wal"


def test_fault_21_foreign_log_beside_a_left_over_build_is_removed(settings, tmp_path):
    settings.build_dir.mkdir()
    shutil.copy(current_version(settings), settings.build_dir / "warehouse.duckdb")
    shutil.copy(make_foreign_log(tmp_path), settings.build_dir / "warehouse.duckdb.wal")
    build_body(settings, NEXT_DAY, [make_item("2512.00003")])
    with open_published(settings) as warehouse:
        assert warehouse.execute("select paper_id from papers order by 1").fetchall() == [
            (f"2512.0000{number}",) for number in (1, 2, 3)
        ]
    assert_published_invariant(settings)


def test_fault_21_foreign_log_beside_published_and_working_is_refused_until_a_rebuild(settings, tmp_path):
    """What the storage version buys: with DuckDB's default one these rows would appear in both files."""
    before, log = hash_version(current_version(settings)), make_foreign_log(tmp_path)
    shutil.copy(log, current_version(settings).with_name("warehouse.duckdb.wal"))
    fix = r"WAL does not match.* remove a \.wal beside it"
    with pytest.raises(DatabaseUnusable, match=fix), open_published(settings):
        pass
    with pytest.raises(DatabaseUnusable, match="WAL does not match"), open_console(settings):
        pass
    shutil.copy(log, settings.working_database.with_name("working.duckdb.wal"))
    with pytest.raises(DatabaseUnusable, match=r"WAL does not match.* paperhouse rebuild"), open_working(settings):
        pass
    rebuilt = rebuild_warehouse(settings, be_quiet)
    assert (rebuilt.hash_before, rebuilt.hash_after) == (None, before)
    with open_working(settings) as working:
        assert working.execute("select count(*) from raw.fetches").fetchone() == (2,)
    assert_published_invariant(settings)


def test_fault_21_foreign_log_of_a_missing_working_database_is_removed(settings, tmp_path):
    settings.working_database.unlink()
    shutil.copy(make_foreign_log(tmp_path), settings.working_database.with_name("working.duckdb.wal"))
    with open_working(settings) as working:
        assert working.execute("select count(*) from raw.fetches").fetchone() == (2,)


def read_in_a_loop(settings, stop, answers):
    while not stop.is_set():
        try:
            with open_published(settings) as warehouse:
                count, low, high = warehouse.execute(
                    "select count(*), min(generation), max(generation) from papers"
                ).fetchone()
                other = warehouse.execute("select generation from day_status").fetchone()[0]
            answers.put("torn" if count != 2000 or len({low, high, other}) != 1 else low)
        except Exception as error:
            answers.put(f"{type(error).__name__}: {error}")
    answers.put(None)


def test_fault_22_readers_meet_no_error_while_150_versions_are_published(empty):
    publish(empty, 0)
    stop, queues = fork.Event(), [fork.Queue() for _ in range(2)]
    readers = [fork.Process(target=read_in_a_loop, args=(empty, stop, queue)) for queue in queues]
    for reader in readers:
        reader.start()
    for generation in range(1, 151):
        publish(empty, generation)
    stop.set()
    for reader, queue in zip(readers, queues, strict=True):
        seen = list(iter(queue.get, None))
        reader.join()
        assert [answer for answer in seen if not isinstance(answer, int)] == []
        assert len(seen) > 20
        assert seen == sorted(seen)
    verify_version(empty.warehouse_link)


def test_fault_23_reader_of_a_pruned_version_finishes(empty):
    first = publish(empty, 0)
    whole = "select count(*), max(generation), bit_xor(hash(text)) from papers"
    with open_published(empty) as warehouse, open_console(empty) as console:
        before = warehouse.execute("select max(generation) from day_status").fetchall()
        for generation in range(1, KEPT_VERSIONS + 1):
            publish(empty, generation)
        assert before == [(0,)]
        assert not first.exists()
        assert warehouse.execute(whole).fetchall() == console.execute(whole).fetchall()
        assert warehouse.execute(whole).fetchone()[:2] == (2000, 0)
    verify_version(empty.warehouse_link)


def hold_for_writing(version, is_open):
    with duckdb.connect(str(version)):
        is_open.set()
        signal.pause()


def test_fault_24_program_that_opened_the_version_for_writing_does_not_stop_a_publish(settings):
    version, is_open = current_version(settings), fork.Event()
    version.chmod(0o644)  # its owner may do that, and root needs not even that
    program = fork.Process(target=hold_for_writing, args=(version, is_open))
    program.start()
    is_open.wait()
    try:
        with pytest.raises(DatabaseUnusable, match="close what holds it open"), open_version(version):
            pass
        build_body(settings, NEXT_DAY, [make_item("2512.00003")])
    finally:
        program.kill()
        program.join()
    assert list_dates(settings) == [*DAYS, NEXT_DAY]
    assert_published_invariant(settings)


def try_to_write(version, answers):
    """As a user who is not root: as root the mode of a file forbids nothing."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        duckdb.connect(str(version)).execute("delete from papers")
        answers.put("written")
    except duckdb.Error as error:
        answers.put(str(error))
    try:
        version.open("r+b").close()
        answers.put("written")
    except OSError as error:
        answers.put(str(error))
    with open_version(version) as warehouse:
        answers.put(warehouse.execute("select count(*) from papers").fetchone()[0])


def test_fault_25_published_file_cannot_be_opened_for_writing(empty):
    published = publish(empty, 1)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is closed to other users
        version = Path(shutil.copy2(published, folder))
        Path(folder).chmod(0o755)
        answers = fork.Queue()
        user = fork.Process(target=try_to_write, args=(version, answers))
        user.start()
        said = [answers.get(timeout=60) for _ in range(3)]
        user.join()
        assert version.read_bytes() == published.read_bytes()
    assert ["Permission denied" in answer for answer in said[:2]] == [True, True]
    assert said[2] == 2000
    verify_version(empty.warehouse_link)


def test_fault_49_all_versions_are_made_again_from_the_landing_zone(settings):
    before = hash_version(current_version(settings))
    shutil.rmtree(settings.versions_dir)
    assert rebuild_warehouse(settings, be_quiet).hash_after == before
    verify_version(settings.warehouse_link)
    assert_published_invariant(settings)


def test_fault_49_missing_working_database_is_read_again_by_the_next_build(settings):
    settings.working_database.unlink()
    shutil.rmtree(settings.versions_dir)
    build_body(settings, NEXT_DAY, [make_item("2512.00003")])
    assert list_dates(settings) == [*DAYS, NEXT_DAY]
    assert_published_invariant(settings)


def test_fault_50_storage_version_is_that_of_the_oldest_client_of_the_readme(settings):
    with open_published(settings) as warehouse:
        query = "select tags['storage_version'] from duckdb_databases() where not internal"
        tag = warehouse.execute(query).fetchone()[0]
    assert STORAGE_VERSION == "v1.4.0"
    assert tag.startswith(STORAGE_VERSION)
    assert "any DuckDB client from 1.4 on" in (REPO / "README.md").read_text()
    head = current_version(settings).read_bytes()[:20]
    assert (head[8:12], int.from_bytes(head[12:20], "little")) == (b"DUCK", 67)  # DuckDB 1.4 reads 64 to 67


def test_fault_50_next_generation_of_duckdb_reads_every_table_and_macro(settings):
    if not SECOND_READER.exists():
        pytest.skip("no second environment: `make test` sets up .venv-duckdb2 with DuckDB 2.0")
    code = """if True:
        import duckdb, json, sys
        con = duckdb.connect(sys.argv[1], read_only=True)
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
        rows = {name: con.execute(f'select count(*), bit_xor(hash(t)) from "{name}" as t').fetchone()[0]
                for (name,) in tables}
        macros = [con.execute("select count(*) from " + macro).fetchone()[0] for macro in
                  ("papers_as_of('2026-12-01')", "listings_as_of('2026-12-01')", "search_papers('tidal locking')")]
        print(json.dumps([duckdb.__version__, rows, macros]))
    """
    answer = subprocess.run(
        [SECOND_READER, "-c", code, str(settings.warehouse_link)], capture_output=True, text=True, check=True
    )
    manifest = json.loads(current_version(settings).with_name(MANIFEST).read_bytes())
    assert json.loads(answer.stdout) == ["2.0.0", manifest["row_counts"], [2, 2, 2]]


def make_older(settings) -> Path:
    """Both databases as an earlier release would have left them: fewer tables and columns, another dbt project."""
    version = current_version(settings)
    version.chmod(0o644)
    with duckdb.connect(str(version)) as warehouse:
        for table in ("publish_log", "paper_votes", "reading_batches"):
            warehouse.execute(f"drop table {table}")
        warehouse.execute("drop macro table search_papers")
    version.chmod(0o444)
    manifest = version.with_name(MANIFEST)
    told = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({"base": told["base"], "project": "older", "row_counts": read_back(version)}))
    with duckdb.connect(str(settings.working_database)) as working:
        working.execute("drop table raw.schema_hash; drop table raw.readings")
        working.execute("alter table raw.audit_results drop column message")
    return version


def test_fault_51_working_database_of_an_earlier_release_is_read_anew(settings):
    with duckdb.connect(str(settings.working_database)) as working:
        working.execute("update raw.schema_hash set sha256 = 'older'; drop table raw.readings")
    with open_working(settings) as working:
        assert working.execute("select count(*) from raw.readings").fetchone() == (0,)
        assert working.execute("select count(*) from raw.verdicts where is_accepted").fetchone() == (2,)


def test_fault_51_files_of_an_earlier_release_migrate_with_the_next_build_and_back(settings):
    before = make_older(settings)
    build_body(settings, NEXT_DAY, [make_item("2512.00003")])
    assert is_of_this_project(current_version(settings))
    assert list_dates(settings) == [*DAYS, NEXT_DAY]
    verify_version(settings.warehouse_link)
    migrated = hash_version(current_version(settings))
    assert rebuild_warehouse(settings, be_quiet).hash_after == migrated

    roll_back(settings)
    held = roll_back(settings)
    assert held["version"] == before.parent.name
    assert list_dates(settings) == [*DAYS]
    assert build_warehouse(settings, say=be_quiet).version is None
    release_held(settings)
    assert hash_version(current_version(settings)) == migrated
    assert_published_invariant(settings)
