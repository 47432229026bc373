"""Faults 16 and 17: a run that is killed anywhere, and run again."""

import os
import random
import resource
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from paperhouse import build, extract, judge, landing, load, publish, rollback
from paperhouse.publish import current_version
from paperhouse.rollback import release_held, roll_back
from paperhouse.scope import list_waiting
from paperhouse.settings import Settings

from tests.faults.days import (
    DAY,
    NEXT_DAY,
    OLD_DAY,
    find_leftovers,
    listed_days,
    run_day,
    run_day_again,
)
from tests.faults.invariant import assert_published_invariant
from tests.faults.kills import run_kills
from tests.faults.processes import Child, die


@pytest.fixture
def settings(day_published: Settings) -> Settings:
    return day_published


# --- 17: SIGKILL at each boundary between two steps -------------------------------------------------------------------


def before(module: object, name: str, when: Callable[..., bool] = lambda *_: True) -> Callable[[], None]:
    """Make this process kill itself when it is about to call that function, `when` its arguments are so."""
    function = getattr(module, name)

    def die_or_call(*arguments: object, **named: object) -> object:
        return die() if when(*arguments) else function(*arguments, **named)

    return lambda: setattr(module, name, die_or_call)


def after(module: object, name: str, calls: int = 1) -> Callable[[], None]:
    """The same, right after so many calls of it."""
    function, left = getattr(module, name), [calls]

    def call_and_die(*arguments: object, **named: object) -> object:
        answer = function(*arguments, **named)
        left[0] -= 1
        return answer if left[0] else die()

    return lambda: setattr(module, name, call_and_die)


def is_file(name: str) -> Callable[..., bool]:
    return lambda path, *_: path.name == name


BOUNDARIES = {
    "before the fetch is complete": before(landing, "write_file", is_file("fetch.json")),
    "after the fetch has landed": after(extract, "land_fetch"),
    "in the transaction of the load": after(load, "insert_fetches"),
    "after the load": before(build, "hold_shared_lock"),
    "after the copy of the base": after(build, "prepare_build"),
    "after staging": after(build, "run_dbt"),
    "judged, before the verdict is kept": before(build, "write_file", is_file("verdict.json")),
    "after the verdict is kept": before(build, "record_verdicts"),
    "after the verdict is recorded": after(build, "record_verdicts"),
    "after the marts are built": after(build, "run_dbt", calls=2),
    "before publish": before(build, "publish_build"),
    "read back": after(publish, "read_back"),
    "renamed, before the link": before(publish, "point_link"),
    "after the link": after(publish, "point_link"),
    "published, before the docs": before(judge.Judge, "publish_docs"),
}
EVERY_DAY = {
    "before the fetch is complete",
    "judged, before the verdict is kept",
    "after the verdict is kept",
    "before publish",
    "renamed, before the link",
    "after the link",
}


def do_and_die(boundary: str, function: Callable, *arguments: object) -> None:
    BOUNDARIES[boundary]()
    function(*arguments)


# The longest of all stands first, so that no other file waits behind it.
@pytest.mark.long
def test_fault_16_three_hundred_kills_at_random() -> None:
    tally = run_kills(kills=300, workers=2, seed=random.randrange(10**6))  # noqa: S311
    assert tally.violations == []
    assert tally.kills.total() == 300
    assert set(tally.kills) >= {"load", "copy", "dbt", "judge", "publish"}
    assert {"extract", "land"} & set(tally.kills)  # the one lies in the other, and both are short


@pytest.mark.parametrize(
    "boundary", [pytest.param(name, marks=[] if name in EVERY_DAY else pytest.mark.long) for name in BOUNDARIES]
)
def test_fault_17_run_killed_at_a_boundary_is_finished_by_the_next(settings: Settings, boundary: str) -> None:
    old = current_version(settings)
    assert Child(do_and_die, boundary, run_day, settings, DAY).wait() == "killed"
    assert_published_invariant(settings)
    is_published = boundary in ("after the link", "published, before the docs")
    assert (current_version(settings) == old) is not is_published
    for half in settings.landing_dir.glob("hf/daily/*/*"):
        os.utime(half, (0, 0))  # an hour has passed, and more
    run_day_again(settings, DAY)
    if is_published:
        run_day(settings, NEXT_DAY)
    assert list_waiting(settings) == []
    assert find_leftovers(settings) == []
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2} | ({NEXT_DAY: 2} if is_published else {})
    assert_published_invariant(settings, recompute=boundary == "after the verdict is kept")


def write_half_and_die(module: object, name: str, settings: Settings) -> None:
    """The kernel kills this process in the middle of writing that file: at its size limit."""
    write = module.write_file

    def write_until_killed(path: Path, content: bytes) -> None:
        if path.name == name:
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(content) // 2, resource.RLIM_INFINITY))
        write(path, content)

    module.write_file = write_until_killed
    run_day(settings, DAY)


@pytest.mark.parametrize(("module", "name"), [(landing, "fetch.json"), (build, "verdict.json")])
def test_fault_17_record_cut_in_half_does_not_exist(settings: Settings, module: object, name: str) -> None:
    assert Child(write_half_and_die, module, name, settings).wait() == "killed"
    assert list(settings.landing_dir.glob(f"hf/daily/{DAY}/*/{name}")) == []
    assert_published_invariant(settings)
    run_day_again(settings, DAY)
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2}
    assert_published_invariant(settings)


def run_and_die_at_the_link(settings: Settings) -> None:
    """Killed when the kernel is asked to put the new link in the place of the old one."""
    for move in (os.rename, os.replace):

        def move_or_die(source: Path, target: Path, move: Callable = move) -> None:
            return die() if Path(target) == settings.warehouse_link else move(source, target)

        setattr(os, move.__name__, move_or_die)
    run_day(settings, DAY)


def test_fault_17_link_is_there_until_it_is_replaced(settings: Settings) -> None:
    old = current_version(settings)
    assert Child(run_and_die_at_the_link, settings).wait() == "killed"
    assert current_version(settings) == old
    assert_published_invariant(settings)


def prune_and_die(settings: Settings) -> None:
    """Killed while an old version is removed: its file is gone, its folder is there."""
    remove = shutil.rmtree

    def remove_file_and_die(folder: Path, **options: bool) -> None:
        if folder.parent != settings.versions_dir:
            remove(folder, **options)
            return
        (folder / "warehouse.duckdb").unlink()
        die()

    shutil.rmtree, publish.KEPT_VERSIONS = remove_file_and_die, 1
    run_day(settings, DAY)


def test_fault_17_version_half_removed_is_gone_after_the_next_build(settings: Settings) -> None:
    assert Child(prune_and_die, settings).wait() == "killed"
    assert_published_invariant(settings)
    assert find_leftovers(settings) != []
    run_day_again(settings, DAY)
    assert find_leftovers(settings) == []
    assert_published_invariant(settings)


def test_fault_17_rollback_cut_short_is_finished_by_the_next_build(settings: Settings) -> None:
    run_day(settings, DAY)
    assert Child(roll_back_and_die, settings).wait() == "killed"
    # The list of this date again: what the half rollback holds must not come back with it, nor half of it stay.
    run_day(settings, DAY)
    run_day(settings, NEXT_DAY)
    assert_published_invariant(settings, recompute=True)
    release_held(settings)
    assert_published_invariant(settings, recompute=True)


def roll_back_and_die(settings: Settings) -> None:
    rollback.point_link = die
    roll_back(settings)


# --- 16: a power cut, which forgets what was not on the disk ----------------------------------------------------------


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The files and folders, by inode, for which somebody waited until they were on the disk."""
    seen, fsync = set(), os.fsync

    def fsync_and_note(descriptor: int) -> None:
        fsync(descriptor)
        seen.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", fsync_and_note)
    return seen


def test_fault_16_version_is_on_the_disk_before_the_link_names_it(settings, synced, monkeypatch) -> None:
    point_link, before = publish.point_link, []

    def check_and_point(settings: Settings, version: Path) -> None:
        parts = [version, version.with_name("manifest.json"), version.parent, settings.versions_dir]
        before.append([part.name for part in parts if part.stat().st_ino not in synced])
        point_link(settings, version)

    monkeypatch.setattr(publish, "point_link", check_and_point)
    run_day(settings, DAY)
    assert before == [[]]
    assert settings.data_dir.stat().st_ino in synced, "the new link is not on the disk"


def test_fault_16_fetch_and_verdict_are_on_the_disk(settings, synced) -> None:
    run_day(settings, DAY)
    (folder,) = settings.landing_dir.glob(f"hf/daily/{DAY}/*")
    assert {file.name for file in folder.iterdir()} == {"page-000.json", "fetch.json", "verdict.json"}
    assert [part.name for part in [folder, *folder.iterdir()] if part.stat().st_ino not in synced] == []


# --- 16: SIGKILL at any moment ----------------------------------------------------------------------------------------


def test_fault_16_few_kills_at_random() -> None:
    tally = run_kills(kills=3, workers=1, seed=3)
    assert tally.violations == []
    assert tally.kills.total() == 3
