"""One polite, patient HTTP GET: paced by host, retried with backoff, written into the ledger."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from . import __version__
from .errors import PaperhouseError
from .ledger import record_request
from .pace import postpone_turns, wait_for_turn
from .settings import Settings

ATTEMPTS = 5
FIRST_BACKOFF = 1.0  # seconds, doubled with every attempt
CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 30  # seconds between two pieces of a body
BODY_TIMEOUT = 120  # seconds for a whole body, so that a dripping source cannot hold a run
BODY_LIMIT = 64 * 1024 * 1024  # bytes
LONGEST_WAIT = 330  # seconds; Hugging Face counts in windows of 300
TRANSIENT_STATUSES = {408, 425, 429, 500, 502, 503, 504}
KEPT_HEADERS = (
    "content-type",
    "date",
    "etag",
    "last-modified",
    "ratelimit",
    "ratelimit-policy",
    "x-request-id",
)


class RequestFailed(PaperhouseError):
    """The source did not give a complete answer. The message names url, attempts and cause."""


class SourceUnreachable(RequestFailed):
    """No complete answer after every attempt: connection, timeout, cut body, 429 or 5xx."""


class SourceRefused(RequestFailed):
    """The source answered that asking again is pointless (4xx)."""


@dataclass(frozen=True)
class Answer:
    """A complete response: its untouched body and when it was received (UTC)."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    received_at: datetime


class _Transient(Exception):
    def __init__(self, cause: str, wait: float | None = None):
        super().__init__(cause)
        self.wait = wait


def get_answer(
    settings: Settings,
    session: requests.Session,
    url: str,
    params: dict,
    *,
    listing_date: date | None = None,
    is_cut: Callable[[bytes], bool] = lambda body: False,
) -> Answer:
    """GET `url` and return a complete 2xx answer; `is_cut` tells a body that ends too early.

    Waits as `Retry-After` or `RateLimit` say, else 1, 2, 4, 8 s. Raises SourceUnreachable or SourceRefused.
    """
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait_before_retry,
        retry=retry_if_exception_type(_Transient),
        reraise=True,
    )
    try:
        return attempts(_get_once, settings, session, url, params, listing_date, is_cut)
    except _Transient as last:
        raise SourceUnreachable(
            f"no answer from {url} after {ATTEMPTS} attempts, the last one: {last}. "
            "Check the connection and the source, then run the date again."
        ) from None


def open_session(settings: Settings) -> requests.Session:
    """Return a session that says who is asking, and carries the token for Hugging Face when there is one."""
    session = requests.Session()
    contact = f" (+mailto:{settings.contact})" if settings.contact else ""
    session.headers["User-Agent"] = f"paperhouse/{__version__}{contact}"
    if settings.hf_token:
        session.headers["Authorization"] = f"Bearer {settings.hf_token}"
    return session


def _get_once(
    settings: Settings,
    session: requests.Session,
    url: str,
    params: dict,
    listing_date: date | None,
    is_cut: Callable[[bytes], bool],
) -> Answer:
    wait_for_turn(settings, url)
    started = time.monotonic()
    status, body, outcome, final_url = None, b"", "complete", url
    try:
        with session.get(
            url, params=params, stream=True, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), allow_redirects=True
        ) as response:
            status, final_url = response.status_code, response.url
            body = _read_body(response, started)
            _check_answer(settings, url, response, body, is_cut)
            return Answer(
                url=response.url,
                status=response.status_code,
                headers={k: response.headers[k] for k in KEPT_HEADERS if k in response.headers},
                body=body,
                received_at=datetime.now(UTC),
            )
    except requests.RequestException as error:
        outcome = f"{type(error).__name__}: {_innermost(error)}"
        raise _Transient(outcome) from None
    except (_Transient, SourceRefused) as error:
        outcome = str(error)
        raise
    finally:
        record_request(
            settings,
            datetime.now(UTC),
            {
                "host": urlsplit(url).hostname,
                "url": final_url,
                "listing_date": listing_date.isoformat() if listing_date else None,
                "status": status,
                "bytes": len(body),
                "seconds": round(time.monotonic() - started, 3),
                "outcome": outcome,
            },
        )


def _read_body(response: requests.Response, started: float) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_content(65536):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() - started > BODY_TIMEOUT:
            raise _Transient(f"the body was not complete after {BODY_TIMEOUT} s")
        if size > BODY_LIMIT:
            raise SourceRefused(f"{response.url} sent more than {BODY_LIMIT} bytes; that is not a list of papers")
    return b"".join(pieces)


def _check_answer(
    settings: Settings, url: str, response: requests.Response, body: bytes, is_cut: Callable[[bytes], bool]
) -> None:
    wait = _asked_wait(response)
    if wait is not None:
        postpone_turns(settings, url, wait)
    if response.status_code in TRANSIENT_STATUSES:
        raise _Transient(f"HTTP {response.status_code} {response.reason}", wait)
    if not 200 <= response.status_code < 300:
        detail = " ".join(body[:200].decode("utf-8", "replace").split())
        raise SourceRefused(f"{response.url} answered HTTP {response.status_code}: {detail or response.reason}")
    if is_cut(body):
        raise _Transient(f"the body is cut after {len(body)} bytes")


def _asked_wait(response: requests.Response) -> float | None:
    """Seconds the source asks us to stay away, or None."""
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


def _wait_before_retry(state: RetryCallState) -> float:
    asked = state.outcome.exception().wait
    # An asked wait is booked in the schedule of the host, which every process obeys.
    return 0.0 if asked is not None else FIRST_BACKOFF * 2 ** (state.attempt_number - 1)


def _innermost(error: BaseException) -> str:
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    return str(getattr(error, "reason", None) or error)
