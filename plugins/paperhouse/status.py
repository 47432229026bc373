"""Status: what is published, what waits, and in which state the days are."""

from .publish import current_version
from .publish_log import read_log, summarize_changes
from .scope import list_waiting
from .settings import Settings
from .warehouse import open_published, open_working


def describe_status(settings: Settings) -> str:
    """Return a few lines for people; raise WarehouseMissing before the first publication."""
    with open_published(settings) as warehouse:
        log = read_log(warehouse)[:1]
        days = warehouse.execute("""
            select state, count(*), min(listing_date), max(listing_date) from day_status group by state order by state
        """).fetchall()
        papers = warehouse.execute("select count(*) from papers").fetchone()[0]
        errors = warehouse.execute("""
            select listing_date, last_error from day_status
            where last_error is not null order by last_error_at desc limit 5
        """).fetchall()
    waiting, held_dates = list_waiting(settings), list_held_dates(settings)
    return "\n".join(
        [
            f"version       {current_version(settings).parent.name}, {papers} papers",
            *(f"changed       {summarize_changes(row)}" for row in log),
            f"waiting       {len(waiting)} fetches" + (", the next build takes them" if waiting else ""),
            # The published file was there before the rollback, so only the working database knows.
            *([f"rolled back   {', '.join(held_dates)}; `paperhouse release` brings them back"] if held_dates else []),
            *(f"{state:<13} {count} days, {first} to {last}" for state, count, first, last in days),
            *(f"error         {listing_date}: {message}" for listing_date, message in errors),
        ]
    )


def list_held_dates(settings: Settings) -> list[str]:
    """What a rollback holds: listing dates, and "readings" for batches that belong to none."""
    with open_working(settings) as working:
        return [
            row[0]
            for row in working.execute("""
                select distinct coalesce(listing_date::varchar, 'readings') as held
                from raw.verdicts
                left join (
                    select fetch_id, listing_date from raw.fetches
                    union all
                    select batch_id, listing_date from raw.reading_batches
                ) using (fetch_id)
                where is_held
                order by held
            """).fetchall()
        ]
