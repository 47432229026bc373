"""Visit: the lists of some dates, each fetched, landed and loaded as a run of `daily_papers` does it."""

from collections.abc import Callable
from datetime import date

from ..extract import extract_listing
from ..load import load_raw
from ..request import RequestFailed
from ..settings import Settings


def visit_days(settings: Settings, days: list[date], say: Callable[[str], None]) -> list[str]:
    """Fetch, land and load the list of each date; return the ids of the fetches.

    A date that gives no answer does not hold up the others; when none gives one, the last RequestFailed is raised.
    Raises SourcesMixed and LockTimeout.
    """
    fetch_ids, failure = [], None
    for day in days:
        try:
            fetch = extract_listing(settings, day)
        except RequestFailed as error:
            say(f"{day}: {error}")
            failure = error
            continue
        count = load_raw(settings, fetch.fetch_id)
        say(f"{day}: {count} items as fetch {fetch.fetch_id}")
        fetch_ids.append(fetch.fetch_id)
    if failure and not fetch_ids:
        raise failure
    return fetch_ids
