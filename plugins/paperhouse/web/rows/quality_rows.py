"""How far the data can be trusted: the ledger of days, what was checked of each fetch, and what was set aside."""

from datetime import date

import duckdb

from ...report.fetch_rows import fetch_rows

PAGE_SIZE, REJECTED_SIZE = 40, 20
SHOWN_CHARACTERS = 3000  # of a record that was set aside

NEWEST_QUERY = """
    select
        listing_date, state, paper_count, evidence, last_error_at > last_seen_at or last_seen_at is null as is_failing,
        last_error
    from day_status
    order by listing_date desc
    limit 1
"""

# The checks of the fetch that a day stands on, or of the last rejected one when none was ever accepted.
FAILED_QUERY = """
    with judged as (
        select fetch_id
        from fetches
        where listing_date = $listing_date
        order by is_accepted desc, observed_at desc, fetch_id desc
        limit 1
    )

    select
        count(*) as check_count,
        count(*) filter (not success and severity = 'critical') as critical_count,
        count(*) filter (not success and severity = 'warning') as warning_count
    from audit_results
    inner join judged using (fetch_id)
"""

YEARS_QUERY = "select distinct year(listing_date) as year from day_status order by year"

DAYS_QUERY = """
    select listing_date, state, paper_count, rejected_count
    from day_status
    where listing_date between $first_date and $last_date
    order by listing_date
"""

# Critical before warning, as it happens in the alphabet.
CHECKS_QUERY = """
    select * exclude (checked_at), strftime(checked_at at time zone 'UTC', '%Y-%m-%d %H:%M') as checked_at
    from audit_results
    where
        ($severity = '' or severity = $severity)
        and ($check_name = '' or check_name = $check_name)
        and ($listing_date is null or listing_date = $listing_date)
    order by success, severity, audit_results.checked_at desc, fetch_id desc, suite, check_name
    limit $page_size offset $skipped
"""

# Apart, because a count beside each row keeps all rows until it is known: 300 ms instead of 4 for 20,000 checks.
CHECK_COUNTS_QUERY = """
    select count(*) as total, count(*) filter (not success) as failed_count
    from audit_results
    where
        ($severity = '' or severity = $severity)
        and ($check_name = '' or check_name = $check_name)
        and ($listing_date is null or listing_date = $listing_date)
"""

CHECK_NAMES_QUERY = """
    select check_name, count(*) filter (not success) as failed_count
    from audit_results
    group by check_name
    order by check_name
"""

FETCHES_QUERY = """
    select
        fetch_id, strftime(observed_at at time zone 'UTC', '%Y-%m-%d %H:%M') as observed_at, item_count, rejected_count,
        is_accepted, reason, run_id
    from fetches
    where listing_date = $listing_date
    order by observed_at desc, fetch_id desc
    limit 50
"""

STATUS_QUERY = """
    select listing_date, state, paper_count, evidence from day_status where listing_date = $listing_date
"""

REJECTED_QUERY = """
    select
        * exclude (payload), left(payload::varchar, $character_count) as payload, length(payload::varchar) as length,
        (select count(*) from rejected_records where $listing_date is null or listing_date = $listing_date) as total
    from rejected_records
    where $listing_date is null or listing_date = $listing_date
    order by listing_date desc, fetch_id desc, page_number, item_number
    limit $page_size offset $skipped
"""

SUITES_QUERY = """
    select fetch_id, suite, any_value(listing_date) as listing_date, count(*) filter (not success) as failed_count
    from audit_results
    where list_contains($fetch_ids, fetch_id)
    group by fetch_id, suite
"""


def read_trust(connection: duckdb.DuckDBPyConnection) -> dict | None:
    """The newest day with how its checks went; None in a warehouse without a day.

    state, paper_count, evidence, last_error and is_failing, check_count, critical_count and warning_count of failed
    checks.
    """
    newest = fetch_rows(connection, NEWEST_QUERY, {})
    if not newest:
        return None
    return newest[0] | fetch_rows(connection, FAILED_QUERY, {"listing_date": newest[0]["listing_date"]})[0]


def read_year(connection: duckdb.DuckDBPyConnection, year: int) -> list[dict]:
    """The ledger of a year, day by day."""
    return fetch_rows(connection, DAYS_QUERY, {"first_date": date(year, 1, 1), "last_date": date(year, 12, 31)})


def list_years(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Years that the ledger tells of, the oldest first."""
    return [row["year"] for row in fetch_rows(connection, YEARS_QUERY, {})]


def read_checks(connection: duckdb.DuckDBPyConnection, wanted: dict, page: int) -> dict:
    """A page of `checks`, failed ones first; `total` and `failed_count` of all pages.

    `wanted` has severity, check_name (empty for all) and listing_date (or None).
    """
    part = {"page_size": PAGE_SIZE, "skipped": (page - 1) * PAGE_SIZE}
    counts = fetch_rows(connection, CHECK_COUNTS_QUERY, wanted)[0]
    return {"checks": fetch_rows(connection, CHECKS_QUERY, wanted | part), **counts}


def list_check_names(connection: duckdb.DuckDBPyConnection) -> list[dict]:
    return fetch_rows(connection, CHECK_NAMES_QUERY, {})


def read_fetches(connection: duckdb.DuckDBPyConnection, listing_date: date) -> dict:
    """`status` of a date (None when it is unknown) and its `fetches` with their verdicts, the newest first."""
    about = {"listing_date": listing_date}
    return {
        "status": next(iter(fetch_rows(connection, STATUS_QUERY, about)), None),
        "fetches": fetch_rows(connection, FETCHES_QUERY, about),
    }


def read_rejected(connection: duckdb.DuckDBPyConnection, listing_date: date | None, page: int) -> list[dict]:
    """A page of records that were set aside, the newest date first, with `total`.

    `payload` is cut at SHOWN_CHARACTERS; `length` is that of all of it.
    """
    about = {"listing_date": listing_date, "character_count": SHOWN_CHARACTERS}
    part = {"page_size": REJECTED_SIZE, "skipped": (page - 1) * REJECTED_SIZE}
    return fetch_rows(connection, REJECTED_QUERY, about | part)


def read_suites(connection: duckdb.DuckDBPyConnection, fetch_ids: list[str]) -> dict[tuple[str, str], dict]:
    """(fetch, suite) → its listing_date and failed_count."""
    rows = fetch_rows(connection, SUITES_QUERY, {"fetch_ids": fetch_ids})
    return {(row["fetch_id"], row["suite"]): row for row in rows}
