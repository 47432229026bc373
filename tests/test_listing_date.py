from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from paperhouse.listing_date import (
    DateBeforeFirstListing,
    DateInBackfill,
    FutureDate,
    MalformedDate,
    parse_listing_date,
    resolve_listing_date,
)

TODAY = date(2026, 1, 10)
RUN_AFTER = datetime(2026, 1, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13-01", "20251225", "2025-12-25T00:00:00", "2025-W52-4", None])
def test_malformed_date_is_named(text):
    with pytest.raises(MalformedDate, match="YYYY-MM-DD"):
        parse_listing_date(text, TODAY)


def test_future_date_is_refused_and_today_is_not():
    assert parse_listing_date("2026-01-10", TODAY) == TODAY
    with pytest.raises(FutureDate, match="today is 2026-01-10"):
        parse_listing_date("2026-01-11", TODAY)


def test_date_before_the_first_list_is_refused():
    assert parse_listing_date("2023-05-04", TODAY) == date(2023, 5, 4)
    with pytest.raises(DateBeforeFirstListing):
        parse_listing_date("2023-05-03", TODAY)


@pytest.mark.parametrize("run_type", ["scheduled", "backfill"])
def test_scheduled_and_backfill_runs_are_about_their_logical_date(run_type):
    logical_date = datetime(2025, 12, 25, tzinfo=UTC)
    assert resolve_listing_date(
        run_type=run_type, logical_date=logical_date, run_after=RUN_AFTER, form_date=None
    ) == date(2025, 12, 25)


def test_manual_run_takes_the_date_of_its_form():
    assert resolve_listing_date(
        run_type="manual", logical_date=RUN_AFTER, run_after=RUN_AFTER, form_date="2025-12-25"
    ) == date(2025, 12, 25)


def test_manual_run_without_a_date_takes_the_day_it_runs_after_in_utc():
    late_evening_in_the_west = datetime(2026, 1, 9, 23, 30, tzinfo=timezone(timedelta(hours=-12)))
    assert resolve_listing_date(
        run_type="manual", logical_date=None, run_after=late_evening_in_the_west, form_date=None
    ) == date(2026, 1, 10)


def test_date_in_a_backfill_is_refused_with_an_explanation():
    with pytest.raises(DateInBackfill, match="in every run"):
        resolve_listing_date(run_type="backfill", logical_date=RUN_AFTER, run_after=RUN_AFTER, form_date="2025-12-25")


def test_unknown_kind_of_run_is_refused_rather_than_guessed():
    with pytest.raises(MalformedDate, match="DagRunType"):
        resolve_listing_date(
            run_type="DagRunType.BACKFILL", logical_date=RUN_AFTER, run_after=RUN_AFTER, form_date=None
        )
