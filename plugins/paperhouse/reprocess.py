"""Reprocess: what was rejected gets another chance, after the source, the models or the suites were mended.

A rejected fetch or batch is loaded again from the landing zone and judged anew; its old verdict stays beside it under
another name. Of accepted fetches with rows that were set aside, the dates are built again.
"""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from .batches import find_landed, load_batches
from .build import LOCK_TIMEOUT, build_warehouse
from .catch_up import forget_landed
from .coordination import hold_shared_lock
from .judge import read_verdict
from .load import load_raw
from .publish import current_version, follow_lake
from .scope import catch_up_with_hosts
from .settings import Settings
from .warehouse import open_published, open_working


class _Rejected(NamedTuple):
    landed_id: str
    is_batch: bool


class Reprocessed(NamedTuple):
    """Fetches and batches judged again, those of them accepted now, and rows set aside before and after."""

    judged_count: int
    accepted_count: int
    rows_before: int
    rows_after: int


def reprocess(settings: Settings, days: Iterable[date] = (), say: Callable[[str], None] = print) -> Reprocessed:
    """Try rejected fetches, batches and rows again, those of some listing dates or all of them.

    Raises LandingMissing, LandingDamaged, DbtFailed, ReadBackFailed, LockTimeout; killed anywhere, it can be called
    again.
    """
    chosen = {day.isoformat() for day in days}
    rows_before, fetches_with_rows = _list_rejected_rows(settings, chosen)
    with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings):
        catch_up_with_hosts(settings)
        rejected = _list_rejected(settings, chosen)
        for one in rejected:
            _forget(settings, one)
    for one in rejected:
        if not one.is_batch:
            load_raw(settings, one.landed_id)
    load_batches(settings)
    build_warehouse(settings, again=fetches_with_rows, say=say)
    verdicts = [read_verdict(find_landed(settings, one.landed_id) / "verdict.json") for one in rejected]
    rows_after, _ = _list_rejected_rows(settings, chosen)
    return Reprocessed(len(rejected), sum(verdict.is_accepted for verdict in verdicts), rows_before, rows_after)


def _list_rejected(settings: Settings, days: set[str]) -> list[_Rejected]:
    with open_working(settings) as working:
        rows = working.execute("""
            with landed as (
                select fetch_id as landed_id, listing_date, false as is_batch from raw.fetches
                union all
                select batch_id, listing_date, true from raw.reading_batches
            )

            select landed_id, is_batch, listing_date::varchar
            from landed inner join raw.verdicts on landed_id = fetch_id
            where not is_accepted
            order by landed_id
        """).fetchall()
    return [_Rejected(landed_id, is_batch) for landed_id, is_batch, day in rows if not days or day in days]


def _list_rejected_rows(settings: Settings, days: set[str]) -> tuple[int, set[str]]:
    """How many rows are set aside in the published warehouse, and in which accepted fetches."""
    if not current_version(settings):
        return 0, set()
    with open_published(settings) as warehouse:
        rows = warehouse.execute("""
            select fetch_id, listing_date::varchar
            from rejected_records semi join (select fetch_id from fetches where is_accepted) using (fetch_id)
        """).fetchall()
    kept = [fetch_id for fetch_id, day in rows if not days or day in days]
    return len(kept), set(kept)


def _forget(settings: Settings, one: _Rejected) -> None:
    """Let the fetch or batch be as if it had landed just now. Its verdict is set aside first: without it, the raw
    rows are still those of a rejected fetch, and a second call finds it again."""
    file = find_landed(settings, one.landed_id) / "verdict.json"
    if file.exists():
        file.replace(_name_old_verdict(file))
    with open_working(settings) as working:
        working.execute("begin")
        forget_landed(working, one.landed_id, one.is_batch)
        working.execute("commit")


def _name_old_verdict(file: Path) -> Path:
    number = len(list(file.parent.glob("verdict-*.json"))) + 1
    return file.with_name(f"verdict-{number:03}.json")
