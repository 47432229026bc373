"""Politeness: one schedule a host, shared by every process on this data folder."""

import time
from pathlib import Path
from urllib.parse import urlsplit

from .locking import hold_lock
from .settings import Settings


def wait_for_turn(settings: Settings, url: str) -> None:
    """Sleep until a request to the host of `url` is allowed, and book that moment.

    The moment is booked before sleeping, so callers in other processes queue behind it.
    """
    path = _schedule(settings, url)
    with hold_lock(path.with_suffix(".lock"), timeout=600):
        turn_at = max(time.time(), _read(path))
        _write(path, turn_at + settings.interval_for(url))
    time.sleep(max(0.0, turn_at - time.time()))


def postpone_turns(settings: Settings, url: str, seconds: float) -> None:
    """Let no process ask the host of `url` again for `seconds`: the host said so."""
    path = _schedule(settings, url)
    with hold_lock(path.with_suffix(".lock"), timeout=600):
        _write(path, max(_read(path), time.time() + seconds))


def _schedule(settings: Settings, url: str) -> Path:
    return settings.locks_dir / f"pace-{urlsplit(url).hostname}"


def _read(path: Path) -> float:
    try:
        return float(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0.0


def _write(path: Path, moment: float) -> None:
    path.write_text(repr(moment))
