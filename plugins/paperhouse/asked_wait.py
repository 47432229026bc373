"""How long an answer asks us to stay away."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

LONGEST_WAIT = 330  # seconds; Hugging Face counts in windows of 300


def read_asked_wait(response: requests.Response) -> float | None:
    """Seconds, by `Retry-After` or an exhausted `RateLimit`; None when nothing is asked."""
    after = response.headers.get("Retry-After", "").strip()
    if after.isdigit():
        return min(float(after), LONGEST_WAIT)
    if after:
        try:
            moment = parsedate_to_datetime(after)
            return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), LONGEST_WAIT)
        except (TypeError, ValueError):
            pass
    limit = response.headers.get("RateLimit", "")
    remaining, reset = re.search(r"\br=(\d+)", limit), re.search(r"\bt=(\d+)", limit)
    exhausted = response.status_code == 429 or (remaining and int(remaining[1]) == 0)
    return min(float(reset[1]), LONGEST_WAIT) if exhausted and reset else None
