"""The request ledger: one JSON line for every request that was made, and one for every fetch that failed."""

import json
import os
from datetime import date, datetime
from pathlib import Path

from .settings import Settings


def record_request(settings: Settings, at: datetime, entry: dict) -> None:
    """Append one request to the ledger of its UTC day."""
    _append(settings, settings.landing_dir / "requests" / f"{at:%Y-%m-%d}.jsonl", {"at": at.isoformat(), **entry})


def record_failed_fetch(settings: Settings, at: datetime, listing_date: date, error: Exception) -> None:
    """Append one fetch that landed nothing, with the reason; `day_status` shows it as the day's last error."""
    _append(
        settings,
        failed_fetches_file(settings),
        {
            "listing_date": listing_date.isoformat(),
            "failed_at": at.isoformat(),
            "error": type(error).__name__,
            "message": str(error),
        },
    )


def failed_fetches_file(settings: Settings) -> Path:
    return settings.landing_dir / "requests" / "failed_fetches.jsonl"


def _append(settings: Settings, path: Path, entry: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    line = settings.mask(json.dumps(entry, ensure_ascii=False)) + "\n"
    # One write to a file opened for appending: lines of several processes do not mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
