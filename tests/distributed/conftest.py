"""Thirty days, a source that serves them, and what one process makes of days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from paperhouse.build import build_warehouse
from paperhouse.content_hash import hash_version
from paperhouse.extract import extract_listing
from paperhouse.load import load_raw
from paperhouse.publish import current_version
from paperhouse.settings import REPO, Settings
from paperhouse.source.server import start_source

from tests.conftest import RECORDED

DAYS = 30


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded days: the real ones where they are at hand, else the bundled few."""
    return RECORDED.parent if RECORDED.is_dir() else REPO / "demo"


@pytest.fixture(scope="session")
def source(recorded: Path) -> Iterator[str]:
    with start_source(recorded) as url:
        yield url


@pytest.fixture(scope="session")
def days(recorded: Path) -> list[date]:
    """The thirty days up to the last recorded one; the source has an empty list for those without a recording."""
    last = max(date.fromisoformat(file.name[:10]) for file in (recorded / "hf_daily_api").glob("2*.json*"))
    return [last - timedelta(days=number) for number in reversed(range(DAYS))]


@pytest.fixture(scope="session")
def hash_alone(source: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[date]], str]:
    """The content hash of some days, loaded and built by one process on the local target."""

    def build_alone(days: list[date]) -> str:
        settings = Settings(tmp_path_factory.mktemp("alone"), hf_url=source, arxiv_url=source, arxiv_api_url=source)
        for day in days:
            load_raw(settings, extract_listing(settings, day).fetch_id)
        built = build_warehouse(settings, say=lambda line: None)
        assert built.accepted_count == len(days)
        return hash_version(current_version(settings))

    return build_alone
