"""A warehouse for the tests of the pages: the sample days read in full, and a paper whose words are an attack."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from paperhouse.build import build_warehouse
from paperhouse.extract import PAGE_LIMIT
from paperhouse.landing import land_fetch
from paperhouse.load import load_raw
from paperhouse.locking import hold_lock
from paperhouse.readers.read_texts import read_texts
from paperhouse.request import Answer
from paperhouse.settings import REPO, Settings
from paperhouse.source.server import start_source
from paperhouse.texts.choose import choose_papers
from paperhouse.texts.fetch import fetch_texts
from paperhouse.web.app import create_app

from tests.conftest import land_body, make_item

LOOKED_AT = "2025-12-25"  # as votes came in: after 20, 44, 70 and 172 hours
HOSTILE_DAY, HOSTILE_ID = "2026-03-02", "2602.11111"
HOSTILE_TITLE = (  # markup, an address that runs, a formula, a mark that turns the line around, and no end
    "<script>alert(1)</script>](javascript:alert(2)) =cmd|'/c calc'!A1 \u202egnp.exe "
    '"onload=alert(3) {{ 7*7 }} &lt;b&gt; ' + "x" * 10_000
)


def make_warehouse(data_dir: Path, source_url: str) -> Settings:
    """Publish the sample days, one looked at several times, every paper read, and a day with the hostile paper."""
    settings = Settings(data_dir=data_dir, hf_url=source_url, arxiv_url=source_url, arxiv_api_url=source_url)
    for file in sorted((REPO / "demo" / "hf_daily_api").glob("*.json")):
        items = json.loads(file.read_bytes())
        for look, hours in enumerate((20, 44, 70, 172) if file.stem == LOOKED_AT else (72,)):
            for item in items:
                item["paper"]["upvotes"] = item["paper"].get("upvotes", 0) + look * 7
            _land(settings, file.stem, items, hours)
    hostile = make_item(
        HOSTILE_ID,
        title=HOSTILE_TITLE,
        summary=f"{HOSTILE_TITLE[:200]} We reach 91.5% accuracy on ImageNet, 3.2% above the baseline. " * 2,
        authors=[{"_id": "1" * 24, "name": "<img src=x onerror=alert(4)>", "hidden": False}],
        organization={"_id": "9" * 24, "name": "evil", "fullname": "<svg onload=alert(5)>"},
        ai_keywords=["<b>accuracy</b>", "large language models"],
        projectPage="javascript:alert(6)",
    )
    others = [make_item(f"2602.2{number:04}") for number in range(12)]
    body = [hostile, *others, {"paper": {"id": "<i>no id</i>", "title": "=1+1"}}]
    load_raw(settings, land_body(settings, HOSTILE_DAY, body, f"{HOSTILE_DAY}T20:00").fetch_id)
    build_warehouse(settings, say=lambda line: None)
    paper_ids = choose_papers(settings, None, None)
    fetch_texts(settings, paper_ids, 5, True, say=lambda line: None)
    batch_id = read_texts(settings, paper_ids, say=lambda line: None)
    build_warehouse(settings, batch_id, say=lambda line: None)
    return settings


def _land(settings: Settings, day: str, items: list, hours: int) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=UTC)
    moment = datetime.fromtimestamp(begin.timestamp() + hours * 3600, UTC)
    body = json.dumps(items).encode()
    answer = Answer(f"{settings.hf_url}/api/daily_papers?date={day}", 200, {}, body, moment)
    load_raw(settings, land_fetch(settings, date.fromisoformat(day), [answer], PAGE_LIMIT).fetch_id)


@pytest.fixture(scope="session")
def web_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The warehouse, made once for all processes of a test run; nobody changes it."""
    shared = tmp_path_factory.getbasetemp().parent / "web_papers"
    shared.mkdir(exist_ok=True)
    with hold_lock(shared / "making.lock", 300):
        url_file = shared / "source_url"
        if not url_file.exists():
            with start_source(REPO / "demo") as source_url:
                make_warehouse(shared / "data", source_url)
            url_file.write_text(source_url)
    url = url_file.read_text()
    return Settings(data_dir=shared / "data", hf_url=url, arxiv_url=url, arxiv_api_url=url)


@pytest.fixture(scope="session")
def web_app(web_settings: Settings) -> FastAPI:
    return create_app(web_settings)


@pytest.fixture
def pages(web_app: FastAPI) -> Iterator[TestClient]:
    """A browser without scripts, before the pages of that warehouse; it follows redirects."""
    with TestClient(web_app, base_url="http://127.0.0.1") as client:
        yield client
