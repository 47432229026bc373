"""Fetch: what Hugging Face's API says about each paper, untouched, into the landing zone."""

import json
import time
from collections.abc import Callable
from datetime import datetime

import requests

from ..landing import claim_source
from ..pace import TurnTooLate
from ..request import RequestFailed, get_answer, open_session
from ..settings import Settings
from .land import land_look, was_seen_since

BODY_LIMIT = 8 * 1024 * 1024  # bytes; with 664 authors a page has a few hundred thousand
MOST_FAILURES = 3  # papers in a row without an answer: the source is down or refuses us, the others can wait


def fetch_pages(
    settings: Settings, paper_ids: list[str], minutes: float, since: datetime, say: Callable[[str], None]
) -> list[str]:
    """Land the page of each paper that was not seen since `since`; return the ids whose page is there.

    No request starts when `minutes` are over, and none after three papers in a row gave no answer: what is left comes
    with a later visit. An unknown paper (404) lands like any other answer. Raises SourcesMixed.
    """
    claim_source(settings)
    deadline = time.monotonic() + 60 * minutes
    done: list[str] = []
    failures = 0
    with open_session(settings) as session:
        for paper_id in paper_ids:
            try:
                if not was_seen_since(settings, paper_id, since):
                    _fetch_page(settings, session, paper_id, deadline)
            except RequestFailed as error:
                say(f"{paper_id}: {error}")
                failures += 1
                if failures == MOST_FAILURES:
                    break
                continue
            except TurnTooLate as error:
                say(str(error))
                break
            failures = 0
            done.append(paper_id)
    say(f"{len(done)} of {len(paper_ids)} pages are there")
    return done


def _fetch_page(settings: Settings, session: requests.Session, paper_id: str, deadline: float) -> None:
    answer = get_answer(
        settings,
        session,
        f"{settings.hf_url}/api/papers/{paper_id}",
        {},
        is_cut=_is_cut_object,
        expected=frozenset({404}),
        body_limit=BODY_LIMIT,
        deadline=deadline,
    )
    land_look(settings, paper_id, answer)


def _is_cut_object(body: bytes) -> bool:
    if not body.lstrip().startswith(b"{"):
        return False
    try:
        json.loads(body)
    except ValueError:
        return True
    return False
