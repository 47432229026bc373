"""Extract: the Hugging Face daily list of one date, every page, untouched, into the landing zone."""

import json
from datetime import UTC, date, datetime

from .landing import Fetch, claim_source, land_fetch
from .ledger import record_failed_fetch
from .request import Answer, RequestFailed, SourceRefused, get_answer, open_session
from .settings import Settings

PAGE_LIMIT = 100  # the most Hugging Face gives; without it a list is cut at 50 in silence
MOST_PAGES = 20  # 92 papers is the longest day known; a source that never ends is not a list


def extract_listing(settings: Settings, listing_date: date) -> Fetch:
    """Fetch every page of the list of `listing_date` and land it. Returns the landed fetch.

    A page that is no JSON array lands too and ends the paging; the judge will say what it is.
    Raises RequestFailed (nothing lands, the ledger keeps the reason) and SourcesMixed.
    """
    claim_source(settings)
    try:
        answers = _get_pages(settings, listing_date)
    except RequestFailed as error:
        record_failed_fetch(settings, datetime.now(UTC), listing_date, error)
        raise
    return land_fetch(settings, listing_date, answers, PAGE_LIMIT)


def _get_pages(settings: Settings, listing_date: date) -> list[Answer]:
    url = f"{settings.hf_url}/api/daily_papers"
    answers = []
    with open_session(settings) as session:
        for page in range(MOST_PAGES):
            params = {"date": listing_date.isoformat(), "limit": PAGE_LIMIT, "p": page}
            answers.append(get_answer(settings, session, url, params, listing_date=listing_date, is_cut=_is_cut_list))
            items = _parse(answers[-1].body)
            if not isinstance(items, list) or len(items) < PAGE_LIMIT:
                return answers
    raise SourceRefused(
        f"{url} still gave full pages after {MOST_PAGES} of them for {listing_date}; that is no list of one day"
    )


def _is_cut_list(body: bytes) -> bool:
    return body.lstrip().startswith(b"[") and _parse(body) is None


def _parse(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
