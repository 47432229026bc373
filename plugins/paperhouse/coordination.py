"""Coordination: locks and small states that every process of one warehouse shares, on one host or on several.

The target decides where they live: local, in the data folder; lake, in the Postgres that holds the catalog. Both free a
lock when its holder dies. What guards the files of one host alone takes `locking.hold_lock`.
"""

import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import PaperhouseError
from .locking import LockTimeout, hold_lock
from .settings import Settings

STATE_TIMEOUT = 600  # seconds to wait for those who change the same state, each for milliseconds
SLICE = 1.0  # seconds; a signal, like that of a task's timeout, is only heard between two questions to the server

# A session whose host has died is given up by the server after half a minute, and its locks with it.
_SERVER_OPTIONS = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4 -c tcp_user_timeout=30000 "
    "-c idle_session_timeout=0"
)
_CLIENT_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
# Locked, because two that create it at once both find it missing.
_STATE_TABLE = """
select pg_advisory_xact_lock(hashtext('paperhouse_state'));
create table if not exists paperhouse_state (name text primary key, value jsonb not null)
"""
_HOLDER = """
select application_name, client_addr from pg_stat_activity
where pid = (
    select pid from pg_locks
    where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32) | objid::bigint = %s
        and database = (select oid from pg_database where datname = current_database())
)
"""


class CoordinatorUnusable(PaperhouseError):
    """The Postgres that all hosts share cannot be reached, or does not let us in."""


@contextmanager
def hold_shared_lock(settings: Settings, name: str, timeout: float) -> Iterator[None]:
    """Hold the lock called `name`, alone among all processes of this warehouse, for the duration of the block.

    Waits up to `timeout` seconds, then raises LockTimeout, which names the holder. Under the lake target it is a lock
    of a Postgres session; raises CoordinatorUnusable. A server that dies inside the block takes the lock with it.
    """
    if settings.target != "lake":
        with hold_lock(settings.locks_dir / f"{name}.lock", timeout):
            yield
        return
    with _hold_session(settings, name, timeout):
        yield


@contextmanager
def open_state(settings: Settings, name: str) -> Iterator[tuple[dict, float]]:
    """The state called `name`, {} at first: JSON to be changed in place while nobody else can, kept without an error.

    With it come the seconds by which the clock that all share is ahead of `time.time()`. Raises LockTimeout,
    CoordinatorUnusable.
    """
    if settings.target != "lake":
        with _open_state_file(settings.locks_dir / name) as state:
            yield state, 0.0
        return
    with _hold_session(settings, name, STATE_TIMEOUT) as session:
        kept, clock = _read_state(settings, session, name)
        state = json.loads(kept)
        yield state, clock
        if state != json.loads(kept):
            _ask(
                settings,
                session,
                "insert into paperhouse_state values (%s, %s) on conflict (name) do update set value = excluded.value",
                [name, json.dumps(state)],
            )


@contextmanager
def _open_state_file(path: Path) -> Iterator[dict]:
    with hold_lock(path.with_name(f"{path.name}.lock"), STATE_TIMEOUT):
        try:
            state = json.loads(path.read_text())
        except (FileNotFoundError, ValueError):
            state = {}
        state = state if isinstance(state, dict) else {}
        before = dict(state)
        yield state
        if state != before:
            # The process may be killed here, and an empty state would be none.
            draft = path.with_name(f"{path.name}.draft")
            draft.write_text(json.dumps(state))
            draft.replace(path)


@contextmanager
def _hold_session(settings: Settings, name: str, timeout: float) -> Iterator[Any]:
    """A session of its own that holds an advisory lock; the server frees it when the session ends, however it does."""
    import psycopg2  # only here: the local target needs no Postgres

    who = f"paperhouse {name[:20]} on {socket.gethostname()[:20]} as process {os.getpid()}"  # 63 bytes are kept
    try:
        session = psycopg2.connect(
            settings.lake_catalog, application_name=who, options=_SERVER_OPTIONS, **_CLIENT_OPTIONS
        )
    except psycopg2.Error as error:
        raise _name_trouble(settings, error) from None
    session.autocommit = True
    try:
        _take_lock(settings, session, name, timeout)
        yield session
        with suppress(psycopg2.Error):  # it ends with the session anyway, a moment later
            session.cursor().execute("select pg_advisory_unlock_all()")
    finally:
        session.close()


def _take_lock(settings: Settings, session: Any, name: str, timeout: float) -> None:
    from psycopg2.errors import LockNotAvailable

    key = int.from_bytes(hashlib.sha256(f"paperhouse {name}".encode()).digest()[:8], signed=True)
    deadline = time.monotonic() + timeout
    while True:
        patience = max(1, round(1000 * min(SLICE, deadline - time.monotonic())))  # 0 would be for ever
        try:
            _ask(settings, session, "set lock_timeout = %s; select pg_advisory_lock(%s)", [patience, key])
        except LockNotAvailable:
            if time.monotonic() < deadline:
                continue
        else:
            return
        holder = _ask(settings, session, _HOLDER, [key])
        raise LockTimeout(
            f"waited {timeout:.0f} s for the lock {name!r}; {_describe(holder)} holds it. Run again when it has ended."
        )


def _describe(holder: list[tuple]) -> str:
    name, address = holder[0] if holder else ("", None)
    return f"{name or 'another session of Postgres'}{f' ({address})' if address else ''}"


def _read_state(settings: Settings, session: Any, name: str) -> tuple[str, float]:
    from psycopg2.errors import UndefinedTable

    query = """
        select (select value::text from paperhouse_state where name = %s), extract(epoch from clock_timestamp())::float
    """
    asked_at = time.time()
    try:
        ((kept, server_time),) = _ask(settings, session, query, [name])
    except UndefinedTable:
        _ask(settings, session, _STATE_TABLE, [])
        return _read_state(settings, session, name)
    # The server looked at its clock at some moment in between.
    return kept or "{}", server_time - (asked_at + time.time()) / 2


def _ask(settings: Settings, session: Any, statement: str, parameters: list) -> list[tuple]:
    import psycopg2

    with session.cursor() as cursor:
        try:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
        except (psycopg2.errors.LockNotAvailable, psycopg2.errors.UndefinedTable):
            raise
        except psycopg2.Error as error:
            raise _name_trouble(settings, error) from None


def _name_trouble(settings: Settings, error: Exception) -> CoordinatorUnusable:
    reason = settings.mask(" ".join(str(error).split()))
    return CoordinatorUnusable(
        f"the Postgres of PAPERHOUSE_LAKE_CATALOG cannot be used: {reason}; start it, or correct the address"
    )
