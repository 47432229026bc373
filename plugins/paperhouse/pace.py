"""Politeness: one schedule a host, shared by every process of this warehouse, and one connection to arXiv."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .coordination import hold_shared_lock, open_state
from .errors import PaperhouseError
from .locking import LockTimeout
from .settings import Settings

ARXIV_PATHS = ("/html/", "/abs/", "/api/query")  # where one address stands for all sites, these are arXiv's
CONNECTION_TIMEOUT = 600  # seconds to wait for the requests of other processes


class TurnTooLate(PaperhouseError):
    """The host may be asked again only after the caller's time is over; no request was made."""


@contextmanager
def take_turn(settings: Settings, url: str, deadline: float | None = None) -> Iterator[datetime]:
    """Sleep until a request to the host of `url` is allowed; yields the moment at which it starts (UTC).

    The moment is booked before sleeping, so callers in other processes queue behind it. Make the request inside
    the block: arXiv allows one connection at a time, whichever of its hosts is asked. Raises TurnTooLate when the
    turn would come after `deadline` (a time.monotonic()).
    """
    turn_at = _book_turn(settings, url, deadline)
    time.sleep(max(0.0, turn_at - time.time()))
    with _hold_connection(settings, url, deadline) if _is_arxiv(settings, url) else nullcontext():
        while (start := _try_start(settings, url)) > time.time():
            _check_deadline(url, start, deadline)
            time.sleep(start - time.time())
        yield datetime.fromtimestamp(start, UTC)


def postpone_turns(settings: Settings, url: str, seconds: float) -> None:
    """Let no process ask the host of `url` again for `seconds`: the host said so."""
    with _open_schedule(settings, url) as schedule:
        schedule["closed_until"] = max(schedule["closed_until"], time.time() + seconds)
        schedule["next_turn"] = max(schedule["next_turn"], schedule["closed_until"])


def _book_turn(settings: Settings, url: str, deadline: float | None) -> float:
    with _open_schedule(settings, url) as schedule:
        turn_at = max(time.time(), schedule["next_turn"])
        _check_deadline(url, turn_at, deadline)
        schedule["next_turn"] = turn_at + settings.interval_for(url)
    return turn_at


def _try_start(settings: Settings, url: str) -> float:
    """The moment of the start, written down; or, in the future, when to try again.

    The request before may have started later than it was booked, or the host may have closed meanwhile.
    """
    interval = settings.interval_for(url)
    with _open_schedule(settings, url) as schedule:
        now = time.time()
        start = max(schedule["started"] + interval, schedule["closed_until"])
        if start > now:
            return start
        schedule["started"] = now
        schedule["next_turn"] = max(schedule["next_turn"], now + interval)
        return now


@contextmanager
def _hold_connection(settings: Settings, url: str, deadline: float | None) -> Iterator[None]:
    left = CONNECTION_TIMEOUT if deadline is None else max(0.0, deadline - time.monotonic())
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_shared_lock(settings, "connection-arxiv", min(left, CONNECTION_TIMEOUT)))
        except LockTimeout:
            _check_deadline(url, time.time(), deadline)
            raise
        yield


def _check_deadline(url: str, moment: float, deadline: float | None) -> None:
    if deadline is not None and time.monotonic() + moment - time.time() >= deadline:
        raise TurnTooLate(f"the next turn at {urlsplit(url).hostname} comes after the time given; run again later")


def _is_arxiv(settings: Settings, url: str) -> bool:
    parts = urlsplit(url)
    if parts.netloc not in {urlsplit(base).netloc for base in (settings.arxiv_url, settings.arxiv_api_url)}:
        return False
    return parts.netloc != urlsplit(settings.hf_url).netloc or parts.path.startswith(ARXIV_PATHS)


@contextmanager
def _open_schedule(settings: Settings, url: str) -> Iterator[dict[str, float]]:
    """The schedule of a host, to be changed in place: moments as seconds since 1970 by our clock."""
    with open_state(settings, f"pace-{urlsplit(url).hostname}") as (state, ahead):
        schedule = {name: state.get(name, 0.0) - ahead for name in ("next_turn", "started", "closed_until")}
        yield schedule
        state |= {name: moment + ahead for name, moment in schedule.items()}
