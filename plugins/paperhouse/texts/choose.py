"""Choose: which papers to read next, from the published warehouse and what has landed."""

from datetime import UTC, date, datetime

import duckdb

from ..errors import PaperhouseError
from ..settings import Settings
from ..warehouse import open_published
from .land import list_looks
from .schedule import next_look

MOST_PAPERS = 200  # a run; at 15 s a page they take 50 minutes

# Newest date first, and inside a date as it is listed. The text of a report that was imported is somebody else's:
# such a paper is still to be read.
CANDIDATES = """
    with listed as (
        select
            paper_id,
            max(listing_date) as listing_date,
            max_by(position, listing_date) as position
        from paper_listings
        where delisted_at is null and listing_date = coalesce(?, listing_date)
        group by paper_id
    ),
    readings as (
        select
            paper_id,
            bool_or(state = 'read') as is_read,
            max(read_at::timestamptz) as read_at
        from {readings}
        where not starts_with(reader, 'report:')
        group by paper_id
    )
    select listed.paper_id, readings.read_at
    from listed
    left join readings using (paper_id)
    where readings.is_read is distinct from true
    order by listed.listing_date desc, listed.position, listed.paper_id
"""
# A warehouse that was published before paperhouse could read has no such table.
NO_READINGS = "(select '' as paper_id, '' as reader, '' as state, null::timestamptz as read_at where false)"


class PaperUnknown(PaperhouseError):
    """A paper was asked for that the warehouse does not hold."""


def choose_papers(
    settings: Settings,
    listing_date: date | None = None,
    paper_ids: list[str] | None = None,
    now: datetime | None = None,
) -> list[str]:
    """The ids of up to 200 papers to read next, the most wanted first; empty when nothing is due.

    Due is a paper that was never read in full and whose text was never asked for, has landed since it was last
    read, or is to be asked for again. Of a `listing_date`, every paper not read in full is due; `paper_ids` are
    taken as they are. Raises PaperUnknown and WarehouseMissing.
    """
    with open_published(settings) as warehouse:
        if paper_ids:
            return _check_known(warehouse, list(dict.fromkeys(paper_ids)))
        tables = {name for (name,) in warehouse.execute("select table_name from duckdb_tables()").fetchall()}
        query = CANDIDATES.format(readings="paper_readings" if "paper_readings" in tables else NO_READINGS)
        candidates = warehouse.execute(query, [listing_date]).fetchall()
    if listing_date:
        return [paper_id for paper_id, _ in candidates][:MOST_PAPERS]
    chosen: list[str] = []
    for paper_id, read_at in candidates:
        if _is_due(settings, paper_id, read_at, now or datetime.now(UTC)):
            chosen.append(paper_id)
            if len(chosen) == MOST_PAPERS:
                break
    return chosen


def read_listed_words(settings: Settings, paper_ids: list[str]) -> dict[str, str]:
    """What any page about a paper repeats, by id: its abstract and the names of its authors, as they were listed."""
    query = """
        select paper_id, coalesce(any_value(abstract), '') || '\n' || coalesce(string_agg(name, ', '), '')
        from papers
        left join paper_authors using (paper_id)
        left join authors using (author_id)
        where paper_id in (select unnest(?))
        group by paper_id
    """
    with open_published(settings) as warehouse:
        return dict(warehouse.execute(query, [paper_ids]).fetchall())


def list_dates(settings: Settings, paper_ids: list[str]) -> list[date]:
    """The listing dates on which any of the papers stands, the oldest first."""
    with open_published(settings) as warehouse:
        query = "select distinct listing_date from paper_listings where paper_id in (select unnest(?)) order by 1"
        return [day for (day,) in warehouse.execute(query, [paper_ids]).fetchall()]


def _check_known(warehouse: duckdb.DuckDBPyConnection, paper_ids: list[str]) -> list[str]:
    query = "select paper_id from papers where paper_id in (select unnest(?))"
    known = {paper_id for (paper_id,) in warehouse.execute(query, [paper_ids]).fetchall()}
    if unknown := [paper_id for paper_id in paper_ids if paper_id not in known]:
        raise PaperUnknown(
            f"the warehouse holds no paper {', '.join(unknown)}; write an id like 2512.20144, and load a day "
            "that lists it first"
        )
    return paper_ids


def _is_due(settings: Settings, paper_id: str, read_at: datetime | None, now: datetime) -> bool:
    looks = list_looks(settings, paper_id)
    if not looks:
        return True
    texts = [look for look in looks if look.outcome == "text"]
    if texts:
        # What landed is not fetched twice: a text that was read and is no paper has had its chance.
        return read_at is None or read_at < max(text.asked_at for text in texts)
    if read_at is None or read_at < looks[-1].asked_at:
        return True  # a run ended between asking and reading
    moment = next_look(looks)
    return moment is not None and moment <= now
