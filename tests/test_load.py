import gzip
import json

import pytest
from paperhouse.landing import LandingDamaged, LandingMissing, find_fetch
from paperhouse.load import load_raw
from paperhouse.warehouse import open_working

from tests.conftest import land_body, load_body, make_item

DAY = "2025-12-25"


def read(settings, query):
    with open_working(settings) as working:
        return working.execute(query).fetchall()


def test_one_row_an_item_with_its_payload_and_origin(settings):
    fetch = land_body(settings, DAY, [make_item("2512.00001"), make_item("2512.00002")], "2025-12-26T01:00:00")
    assert load_raw(settings, fetch.fetch_id) == 2
    assert read(
        settings,
        "select paper_id, item_number, listing_date::text, observed_at::text, landing_file, sha256, "
        "payload ->> '$.paper.title' from raw.daily_papers order by item_number",
    ) == [
        (paper_id, number, DAY, "2025-12-26 01:00:00+00", file, fetch.pages[0].sha256, f"Paper {paper_id}")
        for file in [f"landing/hf/daily/{DAY}/{fetch.fetch_id}/page-000.json"]
        for number, paper_id in [(1, "2512.00001"), (2, "2512.00002")]
    ]


def test_id_with_a_trailing_zero_stays_text(settings):
    load_body(settings, DAY, [make_item("2503.02130")])
    assert read(settings, "select paper_id, typeof(paper_id) from raw.daily_papers") == [("2503.02130", "VARCHAR")]


def test_loading_the_same_fetch_twice_is_loading_it_once(settings):
    fetch_id = load_body(settings, DAY, [make_item("2512.00001")])
    assert load_raw(settings, fetch_id) == 1
    assert read(settings, "select count(*) from raw.daily_papers") == [(1,)]


def test_strange_text_is_kept_to_the_letter(settings):
    title = "'; drop table papers; -- \u202eright to left, emoji 🎉, NUL \x00, quote \", 大模型"
    load_body(settings, DAY, [make_item("2512.00001", title=title, summary="x" * 1_000_000)])
    payload = json.loads(read(settings, "select payload from raw.daily_papers")[0][0])
    assert payload["paper"]["title"] == title
    assert len(payload["paper"]["summary"]) == 1_000_000


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<!DOCTYPE html><html>Too many requests</html>", "BodyIsHtml"),
        (b"upstream timed out", "BodyNotJson"),
        (b"[NaN]", "BodyNotJson"),
        (b"\xff\xfe[]", "BodyNotJson"),
        (b"[" * 100_000, "BodyNotJson"),
        (b'{"error": "nope"}', "BodyNotAList"),
        (json.dumps([make_item("2512.00001", submittedOnDailyAt="2025-12-24T09:00:00.000Z")]).encode(), "OtherDate"),
    ],
)
def test_body_that_is_no_list_of_the_date_loads_nothing_and_is_named(settings, body, problem):
    load_body(settings, DAY, body)
    assert read(settings, "select problem, item_count from raw.fetches") == [(problem, 0)]
    assert read(settings, "select count(*) from raw.daily_papers") == [(0,)]


def test_damaged_landing_file_is_never_loaded(settings):
    fetch = land_body(settings, DAY, [make_item("2512.00001")])
    (find_fetch(settings, fetch.fetch_id) / "page-000.json").write_bytes(b"[")
    with pytest.raises(LandingDamaged, match=r"page-000\.json is not what was received"):
        load_raw(settings, fetch.fetch_id)


def test_folder_without_its_description_does_not_exist(settings):
    fetch = land_body(settings, DAY, [make_item("2512.00001")])
    (find_fetch(settings, fetch.fetch_id) / "fetch.json").unlink()
    with pytest.raises(LandingMissing):
        load_raw(settings, fetch.fetch_id)


def test_every_recorded_day_loads_whole(settings, recorded_days):
    """Whatever fields a day had, they are in raw: every payload equals the item it came from."""
    expected = {}
    for file in recorded_days:
        body = gzip.decompress(file.read_bytes())
        expected[file.name[:10]] = json.loads(body)
        load_body(settings, file.name[:10], body)
    loaded = {day: [] for day in expected}
    query = "select listing_date::text, paper_id, payload from raw.daily_papers order by listing_date, item_number"
    for day, paper_id, payload in read(settings, query):
        item = json.loads(payload)
        assert item["paper"]["id"] == paper_id
        loaded[day].append(item)
    assert loaded == expected
    assert read(settings, "select count(*) from raw.fetches where problem is not null") == [(0,)]
