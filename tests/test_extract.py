import json
from dataclasses import replace
from datetime import date

import pytest
from paperhouse import request
from paperhouse.extract import MOST_PAGES, extract_listing
from paperhouse.landing import SourcesMixed, find_fetch, read_fetch
from paperhouse.request import SourceRefused, SourceUnreachable

from tests.conftest import make_item
from tests.scripted_source import Reply

DAY = date(2025, 12, 25)


@pytest.fixture(autouse=True)
def without_long_backoff(monkeypatch):
    monkeypatch.setattr(request, "FIRST_BACKOFF", 0.01)


def serve_items(count):
    items = [make_item(f"2512.{number:05}") for number in range(count)]

    def answer(query):
        start = int(query["p"]) * int(query["limit"])
        return Reply(json.dumps(items[start : start + int(query["limit"])]).encode())

    return answer


def landed_folders(settings):
    return sorted((settings.landing_dir / "hf").glob("daily/*/*"))


def test_date_and_limit_are_always_sent(settings, scripted):
    extract_listing(settings, DAY)
    assert scripted.queries == [{"date": "2025-12-25", "limit": "100", "p": "0"}]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (99, 1), (100, 2), (101, 2), (250, 3)])
def test_every_page_is_fetched(settings, scripted, count, pages):
    scripted.replies = serve_items(count)
    fetch = extract_listing(settings, DAY)
    bodies = [(find_fetch(settings, fetch.fetch_id) / page.file).read_bytes() for page in fetch.pages]
    assert len(bodies) == pages
    assert sum(len(json.loads(body)) for body in bodies) == count


def test_bodies_land_untouched_beside_their_description(settings, scripted):
    body = b' [ {"paper":{"id":"2503.02130"}} ]\n'
    scripted.replies = [Reply(body)]
    fetch = extract_listing(settings, DAY)
    folder = find_fetch(settings, fetch.fetch_id)
    assert (folder / "page-000.json").read_bytes() == body
    assert read_fetch(folder) == fetch
    assert fetch.pages[0].byte_count == len(body)
    assert fetch.pages[0].status == 200


def test_failed_fetch_lands_nothing_and_is_written_down(settings):
    stopped = replace(settings, hf_url="http://127.0.0.1:9")
    with pytest.raises(SourceUnreachable):
        extract_listing(stopped, DAY)
    assert landed_folders(stopped) == []
    failed = json.loads((settings.landing_dir / "requests" / "failed_fetches.jsonl").read_text())
    assert failed["listing_date"] == "2025-12-25"
    assert failed["error"] == "SourceUnreachable"


def test_list_that_ends_too_early_is_asked_for_again(settings, scripted):
    scripted.replies = [Reply(b'[{"paper": {"id": "2512.0'), Reply(b'[{"paper": {"id": "2512.00001"}}]')]
    extract_listing(settings, DAY)
    assert len(scripted.queries) == 2
    assert len(landed_folders(settings)) == 1


def test_list_without_end_is_refused(settings, scripted):
    scripted.replies = [Reply(json.dumps([{}] * 100).encode())]
    with pytest.raises(SourceRefused, match=f"after {MOST_PAGES}"):
        extract_listing(settings, DAY)
    assert landed_folders(settings) == []


def test_web_page_with_status_200_lands_as_it_came(settings, scripted):
    scripted.replies = [Reply(b"<!doctype html><p>Sign in</p>")]
    fetch = extract_listing(settings, DAY)
    assert (find_fetch(settings, fetch.fetch_id) / "page-000.json").read_bytes() == b"<!doctype html><p>Sign in</p>"


def test_two_sources_never_share_a_data_folder(settings):
    extract_listing(settings, DAY)
    with pytest.raises(SourcesMixed, match="PAPERHOUSE_DATA_DIR"):
        extract_listing(replace(settings, hf_url="https://huggingface.co"), DAY)
