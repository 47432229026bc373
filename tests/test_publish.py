"""Publishing and what readers see of it, with small real DuckDB files."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from paperhouse.locking import LockTimeout, hold_lock
from paperhouse.publish import (
    KEPT_VERSIONS,
    BaseIsStale,
    ReadBackFailed,
    current_version,
    list_versions,
    publish_build,
    read_back,
)
from paperhouse.settings import REPO
from paperhouse.warehouse import STORAGE_VERSION, WarehouseMissing, open_build, open_published

SECOND_READER = REPO / ".venv-duckdb2" / "bin" / "python"


def make_build(settings, generation, row_count=2000):
    build_file = settings.build_dir / "warehouse.duckdb"
    shutil.rmtree(settings.build_dir, ignore_errors=True)
    with open_build(build_file) as build:
        build.execute("create schema raw; create table raw.secret as select 1 as x")
        build.execute(
            f"create table papers as select {generation} as generation, md5(i::varchar) as text "
            f"from range({row_count}) as t (i)"
        )
        build.execute(f"create table day_status as select {generation} as generation")
        build.execute("comment on table papers is 'One row per paper.'")
    return build_file


def publish(settings, generation):
    return publish_build(settings, make_build(settings, generation), current_version(settings))


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


def test_readers_meet_no_error_while_a_hundred_versions_are_published(settings):
    publish(settings, 0)
    stop, queues = multiprocessing.Event(), [multiprocessing.SimpleQueue() for _ in range(2)]
    readers = [multiprocessing.Process(target=read_in_a_loop, args=(settings, stop, queue)) for queue in queues]
    for reader in readers:
        reader.start()
    answers = [[], []]
    for generation in range(1, 101):
        publish(settings, generation)
        for queue, seen in zip(queues, answers, strict=True):
            while not queue.empty():
                seen.append(queue.get())
    stop.set()
    for reader, queue, seen in zip(readers, queues, answers, strict=True):
        while reader.is_alive() or not queue.empty():
            if not queue.empty():
                seen.append(queue.get())
        reader.join()
    for seen in answers:
        assert [answer for answer in seen if not isinstance(answer, int)] == []
        assert len(seen) > 20
        assert seen == sorted(seen)


def test_link_is_relative_and_old_versions_go(settings):
    for generation in range(KEPT_VERSIONS + 3):
        publish(settings, generation)
    assert not settings.warehouse_link.readlink().is_absolute()
    assert len(list_versions(settings)) == KEPT_VERSIONS
    assert current_version(settings) == list_versions(settings)[-1].resolve()


def test_private_schemas_stay_private_and_comments_travel(settings):
    publish(settings, 1)
    with open_published(settings) as warehouse:
        assert warehouse.execute("select distinct table_schema from information_schema.tables").fetchall() == [
            ("main",)
        ]
        assert warehouse.execute("select comment from duckdb_tables() where table_name = 'papers'").fetchall() == [
            ("One row per paper.",)
        ]


def test_published_file_has_the_storage_version_old_readers_know(settings):
    version = publish(settings, 1)
    with open_published(settings) as warehouse:
        tags = warehouse.execute("select tags from duckdb_databases() where not internal").fetchone()[0]
    assert tags["storage_version"].startswith(STORAGE_VERSION)
    assert version.stat().st_mode & 0o222 == 0


def test_next_generation_of_duckdb_reads_the_published_file(settings):
    if not SECOND_READER.exists():
        pytest.skip("no second environment: `make test` sets up .venv-duckdb2 with DuckDB 2.0")
    publish(settings, 7)
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); "
        "print(duckdb.__version__, con.execute('select count(*), max(generation) from papers').fetchone())"
    )
    answer = subprocess.run(
        [SECOND_READER, "-c", code, str(settings.warehouse_link)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "2.0.0 (2000, 7)"


def test_build_on_a_stale_base_is_refused(settings):
    base = publish(settings, 1)
    newer = publish(settings, 2)
    with pytest.raises(BaseIsStale):
        publish_build(settings, make_build(settings, 3), base)
    assert current_version(settings) == newer.resolve()
    assert len(list_versions(settings)) == 2


def test_file_that_does_not_read_back_is_not_published(settings):
    before = publish(settings, 1)
    build_file = make_build(settings, 2, row_count=200_000)
    content = bytearray(build_file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(byte ^ 0xFF for byte in content[middle : middle + 4096])
    build_file.write_bytes(content)
    with pytest.raises((ReadBackFailed, duckdb.Error)):
        publish_build(settings, build_file, before)
    assert current_version(settings) == before.resolve()


def test_file_with_a_write_ahead_log_is_not_read_back(settings):
    build_file = make_build(settings, 1)
    build_file.with_name("warehouse.duckdb.wal").write_bytes(b"left over")
    with pytest.raises(ReadBackFailed, match="write-ahead log"):
        read_back(build_file)


def test_foreign_write_ahead_log_is_refused_and_never_merged(settings, tmp_path):
    """What the storage version buys: with DuckDB's default one these rows would appear in the warehouse."""
    other = tmp_path / "other" / "warehouse.duckdb"
    code = (
        "import os, sys; from pathlib import Path; from paperhouse.warehouse import open_build\n"
        "with open_build(Path(sys.argv[1])) as con:\n"
        "    con.execute('create table papers (generation integer, text varchar)'); con.execute('checkpoint')\n"
        "    con.execute('insert into papers values (666, 1)'); os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(other)], check=False)
    assert killed.returncode == -signal.SIGKILL
    version = publish(settings, 1)
    shutil.copy(other.with_name("warehouse.duckdb.wal"), version.with_name("warehouse.duckdb.wal"))
    with pytest.raises(duckdb.Error, match="WAL does not match"), open_published(settings):
        pass


def test_nothing_published_yet_says_what_to_do(settings):
    with pytest.raises(WarehouseMissing, match="make run DATE="), open_published(settings):
        pass


def hold_until_killed(path):
    with hold_lock(Path(path), timeout=1):
        signal.pause()


def is_free(path):
    try:
        with hold_lock(path, timeout=0):
            return True
    except LockTimeout:
        return False


def test_lock_of_a_killed_process_is_free_at_once(tmp_path):
    path = tmp_path / "locks" / "publish.lock"
    holder = multiprocessing.Process(target=hold_until_killed, args=(path,))
    holder.start()
    while is_free(path):
        pass
    with pytest.raises(LockTimeout, match="another paperhouse process holds it"), hold_lock(path, timeout=0):
        pass
    holder.kill()
    holder.join()
    with hold_lock(path, timeout=0):
        pass
