"""Read papers now, in this process: what `paperhouse read` does, without Airflow."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ..batches import find_batch
from ..build import build_warehouse
from ..errors import PaperhouseError
from ..judge import read_verdict
from ..readers.read_texts import read_texts
from ..report.render import render_report
from ..settings import Settings
from ..texts.choose import choose_papers, list_dates
from ..texts.fetch import fetch_texts


class ReadingsRejected(PaperhouseError):
    """The readings did not pass the quality checks; the published warehouse is unchanged."""


def read_now(
    settings: Settings,
    listing_date: date | None,
    paper_ids: list[str] | None,
    minutes: float,
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Fetch, read, build and report; return the written reports. An empty list: nothing was left to read.

    Raises PaperUnknown, WarehouseMissing, ArxivBlocked, SourceUnreachable, ReadingsRejected, DbtFailed.
    """
    chosen = choose_papers(settings, listing_date, paper_ids)
    if not chosen:
        return []
    fetch_texts(settings, chosen, minutes, is_wanted=True, say=say)
    publish_batch(settings, read_texts(settings, chosen, say), say)
    return [path for day in list_dates(settings, chosen) for path in render_report(settings, day)]


def publish_batch(settings: Settings, batch_id: str, say: Callable[[str], None] = print) -> None:
    """Build with a landed batch; raise ReadingsRejected when it did not pass."""
    build_warehouse(settings, batch_id, say=say)
    verdict = read_verdict(find_batch(settings, batch_id) / "verdict.json")
    if not verdict.is_accepted:
        raise ReadingsRejected(f"batch {batch_id} was rejected: {verdict.reason}; readers keep what they had")
