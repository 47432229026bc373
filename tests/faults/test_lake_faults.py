"""SIGKILL at any moment of a run whose warehouse is a lake, and a Postgres that goes away under a build."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from paperhouse import publish
from paperhouse.lake import push
from paperhouse.lake.pull import pull_newest
from paperhouse.lake.snapshots import find_newest, list_publications
from paperhouse.publish import current_version
from paperhouse.scope import list_waiting

from tests.conftest import build_body, load_body
from tests.faults.days import DAY, NEXT_DAY, OLD_DAY, build_fetch, find_leftovers, listed_days, make_items
from tests.faults.kills import run_kills
from tests.faults.lake_invariant import assert_lake_invariant
from tests.faults.processes import Child, die
from tests.lake_hosts import Lake, make_lake
from tests.postgres_server import Postgres, start_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with start_postgres() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def pristine(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with one day."""
    lake = make_lake(server, tmp_path_factory.mktemp("pristine"))
    build_body(lake.host("a"), OLD_DAY, make_items(1, 2, 3), "2025-12-24T20:00:00")
    return lake


@pytest.fixture
def lake(pristine: Lake, server: Postgres, tmp_path: Path) -> Lake:
    """A copy of that lake, catalog and all."""
    copy = make_lake(server, tmp_path)
    shutil.copytree(pristine.folder, copy.folder, symlinks=True, dirs_exist_ok=True)
    name = copy.catalog.rpartition("/")[2]
    server.execute(f"drop database {name}")
    server.execute(f"create database {name} template {pristine.catalog.rpartition('/')[2]}")
    return copy


def build_and_die(settings, fetch_id: str, module: object, function: str, is_after: bool) -> None:
    real = getattr(module, function)

    def call(*arguments: object) -> object:
        answer = real(*arguments) if is_after else None
        die()
        return answer

    setattr(module, function, call)
    build_fetch(settings, fetch_id)


@pytest.mark.parametrize(
    ("module", "function", "is_after", "is_published"),
    [
        (push, "_write_tables", True, False),
        (push, "_commit", True, True),
        (publish, "point_link", False, True),
        pytest.param(push, "_write_tables", False, False, marks=pytest.mark.distributed),
        pytest.param(push, "_commit", False, False, marks=pytest.mark.distributed),
        pytest.param(publish, "place_version", False, True, marks=pytest.mark.distributed),
        pytest.param(publish, "point_link", True, True, marks=pytest.mark.distributed),
    ],
)
def test_build_killed_around_its_commit_is_published_whole_or_not_at_all(
    lake: Lake, module: object, function: str, is_after: bool, is_published: bool
) -> None:
    one, other = lake.host("a"), lake.host("b")
    before = find_newest(one)
    fetch_id = load_body(one, DAY, make_items(4, 5))
    assert Child(build_and_die, one, fetch_id, module, function, is_after).wait() == "killed"
    assert (find_newest(one) != before) == is_published
    assert_lake_invariant(one)
    # Whichever host goes on, without waiting for the locks of the dead.
    build_body(other, NEXT_DAY, make_items(6))
    assert Child(build_fetch, one, fetch_id).wait() is None
    assert list_waiting(one) == []
    assert listed_days(one) == listed_days(other) == {OLD_DAY: 3, DAY: 2, NEXT_DAY: 1}
    assert find_leftovers(one) == []
    assert_lake_invariant(one, recompute=is_after)


def test_host_killed_while_it_pulls_pulls_again(lake: Lake) -> None:
    other = lake.host("b")

    def pull_and_die() -> None:
        publish.point_link = die
        from paperhouse.lake import pull

        pull.point_link = die
        pull_newest(other)

    assert Child(pull_and_die).wait() == "killed"
    assert current_version(other) is None
    assert pull_newest(other).parent.name == find_newest(other).version
    assert find_leftovers(other) == []


def test_catalog_that_ends_its_sessions_in_the_commit_leaves_what_was(lake: Lake, server: Postgres) -> None:
    """As a Postgres that restarts: every session is ended while the tables are written."""
    one, before = lake.host("a"), find_newest(lake.host("a"))
    fetch_id = load_body(one, DAY, make_items(4, 5))

    def build_without_server() -> None:
        write_tables = push._write_tables

        def write_and_lose(*arguments: object) -> None:
            write_tables(*arguments)
            server.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid != pg_backend_pid()")

        push._write_tables = write_and_lose
        build_fetch(one, fetch_id)

    ended = Child(build_without_server).wait()
    assert ended.startswith("LakeUnusable")
    assert "kept-by-tests-only" not in ended
    assert find_newest(one) == before
    build_fetch(one, fetch_id)
    assert len(list_publications(one)) == 2
    assert_lake_invariant(one, recompute=True)


def test_few_kills_at_random(server: Postgres) -> None:
    tally = run_kills(kills=3, workers=1, seed=3, server=server)
    assert tally.violations == []
    assert tally.kills.total() == 3


@pytest.mark.distributed
def test_sixty_kills_at_random(server: Postgres) -> None:
    tally = run_kills(kills=60, workers=2, seed=random.randrange(10**6), server=server)  # noqa: S311
    assert tally.violations == []
    assert tally.kills.total() == 60
    assert set(tally.kills) >= {"dbt", "judge", "push", "write"}
