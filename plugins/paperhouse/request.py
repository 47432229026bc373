"""One polite, patient HTTP GET: paced by host, retried with backoff, written into the ledger."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urljoin, urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3.exceptions import HTTPError

from . import __version__
from .asked_wait import read_asked_wait
from .errors import PaperhouseError
from .ledger import record_request
from .pace import postpone_turns, take_turn
from .settings import Settings
from .terminal import quote_answer

ATTEMPTS = 5
FIRST_BACKOFF = 1.0  # seconds, doubled with every attempt
CONNECT_TIMEOUT = 10  # seconds
READ_TIMEOUT = 30  # seconds between two pieces of a body
BODY_TIMEOUT = 120  # seconds for a whole body, so that a dripping source cannot hold a run
BODY_LIMIT = 64 * 1024 * 1024  # bytes
MOST_REDIRECTS = 5
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
    """The source answered that asking again is pointless (4xx); `status` is its HTTP status."""

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        self.status = status


class AnswerTooLarge(SourceRefused):
    """The body is larger than the caller would read."""


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


@dataclass(frozen=True)
class _Question:
    """What is asked, and when an answer counts as complete."""

    url: str
    params: dict
    listing_date: date | None
    is_cut: Callable[[bytes], bool]
    expected: frozenset[int]
    body_limit: int
    deadline: float | None


def get_answer(
    settings: Settings,
    session: requests.Session,
    url: str,
    params: dict,
    *,
    listing_date: date | None = None,
    is_cut: Callable[[bytes], bool] = lambda body: False,
    expected: frozenset[int] = frozenset(),
    body_limit: int | None = None,
    deadline: float | None = None,
) -> Answer:
    """GET `url` and return a complete answer: 2xx, or a status that the caller expects.

    `is_cut` tells a body that ends too early; no request starts after `deadline` (a time.monotonic()). Waits as
    `Retry-After` or `RateLimit` say, else 1, 2, 4, 8 s. Raises SourceUnreachable, SourceRefused, AnswerTooLarge
    or TurnTooLate.
    """
    question = _Question(url, params, listing_date, is_cut, expected, body_limit or BODY_LIMIT, deadline)
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait_before_retry,
        retry=retry_if_exception_type(_Transient),
        reraise=True,
    )
    try:
        return attempts(_get_once, settings, session, question)
    except _Transient as last:
        raise SourceUnreachable(
            f"no answer from {url} after {ATTEMPTS} attempts, the last one: {quote_answer(settings, str(last))}. "
            "Check the connection and the source, then run the date again."
        ) from None


def open_session(settings: Settings) -> requests.Session:
    """Return a session that says who is asking."""
    session = requests.Session()
    contact = f" (+mailto:{settings.contact})" if settings.contact else ""
    session.headers["User-Agent"] = f"paperhouse/{__version__}{contact}"
    return session


def _get_once(settings: Settings, session: requests.Session, question: _Question) -> Answer:
    """Follow redirects one by one: each is a request, and waits for its turn like any other."""
    url, params = question.url, question.params
    for _ in range(MOST_REDIRECTS + 1):
        answer, target = _make_request(settings, session, question, url, params)
        if target is None:
            return answer
        url, params = urljoin(answer.url, target), {}
    raise SourceRefused(f"{question.url} redirects more than {MOST_REDIRECTS} times")


def _make_request(
    settings: Settings, session: requests.Session, question: _Question, url: str, params: dict
) -> tuple[Answer, str | None]:
    """One request, one line in the ledger; returns the answer and, of a redirect, its target."""
    status, body, outcome, final_url = None, b"", "complete", url
    with take_turn(settings, url, question.deadline) as started_at:
        started = time.monotonic()
        try:
            with session.get(
                url,
                params=params,
                headers=_authorize(settings, url),
                stream=True,
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
            ) as response:
                status, final_url = response.status_code, response.url
                body = _read_body(response, started, question.body_limit)
                target = session.get_redirect_target(response)
                if target is None:
                    _check_answer(settings, response, body, question)
                kept = {
                    name: settings.mask(response.headers[name]) for name in KEPT_HEADERS if name in response.headers
                }
                return Answer(final_url, status, kept, body, datetime.now(UTC)), target
        except (requests.RequestException, HTTPError) as error:
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
                    "started_at": started_at.isoformat(),
                    "host": urlsplit(url).hostname,
                    "url": final_url,
                    "listing_date": question.listing_date.isoformat() if question.listing_date else None,
                    "status": status,
                    "bytes": len(body),
                    "seconds": round(time.monotonic() - started, 3),
                    "outcome": outcome,
                },
            )


def _authorize(settings: Settings, url: str) -> dict[str, str]:
    """The token is for Hugging Face and nobody else."""
    is_ours = settings.hf_token and url.startswith(f"{settings.hf_url}/")
    return {"Authorization": f"Bearer {settings.hf_token}"} if is_ours else {}


def _read_body(response: requests.Response, started: float, limit: int) -> bytes:
    pieces, size = [], 0
    # iter_content() would wait until 65536 bytes are together, and a dripping source for hours.
    while piece := response.raw.read1(65536, decode_content=True):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() - started > BODY_TIMEOUT:
            raise _Transient(f"the body was not complete after {BODY_TIMEOUT} s")
        if size > limit:
            raise AnswerTooLarge(f"{response.url} sent more than {limit} bytes; that is more than we read")
    return b"".join(pieces)


def _check_answer(settings: Settings, response: requests.Response, body: bytes, question: _Question) -> None:
    wait = read_asked_wait(response)
    if wait is not None:
        postpone_turns(settings, response.url, wait)
    if response.status_code in TRANSIENT_STATUSES:
        raise _Transient(f"HTTP {response.status_code} {response.reason}", wait)
    if not 200 <= response.status_code < 300 and response.status_code not in question.expected:
        detail = quote_answer(settings, body[:4096].decode("utf-8", "replace"))[:200] or response.reason
        message = f"{settings.mask(response.url)} answered HTTP {response.status_code}: {detail}"
        raise SourceRefused(message, response.status_code)
    if question.is_cut(body):
        raise _Transient(f"the body is cut after {len(body)} bytes")


def _wait_before_retry(state: RetryCallState) -> float:
    asked = state.outcome.exception().wait
    # An asked wait is booked in the schedule of the host, which every process obeys.
    return 0.0 if asked is not None else FIRST_BACKOFF * 2 ** (state.attempt_number - 1)


def _innermost(error: BaseException) -> str:
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    return str(getattr(error, "reason", None) or error)
