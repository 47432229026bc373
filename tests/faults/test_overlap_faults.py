"""Faults 26 to 29: two runs at once, a lock whose holder is killed, a base that is replaced."""

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest
from paperhouse import build, publish
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_version
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.warehouse import open_published

from tests.conftest import build_body, land_body, load_body
from tests.faults.days import DAY, NEXT_DAY, OLD_DAY, build_fetch, find_leftovers, listed_days, make_items
from tests.faults.invariant import assert_published_invariant
from tests.faults.processes import Child, make_event


@pytest.fixture
def settings(day_published: Settings) -> Settings:
    return day_published


# --- 26 to 29: two at once --------------------------------------------------------------------------------------------


def run_slowly(settings: Settings, fetch_id: str, is_inside, may_go_on) -> None:
    """Build, and stop in the middle of the critical section until another run had the chance to enter it."""
    publish_build = build.publish_build

    def wait_and_publish(*arguments: object) -> Path:
        is_inside.set()
        may_go_on.wait(60)
        return publish_build(*arguments)

    build.publish_build = wait_and_publish
    build_fetch(settings, fetch_id)


def run_and_tell(settings: Settings, fetch_id: str, is_at_lock, is_inside) -> None:
    """Build, and tell when the lock is asked for, and when the critical section is entered."""
    hold_shared_lock, prepare_build = build.hold_shared_lock, build.prepare_build

    def tell_and_lock(*arguments: object):
        is_at_lock.set()
        return hold_shared_lock(*arguments)

    def tell_and_prepare(*arguments: object) -> Path:
        is_inside.set()
        return prepare_build(*arguments)

    build.hold_shared_lock, build.prepare_build = tell_and_lock, tell_and_prepare
    build_fetch(settings, fetch_id)


def run_two(settings: Settings, first: str, second: str) -> tuple[bool, list[str | None]]:
    """Start the second build in the middle of the first. Returns whether it got in, and how both ended."""
    first_is_inside, is_at_lock, is_inside, may_go_on = (make_event() for _ in range(4))
    one = Child(run_slowly, settings, first, first_is_inside, may_go_on)
    assert first_is_inside.wait(60)
    two = Child(run_and_tell, settings, second, is_at_lock, is_inside)
    assert is_at_lock.wait(60)
    got_in = is_inside.wait(1)
    may_go_on.set()
    return got_in, [one.wait(), two.wait()]


def test_fault_26_two_runs_of_different_dates_lose_nothing(settings: Settings) -> None:
    first = load_body(settings, DAY, make_items(4, 5))
    # Landed, and loaded by its own run only after the first has begun to build.
    second = land_body(settings, NEXT_DAY, make_items(6)).fetch_id
    got_in, ends = run_two(settings, first, second)
    assert ends == [None, None]
    assert not got_in, "two builds at once in one folder"
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2, NEXT_DAY: 1}
    assert_published_invariant(settings, recompute=True)


@pytest.mark.parametrize("is_newer_first", [False, True])
def test_fault_27_two_runs_of_one_date_give_the_day_of_the_later_look(settings: Settings, is_newer_first: bool) -> None:
    older = land_body(settings, DAY, make_items(4, 5, 6, upvotes=1), "2025-12-25T10:00:00").fetch_id
    newer = land_body(settings, DAY, make_items(6, 5, 4, upvotes=9), "2025-12-25T22:00:00").fetch_id
    _, ends = run_two(settings, *((newer, older) if is_newer_first else (older, newer)))
    assert ends == [None, None]
    with open_published(settings) as published:
        query = f"""
            select paper_id, position, papers.upvotes from paper_listings join papers using (paper_id)
            where listing_date = '{DAY}' order by position
        """
        seen = published.execute(query).fetchall()
    assert seen == [("2512.00006", 1, 9), ("2512.00005", 2, 9), ("2512.00004", 3, 9)]
    assert_published_invariant(settings)


def test_fault_28_lock_of_a_killed_build_is_free_at_once(settings: Settings) -> None:
    first = load_body(settings, DAY, make_items(4, 5))
    second = land_body(settings, NEXT_DAY, make_items(6)).fetch_id
    first_is_inside, is_at_lock, is_inside = (make_event() for _ in range(3))
    holder = Child(run_slowly, settings, first, first_is_inside, make_event())
    assert first_is_inside.wait(60)
    waiter = Child(run_and_tell, settings, second, is_at_lock, is_inside)
    assert is_at_lock.wait(60)
    assert holder.kill() == "killed"
    assert waiter.wait() is None
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2, NEXT_DAY: 1}
    assert find_leftovers(settings) == []
    assert_published_invariant(settings)


def test_fault_29_build_on_a_replaced_base_is_done_again_on_the_new_one(settings: Settings, monkeypatch) -> None:
    """The new base already holds a fetch that this group began to build."""
    old = current_version(settings)
    both = [load_body(settings, DAY, make_items(4, 5)), load_body(settings, NEXT_DAY, make_items(6))]
    build_warehouse(settings, both[0], say=lambda line: None)
    newer = current_version(settings)
    publish.point_link(settings, old)
    publish_build, said = build.publish_build, []

    def move_link_and_publish(*arguments: object) -> Path:
        monkeypatch.setattr(build, "publish_build", publish_build)
        publish.point_link(settings, newer)
        return publish_build(*arguments)

    load_body(settings, "2025-12-27", make_items(7))
    monkeypatch.setattr(build, "publish_build", move_link_and_publish)
    build_warehouse(settings, say=said.append)
    assert any("building again" in line for line in said)
    assert listed_days(settings) == {OLD_DAY: 3, DAY: 2, NEXT_DAY: 1, "2025-12-27": 1}
    assert_published_invariant(settings, recompute=True)


class Aside(Settings):
    """The same data, built in another folder, as by a host that does not see our locks."""

    @property
    def build_dir(self) -> Path:
        return self.data_dir / "build-aside"


def run_slowly_without_lock(settings: Settings, fetch_id: str, is_inside, may_go_on) -> None:
    build.hold_shared_lock = lambda *_: nullcontext()
    run_slowly(Aside(settings.data_dir, settings.hf_url), fetch_id, is_inside, may_go_on)


def test_fault_29_old_run_that_is_cleared_publishes_nothing_stale_over_newer_days(settings: Settings) -> None:
    """It began on a version, newer days were published meanwhile, and no lock held anybody back."""
    old = load_body(settings, OLD_DAY, make_items(1, 2, 3, upvotes=7), "2025-12-24T22:00:00")
    is_inside, may_go_on = make_event(), make_event()
    cleared = Child(run_slowly_without_lock, settings, old, is_inside, may_go_on)
    assert is_inside.wait(60)
    build_body(settings, OLD_DAY, make_items(1, 2, 3, 4, upvotes=9), "2025-12-26T22:00:00")
    build_body(settings, DAY, make_items(5))
    may_go_on.set()
    assert cleared.wait() is None
    assert listed_days(settings) == {OLD_DAY: 4, DAY: 1}
    before = hash_version(current_version(settings))
    build_fetch(settings, old)  # cleared once more, with nobody around
    assert hash_version(current_version(settings)) == before
    shutil.rmtree(settings.data_dir / "build-aside", ignore_errors=True)
    assert_published_invariant(settings, recompute=True)
