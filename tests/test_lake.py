"""The lake target: several hosts publish into one DuckLake, and each reads it as an ordinary file of its own."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from paperhouse import publish as publish_module
from paperhouse.build import build_warehouse
from paperhouse.checkup.lake import check_lake
from paperhouse.content_hash import hash_content, hash_version
from paperhouse.doctor import examine, find_exit_code
from paperhouse.lake import pull, push, tidy
from paperhouse.lake.attach import LakeUnusable, open_lake
from paperhouse.lake.pull import pull_newest, pull_version_before
from paperhouse.lake.snapshots import find_newest, find_snapshot_id, list_publications
from paperhouse.migrate import LakeInUse, migrate
from paperhouse.publish import BaseIsStale, current_version, publish_build
from paperhouse.reprocess import reprocess
from paperhouse.rollback import NothingToRollBack, release_held, roll_back
from paperhouse.settings import SettingInvalid, Settings
from paperhouse.verify import verify_version
from paperhouse.warehouse import WarehouseMissing, open_build, open_published, open_version

from . import small_builds
from .airflow_service import make_environment, run_paperhouse
from .bucket import NAME as BUCKET
from .bucket import start_bucket
from .conftest import build_body, land_body, load_body
from .faults.days import DAY, NEXT_DAY, OLD_DAY, listed_days, make_items
from .faults.invariant import assert_published_invariant
from .faults.processes import Child
from .lake_hosts import Lake, build_samples, make_lake, open_outside
from .postgres_server import PASSWORD, Postgres, start_postgres

COMMITS = 20  # of each writer


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with start_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two bundled days, published in a folder of one machine. Tests copy it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("sample") / "data", hf_url="http://127.0.0.1:9")
    build_samples(settings)
    return settings


@pytest.fixture(autouse=True)
def ask_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reader believes for a second that nothing is newer."""
    monkeypatch.setattr(pull, "ASK_AGAIN", 0)


@pytest.fixture
def lake(server: Postgres, tmp_path: Path) -> Lake:
    return make_lake(server, tmp_path)


@pytest.fixture
def filled(lake: Lake, sample: Settings) -> Lake:
    """A lake with the sample days, published from the host "a"."""
    host = lake.host("a")
    shutil.copytree(sample.data_dir, host.data_dir, symlinks=True)
    migrate(host, "lake", say=lambda line: None)
    return lake


def read_all(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple]:
    """Row count and digest of each table in use."""
    tables = [row[0] for row in connection.execute("select table_name from (show tables) as t (table_name)").fetchall()]
    query = 'select count(*), sum(hash(t)) from "{}" as t'
    return {table: connection.execute(query.format(table)).fetchone() for table in tables}


# --- publish and pull -------------------------------------------------------------------------------------------------


def test_another_host_reads_what_one_published_to_the_same_hash(filled: Lake, sample: Settings) -> None:
    one, other = filled.host("a"), filled.host("b")
    with open_published(one) as here, open_published(other) as there:
        assert read_all(here) == read_all(there)
        descriptions = (
            "select table_name, column_name, comment, is_nullable, data_type from duckdb_columns() order by all"
        )
        assert here.execute(descriptions).fetchall() == there.execute(descriptions).fetchall()
        macros = "select function_name, parameters, comment from duckdb_functions() where not internal order by all"
        assert here.execute(macros).fetchall() == there.execute(macros).fetchall() != []
        keys = "select table_name from duckdb_tables() where has_primary_key"
        assert here.execute(keys).fetchall() == there.execute(keys).fetchall()
        assert there.execute("select count(*) from papers_as_of('2026-01-01')").fetchone()[0] > 0
    wanted = hash_version(current_version(sample))
    assert hash_version(current_version(other)) == hash_version(current_version(one)) == wanted
    assert verify_version(other.warehouse_link) == verify_version(one.warehouse_link)
    with open_outside(one) as outside:
        assert hash_content(outside) == wanted


def test_readers_without_paperhouse_find_descriptions_macros_and_versions(filled: Lake) -> None:
    host = filled.host("a")
    with open_outside(host) as outside:
        rows = outside.execute(
            "select comment from duckdb_columns() where database_name = 'lake' and table_name = 'papers'"
        ).fetchall()
        assert len(rows) > 20
        assert all(comment for (comment,) in rows)
        (comment,) = outside.execute(
            "select comment from duckdb_tables() where database_name = 'lake' and table_name = 'papers'"
        ).fetchone()
        assert "paper" in comment.lower()
        assert outside.execute("select count(*) from papers_as_of('2026-01-01')").fetchone()[0] > 0
        assert outside.execute("select count(*) from search_papers('model')").fetchone()[0] > 0
        (message,) = outside.execute(
            "select commit_message from lake.snapshots() order by snapshot_id desc limit 1"
        ).fetchone()
        assert message == f"version {current_version(host).parent.name}"
        with pytest.raises(duckdb.Error, match="read-only"):
            outside.execute("delete from papers")


def test_hosts_build_in_turn_and_end_with_the_hash_of_one_machine(lake: Lake, tmp_path: Path) -> None:
    """The second knows nothing of what the first fetched and judged but through the landing zone."""
    one, other = lake.host("a"), lake.host("b")
    build_body(one, OLD_DAY, make_items(1, 2, 3), "2025-12-24T22:00:00")
    build_body(other, DAY, make_items(3, 4, upvotes=8), "2025-12-25T22:00:00")
    waiting = land_body(other, NEXT_DAY, make_items(6), "2025-12-26T22:00:00").fetch_id  # whoever builds takes it
    build_body(one, OLD_DAY, make_items(1, 2, 3, upvotes=7), "2025-12-26T23:00:00")
    assert listed_days(other) == listed_days(one) == {OLD_DAY: 3, DAY: 2, NEXT_DAY: 1}
    alone = Settings(data_dir=tmp_path / "alone", hf_url=one.hf_url)
    shutil.copytree(one.landing_dir, alone.landing_dir)
    for verdict in alone.landing_dir.rglob("verdict.json"):
        verdict.unlink()
    for folder in sorted(alone.landing_dir.glob("hf/daily/*/*"), key=lambda path: path.name):
        publish_module.current_version(alone)
        load_and_build(alone, folder.name)
    assert hash_version(current_version(alone)) == hash_version(current_version(one))
    with open_outside(one) as outside:
        assert hash_content(outside) == hash_version(current_version(alone))
        told = outside.execute("select count(*) from fetches where fetch_id = ?", [waiting]).fetchone()
    assert told == (1,)


def load_and_build(settings: Settings, fetch_id: str) -> None:
    from paperhouse.load import load_raw

    load_raw(settings, fetch_id)
    build_warehouse(settings, fetch_id, say=lambda line: None)


def test_rejected_list_changes_nothing_in_the_lake_and_travels_with_the_next(filled: Lake) -> None:
    one, other = filled.host("a"), filled.host("b")
    before = find_snapshot_id(one)
    assert build_body(other, "2025-12-25", []).rejected_count == 1
    assert find_snapshot_id(one) == before
    build_body(one, NEXT_DAY, make_items(6))
    with open_published(other) as warehouse:
        assert warehouse.execute("select count(*) from fetches where not is_accepted").fetchone() == (1,)


def test_reprocess_on_one_host_is_seen_by_the_other(filled: Lake) -> None:
    one, other = filled.host("a"), filled.host("b")
    fetch_id = load_body(one, "2025-12-25", [])
    build_warehouse(one, say=lambda line: None)
    build_body(other, NEXT_DAY, make_items(6))  # its working database knows the first verdict now
    judged_before = read_verdicts(other)[fetch_id]
    reprocess(one, say=lambda line: None)
    build_body(other, "2025-12-27", make_items(7))
    assert read_verdicts(other)[fetch_id] > judged_before
    assert read_verdicts(other) == read_verdicts(one)


def read_verdicts(settings: Settings) -> dict:
    from paperhouse.scope import list_waiting
    from paperhouse.warehouse import open_working

    list_waiting(settings)
    with open_working(settings) as working:
        return dict(working.execute("select fetch_id, judged_at from raw.verdicts").fetchall())


# --- several at once --------------------------------------------------------------------------------------------------


def add_row(settings: Settings, base: Path | None, day: str, number: int) -> Path:
    """A build: the base and one more row, as a copy of what was published then."""
    file = settings.build_dir / "warehouse.duckdb"
    shutil.rmtree(settings.build_dir, ignore_errors=True)
    file.parent.mkdir(parents=True)
    if base:
        shutil.copyfile(base, file)
    with open_build(file) as build:
        build.execute("create table if not exists papers (listing_date date not null, number integer)")
        build.execute("insert into papers values (?, ?)", [day, number])
    return file


def commit_rows(settings: Settings, day: str) -> None:
    """As a host does whose lock was lost: take what is published, add a row of a date, publish, and again if stale."""
    for number in range(COMMITS):
        while True:
            base = pull_newest(settings)
            try:
                publish_build(settings, add_row(settings, base, day, number), base)
                break
            except BaseIsStale:
                continue


def test_two_writers_at_once_without_a_lock_lose_no_commit(lake: Lake) -> None:
    """Only the compare-and-swap of the commit stands between them: each works on its own copy of what was published."""
    writers = [Child(commit_rows, lake.host(day), day) for day in (DAY, NEXT_DAY)]
    assert [writer.wait(300) for writer in writers] == [None, None]
    host = lake.host("reader")
    with open_published(host) as warehouse:
        counts = warehouse.execute(
            "select listing_date::varchar, count(*), count(distinct number) from papers group by 1"
        )
        assert sorted(counts.fetchall()) == [(DAY, COMMITS, COMMITS), (NEXT_DAY, COMMITS, COMMITS)]
    assert len({one.version for one in list_publications(host)}) == 2 * COMMITS


def build_days(settings: Settings, day: str, numbers: range) -> None:
    for number in numbers:
        build_body(settings, day, make_items(*range(numbers.start, number + 1)))


@pytest.mark.distributed
def test_two_writers_on_two_dates_at_once_lose_no_day(lake: Lake, tmp_path: Path) -> None:
    """The whole build loop: 40 fetches, each published, and the same content as on one machine."""
    one, other = lake.host("a"), lake.host("b")
    build_body(one, OLD_DAY, make_items(1, 2, 3))
    writers = [
        Child(build_days, one, DAY, range(100, 100 + COMMITS)),
        Child(build_days, other, NEXT_DAY, range(200, 200 + COMMITS)),
    ]
    assert [writer.wait(1800) for writer in writers] == [None, None]
    assert listed_days(one) == listed_days(other) == {OLD_DAY: 3, DAY: COMMITS, NEXT_DAY: COMMITS}
    with open_outside(one) as outside:
        told = outside.execute("select count(*) from fetches where is_accepted").fetchone()[0]
        published = outside.execute("select count(*), sum(fetch_count) from publish_log").fetchone()
    assert told == 2 * COMMITS + 1
    assert published[1] == 2 * COMMITS + 1
    assert_published_invariant(one, recompute=True)


def publish_generations(settings: Settings, count: int) -> None:
    for generation in range(2, count + 2):
        pull_newest(settings)
        small_builds.publish(settings, generation)


def test_readers_meet_whole_snapshots_while_two_hosts_publish(lake: Lake) -> None:
    small_builds.publish(lake.host("a"), 1)
    writer = Child(publish_generations, lake.host("a"), 6)
    seen = []
    with open_outside(lake.host("reader")) as outside:
        while writer.process.is_alive():
            outside.execute("begin")
            papers = outside.execute("select distinct generation from papers").fetchall()
            status = outside.execute("select generation from day_status").fetchall()
            outside.execute("commit")
            assert papers == status
            assert len(papers) == 1
            seen.append(papers[0][0])
    assert writer.wait() is None
    assert seen == sorted(seen)
    assert len(set(seen)) > 3


def test_stale_base_is_refused_before_and_at_the_commit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = lake.host("a"), lake.host("b")
    small_builds.publish(one, 1)
    pull_newest(other)
    base, build = current_version(other), small_builds.make_build(other, 3)
    small_builds.publish(one, 2)
    with pytest.raises(BaseIsStale, match="the lake's version is"):
        publish_build(other, build, base)


def test_commit_that_is_overtaken_is_stale_although_no_row_is_in_conflict(lake: Lake, monkeypatch) -> None:
    """DuckLake alone would take both: they touch other rows. But a version is computed from all of its base."""
    one, other = lake.host("a"), lake.host("b")
    publish_build(one, add_row(one, None, OLD_DAY, 1), None)
    base = pull_newest(other)
    write_tables = push._write_tables

    def write_and_be_overtaken(*arguments: object) -> None:
        write_tables(*arguments)
        monkeypatch.setattr(push, "_write_tables", write_tables)
        publish_build(one, add_row(one, current_version(one), DAY, 2), current_version(one))

    monkeypatch.setattr(push, "_write_tables", write_and_be_overtaken)
    with pytest.raises(BaseIsStale, match="in the meantime"):
        publish_build(other, add_row(other, base, NEXT_DAY, 3), base)
    with open_published(other) as warehouse:
        assert warehouse.execute("select number from papers order by all").fetchall() == [(1,), (2,)]


# --- rollback, time travel, tidying -----------------------------------------------------------------------------------


def test_rollback_on_one_host_takes_every_host_back_until_the_release(filled: Lake) -> None:
    one, other = filled.host("a"), filled.host("b")
    before = hash_version(pull_newest(other))
    build_body(one, NEXT_DAY, make_items(6))
    after = hash_version(current_version(one))
    done = roll_back(other)  # it never saw the version that it leaves
    assert len(done["held_fetches"]) == 1
    assert hash_version(pull_newest(one)) == hash_version(current_version(other)) == before
    with open_outside(one) as outside:
        assert hash_content(outside) == before
    with pytest.raises(NothingToRollBack):
        roll_back(one)
    built = build_body(one, "2025-12-27", make_items(7))  # its working database learns of the hold
    assert built.accepted_count == 1
    assert NEXT_DAY not in listed_days(one)
    release_held(other)
    assert listed_days(one)[NEXT_DAY] == 1
    assert after != hash_version(current_version(one))
    assert_published_invariant(one, recompute=True)


def test_time_travel_by_snapshot_and_by_time_survives_tidying(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    host = lake.host("a")
    for generation in range(1, 9):
        small_builds.publish(host, generation)
    snapshots = [(one.snapshot_id, one.published_at) for one in reversed(list_publications(host))]
    monkeypatch.setattr(tidy, "TIDY_EVERY", 1)
    small_builds.publish(host, 9)
    assert find_newest(host).snapshot_id > 9  # tidying makes snapshots, and they tell of the same version
    assert find_newest(host).version == current_version(host).parent.name
    with open_outside(host) as outside:
        for generation, (snapshot_id, published_at) in enumerate(snapshots, 1):
            for at in (f"version => {snapshot_id}", f"timestamp => timestamptz '{published_at.isoformat()}'"):
                query = f"select distinct generation, count(*) from papers at ({at}) group by 1"
                assert outside.execute(query).fetchall() == [(generation, 2000)], at
    before = pull_version_before(host, current_version(host))
    with open_version(before) as warehouse:
        assert warehouse.execute("select distinct generation from papers").fetchall() == [(8,)]


def test_tidying_lets_go_of_old_snapshots_and_files_but_not_of_the_last_versions(lake: Lake, monkeypatch) -> None:
    host = lake.host("a")
    for generation in range(1, 9):
        small_builds.publish(host, generation)
    files = list(Path(host.lake_data).rglob("*.parquet"))
    monkeypatch.setattr(tidy, "TIDY_EVERY", 1)
    monkeypatch.setattr(tidy, "KEPT_DAYS", 0)
    monkeypatch.setattr(tidy, "SPARED_DAYS", 0)
    small_builds.publish(host, 9)
    small_builds.publish(host, 10)
    kept = {one.version for one in list_publications(host)}
    assert current_version(host).parent.name in kept
    assert len(list(Path(host.lake_data).rglob("*.parquet"))) < len(files)
    verify_version(pull_newest(lake.host("b")))
    with open_outside(host) as outside:
        assert outside.execute("select distinct generation from papers").fetchall() == [(10,)]


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_lost_file_of_the_lake_is_named_and_readers_keep_what_they_have(filled: Lake) -> None:
    one, other = filled.host("a"), filled.host("b")
    for file in Path(one.lake_data).rglob("papers/*.parquet"):
        file.unlink()
    with pytest.raises(LakeUnusable) as trouble:
        pull_newest(other)
    assert PASSWORD not in str(trouble.value)
    with open_published(one) as warehouse:
        assert warehouse.execute("select count(*) from papers").fetchone()[0] > 0
    with pytest.raises(LakeUnusable), open_published(other):
        pass


def test_foreign_rows_in_the_lake_are_found_when_a_host_pulls(filled: Lake) -> None:
    with open_outside(filled.host("a"), "data_path '" + filled.data + "'") as outside:
        outside.execute("update papers set upvotes = 1000000")
    one, other = filled.host("a"), filled.host("b")
    pull_newest(other)  # a snapshot of somebody else is no publication
    assert hash_version(current_version(other)) == hash_version(current_version(one))
    with pytest.raises(LakeUnusable, match="the table papers of the lake is not what was written"):
        build_body(one, NEXT_DAY, make_items(6))
    assert find_newest(one).version == current_version(one).parent.name


def test_catalog_that_is_down_stops_builds_and_no_reader(filled: Lake) -> None:
    host = filled.host("a")
    away = replace(host, lake_catalog=f"postgresql://paperhouse:{PASSWORD}@127.0.0.1:9/gone")
    with open_published(away) as warehouse:
        assert warehouse.execute("select count(*) from papers").fetchone()[0] > 0
    with pytest.raises(LakeUnusable, match="PAPERHOUSE_LAKE_CATALOG") as trouble:
        pull_newest(away)
    assert PASSWORD not in str(trouble.value)
    (finding,) = check_lake(away)
    assert finding.level == "problem"
    (finding,) = check_lake(host)
    assert finding.level == "ok"
    assert current_version(host).parent.name in finding.seen
    assert find_exit_code(examine(host)) < 2


def test_empty_lake_is_said_as_it_is(lake: Lake, sample: Settings) -> None:
    host = lake.host("a")
    with pytest.raises(WarehouseMissing), open_published(host):
        pass
    shutil.copytree(sample.data_dir, host.data_dir, symlinks=True, dirs_exist_ok=True)
    with pytest.raises(LakeUnusable, match="migrate --to lake"):
        pull_newest(host)


# --- migrate ----------------------------------------------------------------------------------------------------------


def test_migrate_to_the_lake_and_back_keeps_the_content_hash(lake: Lake, sample: Settings) -> None:
    host = lake.host("a")
    shutil.copytree(sample.data_dir, host.data_dir, symlinks=True)
    environment = make_environment(
        host.data_dir,
        PAPERHOUSE_LAKE_CATALOG=host.lake_catalog,
        PAPERHOUSE_LAKE_DATA=host.lake_data,
        PAPERHOUSE_LANDING=host.landing,
    )
    wanted = hash_version(current_version(sample))
    done = run_paperhouse("migrate", "--to", "lake", environment=environment)
    assert done.returncode == 0, done.stdout
    assert f"content hash before: {wanted}\ncontent hash after:  {wanted}, equal" in done.stdout
    assert PASSWORD not in done.stdout
    again = run_paperhouse("migrate", "--to", "lake", environment=environment)
    assert ", equal" in again.stdout
    build_body(host, NEXT_DAY, make_items(6))
    newer = hash_version(current_version(host))
    back = lake.host("back")
    assert migrate(back, "local", say=lambda line: None) == newer
    local = replace(back, target="local", landing=None)
    assert listed_days(local)[NEXT_DAY] == 1
    build_body(local, "2025-12-27", make_items(7))
    assert listed_days(local) == {**listed_days(host), "2025-12-27": 1}
    assert_published_invariant(local, recompute=True)


def test_migrate_refuses_a_lake_of_another_warehouse(filled: Lake, sample: Settings) -> None:
    stranger = filled.host("stranger")
    build_body(replace(stranger, target="local", landing=None), OLD_DAY, make_items(1))
    with pytest.raises(LakeInUse, match="holds version"):
        migrate(stranger, "lake", say=lambda line: None)


def test_migrate_names_what_is_not_set(sample: Settings) -> None:
    with pytest.raises(SettingInvalid, match="PAPERHOUSE_LAKE_CATALOG"):
        migrate(sample, "lake")


# --- on S3 ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """A lake whose files, and what landed, are in a bucket."""
    with start_bucket() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        lake = make_lake(server, tmp_path, data=f"s3://{BUCKET}/lake")
        yield replace(lake, landing=f"s3://{BUCKET}/landing")


def test_lake_on_s3_is_published_pulled_read_and_brought_back(bucket: Lake, sample: Settings) -> None:
    one, other = bucket.host("a"), bucket.host("b")
    shutil.copytree(sample.data_dir, one.data_dir, symlinks=True)
    wanted = hash_version(current_version(sample))
    assert migrate(one, "lake", say=lambda line: None) == wanted
    assert hash_version(pull_newest(other)) == wanted
    build_body(other, NEXT_DAY, make_items(6), "2025-12-26T22:00:00")
    newest = hash_version(current_version(other))
    assert listed_days(one)[NEXT_DAY] == 1
    with open_lake(one) as lake:
        lake.execute("use lake")
        assert hash_content(lake) == newest
    shutil.rmtree(one.data_dir)
    assert migrate(one, "local", say=lambda line: None) == newest
    assert_published_invariant(replace(one, target="local", landing=None), recompute=True)


def test_lake_on_s3_names_the_credentials_that_are_not_set(bucket: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SettingInvalid, match="AWS_SECRET_ACCESS_KEY"), open_lake(bucket.host("a")):
        pass
