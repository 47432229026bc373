"""What the published warehouse and the landing zone know about the days of a range; the planner starts from it."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from ..judge import read_verdict
from ..ledger import read_failed_fetches
from ..settings import Settings
from ..storage import list_landed
from ..warehouse import WarehouseMissing, open_published


@dataclass(frozen=True)
class Day:
    """What is known of a listing date: a state of `day_status`, or "landed"; papers ever seen on it; the UTC day of the
    newest look."""

    state: str
    paper_count: int = 0
    was_seen_settled: bool = False
    last_seen_date: date | None = None


@dataclass(frozen=True)
class Known:
    """What the warehouse and the landing zone know: days by date, papers of theirs that nobody read yet, and the
    usual number of papers by weekday (0 is Monday)."""

    days: dict[date, Day] = field(default_factory=dict)
    unread_count: int = 0
    usual_counts: dict[int, float] = field(default_factory=dict)


def read_known(settings: Settings, from_date: date, to_date: date) -> Known:
    """What the published warehouse and the landing zone know of a range; an empty data folder knows nothing."""
    try:
        with open_published(settings) as warehouse:
            known = _read_warehouse(warehouse, from_date, to_date)
    except WarehouseMissing:
        known = Known()
    unpublished = set(list_days(from_date, to_date)) - set(known.days)
    landed = {day: Day(state) for day, state in _read_landing(settings, unpublished).items()}
    return replace(known, days=known.days | landed)


def list_days(from_date: date, to_date: date) -> list[date]:
    """Every day from `from_date` to `to_date`, both inclusive."""
    return [from_date + timedelta(days=number) for number in range((to_date - from_date).days + 1)]


def _read_warehouse(warehouse: duckdb.DuckDBPyConnection, from_date: date, to_date: date) -> Known:
    days = warehouse.execute(
        "select listing_date, state, expected_count, settled_at is not null, last_seen_at::date from day_status "
        "where listing_date between ? and ?",
        [from_date, to_date],
    ).fetchall()
    usual = warehouse.execute(
        "select isodow(listing_date) - 1, median(paper_count) from day_status "
        "where state in ('settled', 'quiet') group by 1 having count(*) >= 4"
    ).fetchall()
    tables = {name for (name,) in warehouse.execute("select table_name from duckdb_tables()").fetchall()}
    # A version of before papers were read has no such table.
    read = "(from paper_readings where state = 'read' and not starts_with(reader, 'report:'))"
    unread = f"anti join {read} using (paper_id)" if "paper_readings" in tables else ""
    (unread_count,) = warehouse.execute(
        f"select count(distinct paper_id) from paper_listings {unread} "  # noqa: S608
        "where delisted_at is null and listing_date between ? and ?",
        [from_date, to_date],
    ).fetchone()
    return Known({day: Day(*rest) for day, *rest in days}, unread_count, dict(usual))


def _read_landing(settings: Settings, days: set[date]) -> dict[date, str]:
    """Those of `days` that were asked for, as their newest answer has them: landed, held or failed."""
    states = {}
    for failure in read_failed_fetches(settings):
        if (day := date.fromisoformat(failure["listing_date"])) in days:
            states[day] = "failed"
    for folder, names in list_landed(settings.landing_dir / "hf" / "daily", 2).items():
        if "fetch.json" in names and (day := date.fromisoformat(folder.parent.name)) in days:
            states[day] = _judge_answer(folder, names)
    return states


def _judge_answer(folder: Path, names: set[str]) -> str:
    if "hold.json" in names:
        return "held"
    is_rejected = "verdict.json" in names and not read_verdict(folder / "verdict.json").is_accepted
    return "failed" if is_rejected else "landed"
