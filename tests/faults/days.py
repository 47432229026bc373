"""What a run of `daily_papers` does with one day, and does again after a kill, without Airflow around it."""

from datetime import date
from pathlib import Path

from paperhouse.build import build_warehouse
from paperhouse.extract import extract_listing
from paperhouse.load import load_raw
from paperhouse.publish import current_version, list_versions
from paperhouse.settings import Settings
from paperhouse.warehouse import open_published

from tests.conftest import make_item

OLD_DAY, DAY, NEXT_DAY = "2025-12-24", "2025-12-25", "2025-12-26"  # the first is published when a test starts


def make_items(*numbers: int, **fields: object) -> list[dict]:
    """Papers 2512.0000N of these numbers; `fields` go into each."""
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def run_day(settings: Settings, day: str) -> None:
    """Extract, load and build one day."""
    build_fetch(settings, extract_listing(settings, date.fromisoformat(day)).fetch_id)


def build_fetch(settings: Settings, fetch_id: str) -> None:
    """Load and build one landed fetch."""
    load_raw(settings, fetch_id)
    build_warehouse(settings, fetch_id, say=lambda line: None)


def run_day_again(settings: Settings, day: str) -> None:
    """Go on as a retry does: with the newest fetch that landed whole, or from the start when there is none."""
    landed = sorted(settings.landing_dir.glob(f"hf/daily/{day}/*/fetch.json"))
    if landed:
        build_fetch(settings, landed[-1].parent.name)
    else:
        run_day(settings, day)


def listed_days(settings: Settings) -> dict[str, int]:
    """Published listings by date."""
    with open_published(settings) as published:
        query = "select listing_date::varchar, count(*) from paper_listings group by 1 order by 1"
        return dict(published.execute(query).fetchall())


def find_leftovers(settings: Settings) -> list[Path]:
    """What a finished run must not leave behind of itself or of a killed one before it."""
    current = current_version(settings)
    halves = [folder for folder in settings.landing_dir.glob("hf/daily/*/*") if not (folder / "fetch.json").exists()]
    return [
        *settings.build_dir.glob("*"),
        *settings.data_dir.glob(".*"),
        *settings.landing_dir.rglob(".*"),
        *halves,
        *(folder for folder in settings.versions_dir.glob("*") if not (folder / "warehouse.duckdb").exists()),
        *(version.parent for version in list_versions(settings) if version > current),
    ]
