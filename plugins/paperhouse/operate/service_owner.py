"""Who runs Airflow's services for a data folder: a lock its owner holds, and a file that names what it started.

`services.lock` is held alone by the owner of the services and together by runs of a single day, which do
without a scheduler: two of them on one run would start its tasks twice. The kernel frees it with its process.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

LOCK = "services.lock"
STATE = "services.json"


@contextmanager
def claim_services(home: Path) -> Iterator[bool]:
    """Yield True when the services of `home` are the caller's to run, False when another process runs them.

    Waits for runs of a single day. Services whose owner was killed are ended first.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as lock:
        ours = _take_alone(lock.fileno(), home)
        if ours:
            _end_leftovers(home)
        yield ours


@contextmanager
def without_services(home: Path) -> Iterator[bool]:
    """Yield True, and keep services from starting meanwhile, when nobody runs any; else False."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as lock:
        yield _try_lock(lock.fileno(), fcntl.LOCK_SH)


def write_state(home: Path, port: int, pids: dict[str, int]) -> None:
    """Name the running services, so that others find them and can end them should their owner be killed."""
    processes = {name: (pid, psutil.Process(pid).create_time()) for name, pid in pids.items()}
    state = {"port": port, "started_at": datetime.now(UTC).isoformat(), "processes": processes}
    draft = home / f"{STATE}.draft"
    draft.write_text(json.dumps(state))
    draft.replace(home / STATE)


def read_state(home: Path) -> dict[str, Any] | None:
    """`port`, `started_at` and `processes` (name to pid and creation time), or None when none are named."""
    try:
        return json.loads((home / STATE).read_text())
    except FileNotFoundError:
        return None


def remove_state(home: Path) -> None:
    (home / STATE).unlink(missing_ok=True)


def end_session(pid: int) -> None:
    """Kill what is left of the session that a service leads, tasks included: each of them leads a group of its own."""
    for member in psutil.pids():
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(member) == pid:
                os.kill(member, signal.SIGKILL)


def _take_alone(lock: int, home: Path) -> bool:
    told = False
    while not _try_lock(lock, fcntl.LOCK_EX):
        if read_state(home):
            return False
        if not told:
            print("Waiting for a run of a single day to end", flush=True)
        told = True
        time.sleep(0.5)
    return True


def _try_lock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_leftovers(home: Path) -> None:
    for pid, created in (read_state(home) or {"processes": {}})["processes"].values():
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            # The creation time tells it from a stranger that was given the same number since.
            if abs(process.create_time() - created) < 1:
                end_session(pid)
                psutil.wait_procs([process], timeout=10)  # its port is free only then
    remove_state(home)
