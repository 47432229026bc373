"""One question to an OpenAI-compatible endpoint: within the budget, in turn, retried, written into the ledger."""

import re
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from openai import (
    APIConnectionError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    OpenAI,
    OpenAIError,
    RateLimitError,
    UnprocessableEntityError,
)

from ..ledger import record_request
from ..pace import postpone_turns, take_turn
from ..settings import Settings
from ..terminal import quote_answer
from .llm_answer import ModelFailed, Reply, read_content, read_usage
from .llm_budget import reserve_tokens, settle_tokens

ATTEMPTS = 4
FIRST_BACKOFF = 1.0  # seconds, doubled with every attempt
LONGEST_WAIT = 120  # seconds; an endpoint that asks for more is not waited for
TIMEOUT = 300  # seconds; a model on a laptop is slow, and asking it twice makes it no faster
ANSWER_TOKENS = 8_000  # the longest answer asked for
_CONTEXT_TOO_LONG = re.compile(r"context.{0,20}(?:length|window|size)|too many tokens|prompt is too long", re.I)


def ask_model(settings: Settings, messages: list[dict], schema: dict) -> Reply:
    """POST the messages to `<llm_url>/chat/completions`, the answer bound to a JSON schema.

    Waits as `Retry-After` says, else 1, 2, 4 s. Raises ModelFailed: budget spent, refused or broken connection,
    no answer in time, 4xx, 429 or 5xx to the end, context too long, no chat completion.
    """
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    prompt_tokens = estimate_tokens("".join(message["content"] for message in messages))
    estimate = prompt_tokens + ANSWER_TOKENS
    if not reserve_tokens(settings, day, estimate):
        raise ModelFailed(
            f"the token budget of {day} is spent; raise PAPERHOUSE_LLM_TOKEN_BUDGET={settings.llm_token_budget} "
            "or read on tomorrow"
        )
    used = 0
    try:
        body = _ask_patiently(settings, messages, schema)
        try:
            content = read_content(body)
        except ValueError as error:
            raise ModelFailed(f"{settings.llm_url} is no chat-completions endpoint: {error}") from None
        used = read_usage(body) or prompt_tokens + estimate_tokens(content)
        return Reply(body, content, used)
    except APITimeoutError:
        used = estimate  # what the endpoint did in that time may still be charged
        raise ModelFailed(f"no answer from {settings.llm_url} within {TIMEOUT} s; take a faster model") from None
    except OpenAIError as error:
        raise ModelFailed(_explain(settings, error, estimate)) from None
    finally:
        settle_tokens(settings, day, estimate, used)


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few: three Latin characters each, one of any other script."""
    latin = sum(map(str.isascii, text))
    return latin // 3 + len(text) - latin + 1


def _ask_patiently(settings: Settings, messages: list[dict], schema: dict) -> str:
    options = {
        "temperature": 0,
        "max_tokens": ANSWER_TOKENS,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reading", "strict": True, "schema": schema},
        },
    }
    attempt = 1
    with OpenAI(
        base_url=settings.llm_url, api_key=settings.llm_key or "none", timeout=TIMEOUT, max_retries=0
    ) as client:
        while True:
            try:
                return _ask_once(settings, client, {"messages": messages, **options})
            except (BadRequestError, UnprocessableEntityError) as error:
                options = _adapt(options, error.message)
                if options is None:
                    raise
            except APITimeoutError:
                raise
            except (APIConnectionError, RateLimitError, InternalServerError) as error:
                wait = _asked_wait(error) or FIRST_BACKOFF * 2 ** (attempt - 1)
                if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                    raise
                postpone_turns(settings, settings.llm_url, wait)  # for every process: they share the limit
                attempt += 1


def _ask_once(settings: Settings, client: OpenAI, request: dict) -> str:
    with take_turn(settings, settings.llm_url) as started_at:
        started = time.monotonic()
        status, body, outcome = None, b"", "complete"
        try:
            response = client.chat.completions.with_raw_response.create(model=settings.llm_model, **request)
            status, body = response.http_response.status_code, response.http_response.content
        except OpenAIError as error:
            status, outcome = getattr(error, "status_code", None), type(error).__name__
            raise
        finally:
            entry = {
                "started_at": started_at.isoformat(),
                "host": urlsplit(settings.llm_url).hostname,
                "url": f"{settings.llm_url}/chat/completions",
                "listing_date": None,
                "status": status,
                "bytes": len(body),
                "seconds": round(time.monotonic() - started, 3),
                "outcome": outcome,
            }
            record_request(settings, datetime.now(UTC), entry)
    return body.decode("utf-8", "replace")


def _adapt(options: dict, complaint: str) -> dict | None:
    """The request without what this endpoint does not know; None when it complains of something else."""
    if _CONTEXT_TOO_LONG.search(complaint):
        return None
    format_name = options["response_format"]["type"]
    if "response_format" in complaint and format_name == "json_schema":
        return {**options, "response_format": {"type": "json_object"}}
    if "max_tokens" in complaint and "max_tokens" in options:
        rest = {name: value for name, value in options.items() if name != "max_tokens"}
        return {**rest, "max_completion_tokens": ANSWER_TOKENS}
    if "temperature" in complaint and "temperature" in options:
        return {name: value for name, value in options.items() if name != "temperature"}
    return None


def _asked_wait(error: Exception) -> float | None:
    response = getattr(error, "response", None)
    after = response.headers.get("Retry-After", "").strip() if response is not None else ""
    return float(after) if re.fullmatch(r"\d+(\.\d+)?", after) else None


def _explain(settings: Settings, error: Exception, estimate: int) -> str:
    detail = quote_answer(settings, f"{error} {error.__cause__ or ''}")
    if _CONTEXT_TOO_LONG.search(detail):
        return f"{settings.llm_model} has a context too small for a paper; serve it with {estimate} tokens or more"
    return f"{settings.llm_url} gave no answer: {detail[:300]}; check the PAPERHOUSE_LLM_* settings and the endpoint"
