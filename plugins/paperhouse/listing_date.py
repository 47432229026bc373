"""Which listing date a run is about, decided once and never by the clock."""

from datetime import UTC, date, datetime

from .errors import PaperhouseError

FIRST_LISTING_DATE = date(2023, 5, 4)
RUN_TYPES = {"scheduled", "backfill", "manual", "asset_triggered", "asset_materialization", "operator_triggered"}


class ListingDateError(PaperhouseError):
    """A date that Hugging Face cannot have a list for; no request is made."""


class MalformedDate(ListingDateError):
    pass


class FutureDate(ListingDateError):
    pass


class DateBeforeFirstListing(ListingDateError):
    pass


class DateInBackfill(ListingDateError):
    """A backfill's configuration names one date, which would hold for every one of its runs."""


def parse_listing_date(text: str, today: date | None = None) -> date:
    """Return the date of `text` ("2025-12-25"), or raise the ListingDateError that says what is wrong.

    `today` is the current day in UTC, the zone Hugging Face lists in.
    """
    try:
        listing_date = date.fromisoformat(text)
    except (TypeError, ValueError):
        listing_date = None
    if listing_date is None or listing_date.isoformat() != text:
        raise MalformedDate(f"{text!r} is not a date; write it as YYYY-MM-DD, for example 2025-12-25")
    today = today or datetime.now(UTC).date()
    if listing_date > today:
        raise FutureDate(f"{text} is in the future (today is {today} in UTC); ask for {today} or earlier")
    if listing_date < FIRST_LISTING_DATE:
        raise DateBeforeFirstListing(
            f"{text} is before {FIRST_LISTING_DATE}, the first day of Hugging Face Daily Papers"
        )
    return listing_date


def resolve_listing_date(
    *, run_type: str, logical_date: datetime | None, run_after: datetime, form_date: str | None
) -> date:
    """Return the listing date of an Airflow run.

    Scheduled and backfill runs are about their logical date. A manual run is about the date of its form,
    else about the day it was asked to run after. Raises ListingDateError.
    """
    if run_type not in RUN_TYPES:
        raise MalformedDate(f"no rule says which date a run of type {run_type!r} is about")
    if run_type == "backfill" and form_date:
        raise DateInBackfill(
            f"the backfill was started with the date {form_date} in its configuration, which would fetch that "
            "one date in every run; start it again without a date, its range says which days it covers"
        )
    if run_type in {"scheduled", "backfill"}:
        if logical_date is None:
            raise MalformedDate(f"a {run_type} run needs a logical date and has none")
        return parse_listing_date(logical_date.astimezone(UTC).date().isoformat())
    return parse_listing_date(form_date or run_after.astimezone(UTC).date().isoformat())
