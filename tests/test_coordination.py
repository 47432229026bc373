"""Several hosts, each a data folder and a clock of its own, that share nothing but a Postgres."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from paperhouse import coordination, pace
from paperhouse.coordination import CoordinatorUnusable, hold_shared_lock, open_state
from paperhouse.locking import LockTimeout
from paperhouse.readers.llm_budget import read_tokens, reserve_tokens
from paperhouse.request import get_answer, open_session
from paperhouse.settings import REPO, Settings

from tests.faults.processes import Child, make_event
from tests.postgres_server import PASSWORD, Postgres, start_postgres
from tests.scripted_source import Reply, ScriptedSource

INTERVAL = 0.25
LATE = 0.6  # seconds by which an arrival may be late on a busy machine, and the gap after it short: long spans tell


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with start_postgres() as server:
        yield server


@pytest.fixture
def hosts(postgres: Postgres, tmp_path: Path, scripted: ScriptedSource) -> list[Settings]:
    """The settings of four hosts of one warehouse."""
    catalog = postgres.make_database()
    return [
        Settings(
            data_dir=tmp_path / f"host-{number}",
            hf_url=scripted.url,
            arxiv_url=scripted.url,
            target="lake",
            lake_catalog=catalog,
            lake_data=str(tmp_path / "lake"),
            request_intervals={"127.0.0.1": INTERVAL},
        )
        for number in range(4)
    ]


def hold_for_ever(settings: Settings, is_held) -> None:
    with hold_shared_lock(settings, "publish", timeout=5):
        is_held.set()
        signal.pause()


def test_lock_keeps_other_hosts_out_names_its_holder_and_dies_with_it(hosts: list[Settings]) -> None:
    is_held = make_event()
    holder = Child(hold_for_ever, hosts[0], is_held)
    assert is_held.wait(10)
    whom = f"paperhouse publish on {socket.gethostname()[:20]} as process {holder.process.pid} "
    for timeout in (0, 1.5):
        started = time.monotonic()
        with pytest.raises(LockTimeout, match=whom), hold_shared_lock(hosts[1], "publish", timeout):
            pass
        assert timeout <= time.monotonic() - started < timeout + 2
    with hold_shared_lock(hosts[1], "text-44", timeout=0):
        pass
    holder.kill()
    started = time.monotonic()
    with hold_shared_lock(hosts[1], "publish", timeout=5):
        assert time.monotonic() - started < 2


def test_waiting_host_has_the_lock_at_once_when_it_is_free(hosts: list[Settings]) -> None:
    is_held = threading.Event()

    def hold_a_moment() -> None:
        with hold_shared_lock(hosts[0], "publish", timeout=5):
            is_held.set()
            time.sleep(0.5)

    holder = threading.Thread(target=hold_a_moment)
    holder.start()
    assert is_held.wait(10)
    started = time.monotonic()
    with hold_shared_lock(hosts[1], "publish", timeout=30):
        assert time.monotonic() - started < 1.2
    holder.join()


def test_waiting_task_hears_the_signal_of_its_timeout(hosts: list[Settings]) -> None:
    is_held = make_event()
    holder = Child(hold_for_ever, hosts[0], is_held)
    assert is_held.wait(10)

    def wait_for_lock(settings: Settings) -> None:
        signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(TimeoutError("the task's time is over")))
        with hold_shared_lock(settings, "publish", timeout=60):
            pass

    waiting = Child(wait_for_lock, hosts[1])
    time.sleep(1)
    os.kill(waiting.process.pid, signal.SIGTERM)
    assert waiting.wait(timeout=5) == "TimeoutError: the task's time is over"
    holder.kill()


def test_server_gives_up_the_session_of_a_host_that_has_died(hosts: list[Settings]) -> None:
    with coordination._hold_session(hosts[0], "publish", 5) as session:
        names = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
        values = [coordination._ask(hosts[0], session, f"show {name}", [])[0][0] for name in names]
    assert values == ["10", "5", "4", "30000"]


def ask_often(settings: Settings, clock_error: float, path: str, count: int) -> None:
    """Make requests, as a host whose clock is wrong."""
    wrong = SimpleNamespace(time=lambda: time.time() + clock_error, monotonic=time.monotonic, sleep=time.sleep)
    pace.time = coordination.time = wrong
    with open_session(settings) as session:
        for _ in range(count):
            get_answer(settings, session, f"{settings.hf_url}{path}", {})


def measure_arrivals(
    hosts: list[Settings], scripted: ScriptedSource, path: str, count: int, pause: float
) -> tuple[list[float], int]:
    """Let all hosts ask at once; return when requests arrived, and how many were under way at once."""
    arrivals, open_now, most_open, lock = [], [0], [0], threading.Lock()

    def answer(_: str) -> Reply:
        with lock:
            arrivals.append(time.monotonic())
            open_now[0] += 1
            most_open[0] = max(most_open[0], open_now[0])
        time.sleep(pause)
        with lock:
            open_now[0] -= 1
        return Reply()

    scripted.replies_by_path = answer
    errors = (0.0, 3600.0, -40.0, 0.7)
    children = [Child(ask_often, host, error, path, count) for host, error in zip(hosts, errors, strict=True)]
    assert [child.wait() for child in children] == [None] * len(hosts)
    return sorted(arrivals), most_open[0]


def check_gaps(arrivals: list[float], interval: float) -> None:
    for first, start in enumerate(arrivals):
        for further, moment in enumerate(arrivals[first + 1 :], start=1):
            assert moment - start >= further * interval - LATE, [round(one - arrivals[0], 3) for one in arrivals]


def test_hosts_together_keep_the_pace_of_a_source_whatever_their_clocks_say(
    hosts: list[Settings], scripted: ScriptedSource
) -> None:
    arrivals, _ = measure_arrivals(hosts, scripted, "/api/daily_papers", 4, pause=0)
    assert len(arrivals) == 16
    check_gaps(arrivals, INTERVAL)
    assert arrivals[-1] - arrivals[0] < 15 * INTERVAL + 3


def test_hosts_that_share_nothing_would_not_keep_the_pace(hosts: list[Settings], scripted: ScriptedSource) -> None:
    alone = [replace(host, target="local") for host in hosts]
    arrivals, _ = measure_arrivals(alone, scripted, "/api/daily_papers", 4, pause=0)
    with pytest.raises(AssertionError):
        check_gaps(arrivals, INTERVAL)


def test_hosts_together_have_one_connection_to_arxiv(hosts: list[Settings], scripted: ScriptedSource) -> None:
    hasty = [replace(host, request_intervals={"127.0.0.1": 0.02}) for host in hosts]
    arrivals, most_open = measure_arrivals(hasty, scripted, "/html/2512.00001", 3, pause=0.1)
    assert (len(arrivals), most_open) == (12, 1)


def test_closed_source_is_closed_for_all_hosts(hosts: list[Settings], scripted: ScriptedSource) -> None:
    pace.postpone_turns(hosts[0], scripted.url, 1.5)
    started = time.monotonic()
    with pace.take_turn(hosts[1], scripted.url):
        assert 1.3 < time.monotonic() - started < 4


def reserve_often(settings: Settings) -> None:
    for _ in range(5):
        reserve_tokens(settings, "2026-01-01", 10)


def test_hosts_together_keep_the_token_budget(hosts: list[Settings]) -> None:
    thrifty = [replace(host, llm_token_budget=155) for host in hosts]
    children = [Child(reserve_often, host) for host in thrifty]
    assert [child.wait() for child in children] == [None] * 4
    assert {read_tokens(host, "2026-01-01") for host in thrifty} == {150}


def test_state_is_kept_only_when_its_block_ends_well(hosts: list[Settings]) -> None:
    with open_state(hosts[0], "things") as (state, _):
        state["count"] = 1
    with pytest.raises(ZeroDivisionError), open_state(hosts[1], "things") as (state, _):
        state["count"] = 1 / 0
    with open_state(hosts[2], "things") as (state, ahead):
        assert state == {"count": 1}
        assert abs(ahead) < 0.5  # one machine has one clock


def test_postgres_that_is_away_is_named_without_its_password(hosts: list[Settings], postgres: Postgres) -> None:
    away = replace(hosts[0], lake_catalog=hosts[0].lake_catalog.replace(str(postgres.port), "9"))
    closed = replace(hosts[0], lake_catalog=hosts[0].lake_catalog.replace(PASSWORD, "wrong-one"))
    for settings, reason in ((away, "Connection refused"), (closed, "password authentication failed")):
        with pytest.raises(CoordinatorUnusable, match=reason) as trouble, hold_shared_lock(settings, "publish", 5):
            pass
        assert "PAPERHOUSE_LAKE_CATALOG" in str(trouble.value)
        assert PASSWORD not in str(trouble.value) + repr(settings)
        assert "wrong-one" not in str(trouble.value) + repr(settings)


def test_local_target_needs_no_postgres(settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from paperhouse.settings import load_settings\n"
        "from paperhouse.coordination import hold_shared_lock; from paperhouse import build, pace\n"
        "settings = load_settings()\n"
        "with hold_shared_lock(settings, 'publish', 1), pace.take_turn(settings, 'http://127.0.0.1'): pass\n"
        "print(sorted({'psycopg2', 'airflow', 'upath'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(REPO / "plugins"), "PAPERHOUSE_DATA_DIR": str(settings.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert (settings.locks_dir / "publish.lock").exists()


def test_two_hosts_make_the_table_at_once(hosts: list[Settings]) -> None:
    barrier = multiprocessing.get_context("fork").Barrier(4)

    def count(settings: Settings, number: int) -> None:
        barrier.wait(20)
        with open_state(settings, f"thing-{number}") as (state, _):
            state["count"] = number

    children = [Child(count, host, number) for number, host in enumerate(hosts)]
    assert [child.wait() for child in children] == [None] * 4
    for number in range(4):
        with open_state(hosts[0], f"thing-{number}") as (state, _):
            assert state == {"count": number}
