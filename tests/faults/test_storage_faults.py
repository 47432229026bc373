"""Faults 18, 30 and 31: no room, no right to write, folders that are missing, too little memory."""

import os
import re
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paperhouse import build, extract, load, publish, transform, warehouse
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_version
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.warehouse import WarehouseMissing, open_published

from tests.faults.days import (
    DAY,
    OLD_DAY,
    find_leftovers,
    listed_days,
    run_day,
    run_day_again,
)
from tests.faults.invariant import assert_published_invariant
from tests.faults.processes import Child

NOBODY = 65534


@pytest.fixture
def settings(day_published: Settings) -> Settings:
    return day_published


# --- 18: no room left -------------------------------------------------------------------------------------------------


def limit_file_size(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def run_day_within(settings: Settings, module: object, name: str, size: int) -> None:
    """Run the day; from the call of a function on, no file may grow beyond `size` bytes."""
    function = getattr(module, name)

    def limit_and_call(*arguments: object, **named: object) -> object:
        limit_file_size(size)
        return function(*arguments, **named)

    setattr(module, name, limit_and_call)
    run_day(settings, DAY)


def used_bytes(settings: Settings) -> int:
    kept = [settings.versions_dir, settings.landing_dir / "hf", settings.build_dir]
    return sum(path.stat().st_size for folder in kept for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("module", "name", "size", "message"),
    [
        (extract, "land_fetch", 100, r"OSError: .*File too large"),
        (load, "insert_fetches", 100, r"(IO|Transaction)Exception: .*File too large"),
        (build, "prepare_build", 4096, r"OSError: .*File too large"),
        (build, "copy_scope", 4096, r"(IO|Transaction)Exception: .*File too large"),
        (build, "run_dbt", 4096, r"DbtFailed: .*File too large"),
        (build, "record_publish", 4096, r"(IO|Transaction)Exception: .*File too large"),
        (publish, "write_file", 10, r"OSError: .*File too large"),
    ],
)
def test_fault_18_file_that_may_not_grow_fails_the_run_and_nothing_else(
    settings: Settings, module: object, name: str, size: int, message: str
) -> None:
    old, used = current_version(settings), used_bytes(settings)
    error = Child(run_day_within, settings, module, name, size).wait()
    assert re.match(message, error or ""), error
    assert current_version(settings) == old
    assert_published_invariant(settings)
    assert find_leftovers(settings) == []
    assert used_bytes(settings) - used < 20_000  # what has landed whole stays
    run_day_again(settings, DAY)
    assert_published_invariant(settings)


@contextmanager
def mount_room(folder: Path, megabytes: int) -> Iterator[None]:
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk that can be filled: this user may not mount a tmpfs, so a full one is not tested")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave_room(settings: Settings, size: int) -> Path:
    """Fill the disk but for `size` bytes; returns the file that does."""
    filler = settings.data_dir / "filler"
    room = shutil.disk_usage(settings.data_dir).free - size
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room)
    return filler


def test_fault_18_full_disk_fails_the_run_and_frees_what_it_took(settings: Settings, place: Path) -> None:
    """With more room left it fails later: at the raw write, the copy, the build; with enough it ends."""
    shutil.rmtree(settings.data_dir)
    settings.data_dir.mkdir()
    with mount_room(settings.data_dir, 64):
        shutil.copytree(place / "pristine", settings.data_dir, symlinks=True, dirs_exist_ok=True)
        old, errors = current_version(settings), []
        version_size = old.stat().st_size
        for room in (0, 40_000, version_size // 2, version_size + 100_000, 2 * version_size):
            filler = leave_room(settings, room)
            error = Child(run_day_again, settings, DAY).wait()
            errors.append(error)
            assert_published_invariant(settings)
            assert find_leftovers(settings) == []
            if error is None:
                break
            assert re.search(r"No space left on device|disk is full|could not allocate", error), error
            assert current_version(settings) == old
            assert shutil.disk_usage(settings.data_dir).free > room - 1_000_000  # raw rows stay, a build does not
            filler.unlink()
        filler.unlink(missing_ok=True)
        assert len([error for error in errors if error]) >= 3, errors
        run_day_again(settings, DAY)
        assert listed_days(settings) == {OLD_DAY: 3, DAY: 2}
        assert_published_invariant(settings)
        print(errors)


# --- 30: the data folder is not as it should be -----------------------------------------------------------------------


def run_as_nobody(function: Callable, *arguments: object) -> None:
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    function(*arguments)


@pytest.mark.parametrize("folder", ["", "landing", "locks", "versions"])
def test_fault_30_read_only_folder_fails_the_run_by_name_and_readers_go_on(settings: Settings, folder: str) -> None:
    read_only = settings.data_dir / folder
    if os.getuid() == 0:
        for path in [settings.data_dir, *settings.data_dir.rglob("*")]:
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    below = [path for path in [read_only, *read_only.rglob("*")] if path.is_dir()]
    for path in below:
        path.chmod(0o555)
    error = Child(run_as_nobody, run_day, settings, DAY).wait()
    for path in below:
        path.chmod(0o755)
    assert error is not None
    assert "ermission denied" in error
    assert str(read_only) in error
    assert listed_days(settings) == {OLD_DAY: 3}
    assert_published_invariant(settings)
    assert Child(run_as_nobody, run_day_again, settings, DAY).wait() is None
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2}
    assert_published_invariant(settings)


@pytest.mark.parametrize("missing", ["warehouse.duckdb", "versions"])
def test_fault_30_missing_link_or_versions_are_named_to_readers_and_healed_by_the_next_run(
    settings: Settings, missing: str
) -> None:
    before = hash_version(current_version(settings))
    path = settings.data_dir / missing
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    with pytest.raises(WarehouseMissing, match="paperhouse rebuild"), open_published(settings):
        pass
    build_warehouse(settings, say=lambda line: None)
    assert hash_version(current_version(settings)) == before
    assert_published_invariant(settings)


# --- 31: too little memory --------------------------------------------------------------------------------------------


def run_with_little_memory(settings: Settings, place: Path, limit: str) -> None:
    project = place / f"little-memory-{limit}"
    shutil.copytree(transform.REPO / "dbt_project", project / "dbt_project")
    profile = project / "dbt_project" / "profiles.yml"
    profile.write_text(
        profile.read_text().replace("config_options:", f"config_options:\n        memory_limit: {limit}")
    )
    transform.REPO = project
    warehouse._OFFLINE["memory_limit"] = limit
    run_day(settings, DAY)


@pytest.mark.parametrize("limit", ["1MB", "6MB"])
def test_fault_31_too_little_memory_fails_the_run_and_publishes_nothing(
    settings: Settings, place: Path, limit: str
) -> None:
    old = current_version(settings)
    error = Child(run_with_little_memory, settings, place, limit).wait()
    assert error is not None
    assert re.search("Out of Memory|memory_limit", error), error
    assert current_version(settings) == old
    assert find_leftovers(settings) == []
    assert_published_invariant(settings)
    run_day_again(settings, DAY)
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2}
    assert_published_invariant(settings)
