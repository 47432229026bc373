"""Status: what is published, what waits, and in which state the days are."""

from .publish import current_version
from .scope import list_waiting
from .settings import Settings
from .warehouse import open_published


def describe_status(settings: Settings) -> str:
    """Return a few lines for people; raise WarehouseMissing before the first publication."""
    with open_published(settings) as warehouse:
        days = warehouse.execute("""
            select state, count(*), min(listing_date), max(listing_date) from day_status group by state order by state
        """).fetchall()
        papers = warehouse.execute("select count(*) from papers").fetchone()[0]
        errors = warehouse.execute("""
            select listing_date, last_error from day_status
            where last_error is not null order by last_error_at desc limit 5
        """).fetchall()
    waiting = list_waiting(settings)
    return "\n".join(
        [
            f"version   {current_version(settings).parent.name}, {papers} papers",
            f"waiting   {len(waiting)} fetches" + (", the next build takes them" if waiting else ""),
            *(f"{state:<9} {count} days, {first} to {last}" for state, count, first, last in days),
            *(f"error     {listing_date}: {message}" for listing_date, message in errors),
        ]
    )
