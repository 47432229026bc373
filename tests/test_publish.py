"""Publishing and what readers see of it, with small real DuckDB files."""

import multiprocessing
import signal
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
from paperhouse.warehouse import WarehouseMissing, open_published

from tests.small_builds import make_build, publish


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
