"""What every test starts from: its own data folder, and a source that answers what the test says."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from paperhouse.build import Built, build_warehouse
from paperhouse.landing import Fetch, land_fetch
from paperhouse.load import load_raw
from paperhouse.readers.reading import Reading
from paperhouse.request import Answer
from paperhouse.settings import Settings

from tests.scripted_source import ScriptedSource

pytest_plugins = ("tests.web_papers",)

SHARED = Path(__file__).parents[2] / "shared"
RECORDED = SHARED / "recorded" / "hf_daily_api"

os.environ.update({"DO_NOT_TRACK": "1", "TZ": "UTC"})


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A test that forgets to say where its data lie must not find the user's."""
    for name in [name for name in os.environ if name.startswith(("PAPERHOUSE_", "AIRFLOW"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PAPERHOUSE_DATA_DIR", str(tmp_path / "data"))
    # A DAG that runs in this process would put all tests after it behind everything else of the machine.
    monkeypatch.setattr(os, "setpriority", lambda *_: None)


@pytest.fixture
def scripted() -> Iterator[ScriptedSource]:
    with ScriptedSource() as source:
        yield source


@pytest.fixture
def settings(tmp_path: Path, scripted: ScriptedSource) -> Settings:
    return Settings(data_dir=tmp_path / "data", hf_url=scripted.url)


@pytest.fixture
def recorded_days() -> list[Path]:
    """The recorded real days, where they are at hand."""
    if not RECORDED.is_dir():
        pytest.skip(f"no recorded days: {RECORDED} is not there, so real days are not replayed")
    return sorted(RECORDED.glob("*.json.gz"))


def make_item(paper_id: str, **fields: object) -> dict:
    """One item in the shape of the source; `fields` go into `paper`, a None removes the default."""
    paper = {
        "id": paper_id,
        "title": f"Paper {paper_id}",
        "summary": "What it does, in many words." * 4,  # shorter texts are taken for no abstract
        "publishedAt": "2025-12-24T10:00:00.000Z",
        "authors": [{"_id": "0" * 24, "name": "Ada Example", "hidden": False}],
        "upvotes": 5,
        **fields,
    }
    paper = {name: value for name, value in paper.items() if value is not None}
    return {
        "paper": paper,
        "publishedAt": "2025-12-24T06:00:00.000Z",
        "title": paper.get("title"),
        "numComments": 1,
        "submittedBy": {"name": "someone"},
    }


def make_reading(paper_id: str, **fields: object) -> Reading:
    """A full reading of a paper without sections or claims but a contribution; `fields` replace any of it."""
    defaults = {
        "paper_id": paper_id,
        "paper_version": 1,
        "reading_source": "html",
        "reader": "keyless-1",
        "language": "en",
        "state": "read",
        "reason": None,
        "domain_text": None,
        "contribution": f"We propose {paper_id}.",
        "usage_guide": None,
        "innovations": None,
        "results": None,
        "sentences": (),
        "claims": (),
        "dropped_claim_count": 0,
        "text_sha256": "0" * 64,
        "generator": None,
        "read_at": "2025-12-26T00:00:00+00:00",
    }
    return Reading(**{**defaults, **fields})


def land_body(settings: Settings, day: str, body: object, observed_at: str | None = None) -> Fetch:
    """Land a list of items, or any bytes, as if they had been fetched at `observed_at`."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    moment = datetime.fromisoformat(observed_at).replace(tzinfo=UTC) if observed_at else datetime.now(UTC)
    answer = Answer(f"{settings.hf_url}/api/daily_papers?date={day}", 200, {}, content, moment)
    return land_fetch(settings, date.fromisoformat(day), [answer], page_limit=100)


def load_body(settings: Settings, day: str, body: object, observed_at: str | None = None) -> str:
    """Land and load; returns the fetch id."""
    fetch = land_body(settings, day, body, observed_at)
    load_raw(settings, fetch.fetch_id)
    return fetch.fetch_id


def build_body(settings: Settings, day: str, body: object, observed_at: str | None = None) -> Built:
    """Land, load and build, as one run does."""
    return build_warehouse(settings, load_body(settings, day, body, observed_at), say=lambda line: None)


Rows = Callable[[str], list[tuple]]
