"""The request ledger: one JSON line for every request that was made, and one for every fetch that failed.

Where several hosts land, each writes files of its own beside those of the others; in a bucket, where nothing can be
appended, each process does.
"""

import json
import os
import secrets
import socket
from collections import defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path

from .settings import Settings
from .storage import is_in_bucket, write_file

_lines: dict[Path, list[str]] = defaultdict(list)  # of the objects that this process writes


def record_request(settings: Settings, at: datetime, entry: dict) -> None:
    """Append one request to the ledger of its UTC day."""
    _append(settings, f"{at:%Y-%m-%d}", {"at": at.isoformat(), **entry})


def record_failed_fetch(settings: Settings, at: datetime, listing_date: date, error: Exception) -> None:
    """Append one fetch that landed nothing, with the reason; `day_status` shows it as the day's last error."""
    _append(
        settings,
        "failed_fetches",
        {
            "listing_date": listing_date.isoformat(),
            "failed_at": at.isoformat(),
            "error": type(error).__name__,
            "message": str(error),
        },
    )


def read_failed_fetches(settings: Settings) -> list[dict]:
    """Every fetch that landed nothing, on any host: listing_date, failed_at (ISO 8601), error and message."""
    files = sorted((settings.landing_dir / "requests").glob("failed_fetches*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().split("\n")[:-1]]


def _append(settings: Settings, name: str, entry: dict) -> None:
    folder = settings.landing_dir / "requests"
    line = settings.mask(json.dumps(entry, ensure_ascii=False)) + "\n"
    if is_in_bucket(folder):
        path = folder / f"{name}.{socket.gethostname()}-{_name_process(os.getpid())}.jsonl"
        _lines[path].append(line)
        write_file(path, "".join(_lines[path]).encode())
        return
    path = folder / (f"{name}.{socket.gethostname()}.jsonl" if settings.landing else f"{name}.jsonl")
    path.parent.mkdir(parents=True, exist_ok=True)
    # One write to a file opened for appending: lines of several processes do not mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


@cache
def _name_process(pid: int) -> str:
    """A name that no process of this host has again, as a number of a process may."""
    _lines.clear()  # of the process that forked us
    return f"{pid}-{secrets.token_hex(3)}"
