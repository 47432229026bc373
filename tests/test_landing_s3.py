"""The landing zone in a bucket: the whole way from landing to rebuild gives what a folder gives."""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from paperhouse import landing, load
from paperhouse.batches import find_batch, find_landed, land_readings, load_batches
from paperhouse.build import build_warehouse
from paperhouse.checkup.days import check_days
from paperhouse.checkup.files import check_leftovers
from paperhouse.checkup.landed import check_landing
from paperhouse.content_hash import hash_version
from paperhouse.landing import LandingDamaged, LandingMissing, SourcesMixed, claim_source, find_fetch
from paperhouse.ledger import read_failed_fetches, record_failed_fetch, record_request
from paperhouse.load import load_raw
from paperhouse.operate.known_days import read_known
from paperhouse.publish import current_version
from paperhouse.rebuild import rebuild_warehouse
from paperhouse.refresh.land import land_look, was_seen_since
from paperhouse.refresh.land import read_body as read_page
from paperhouse.reprocess import reprocess
from paperhouse.request import Answer
from paperhouse.rollback import release_held, roll_back
from paperhouse.settings import Settings
from paperhouse.storage import list_landed
from paperhouse.texts.land import land_miss, land_text, list_looks, list_texts, read_body
from paperhouse.warehouse import open_working

from tests.airflow_service import run_paperhouse
from tests.bucket import NAME, start_bucket
from tests.conftest import build_body, land_body, make_item, make_reading
from tests.faults.processes import Child, die

DAY, NEXT_DAY = "2025-12-25", "2025-12-26"
NOW = datetime(2025, 12, 26, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    with start_bucket() as environment:
        yield environment


@pytest.fixture
def bucket(store: dict[str, str], settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose landing zone is an empty place in a bucket."""
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    return replace(settings, landing=f"s3://{NAME}/{secrets.token_hex(4)}")


def build_history(settings: Settings) -> None:
    """Two days, a second look, a rejected one, a batch of readings and a failed fetch."""
    papers = [make_item(f"2512.0000{number}") for number in range(1, 5)]
    build_body(settings, DAY, papers, f"{DAY}T12:00:00")
    build_body(settings, DAY, [*papers, make_item("2512.00009", upvotes=70)], f"{DAY}T22:00:00")
    build_body(settings, DAY, b"<html>busy</html>", f"{NEXT_DAY}T01:00:00")
    build_body(settings, NEXT_DAY, [make_item("2512.00011")], f"{NEXT_DAY}T12:00:00")
    record_failed_fetch(settings, NOW, date.fromisoformat("2025-12-27"), TimeoutError("nobody answered"))
    batch = land_readings(settings, [make_reading("2512.00001"), make_reading("2512.00011")])
    load_batches(settings)
    build_warehouse(settings, batch.batch_id, say=lambda line: None)


def hash_now(settings: Settings) -> str:
    return hash_version(current_version(settings))


def test_land_load_build_and_rebuild_give_the_same_hash_as_a_folder(
    bucket: Settings, settings: Settings, tmp_path: Path
) -> None:
    alone = replace(settings, data_dir=tmp_path / "alone")
    build_history(alone)
    build_history(bucket)
    assert not (bucket.data_dir / "landing").exists()
    assert hash_now(bucket) == hash_now(alone)

    rebuilt = rebuild_warehouse(bucket, say=lambda line: None)
    assert (rebuilt.unusable, rebuilt.differences) == ([], [])
    assert rebuilt.hash_after == rebuilt.hash_before == hash_now(alone)

    elsewhere = replace(bucket, data_dir=tmp_path / "elsewhere")  # nothing but the bucket
    assert rebuild_warehouse(elsewhere, say=lambda line: None).hash_after == hash_now(alone)
    names = {name for folder in list_landed(bucket.landing_dir / "hf" / "daily", 2).values() for name in folder}
    assert names == {"page-000.json", "fetch.json", "verdict.json"}


def test_folders_are_called_the_same_wherever_they_lie(bucket: Settings) -> None:
    build_body(bucket, DAY, [make_item("2512.00001")], f"{DAY}T12:00:00")
    with open_working(bucket) as working:
        ((folder, fetch_id),) = working.execute("select landing_folder, fetch_id from raw.fetches").fetchall()
        ((file,),) = working.execute("select landing_file from raw.daily_papers").fetchall()
    assert folder == f"landing/hf/daily/{DAY}/{fetch_id}"
    assert file == f"{folder}/page-000.json"


def test_fetch_without_its_record_does_not_exist(bucket: Settings) -> None:
    def land_and_die() -> None:
        write = landing.write_file
        landing.write_file = lambda path, body: die() if path.name == "fetch.json" else write(path, body)
        land_body(bucket, DAY, [make_item("2512.00001")], f"{DAY}T12:00:00")

    assert Child(land_and_die).wait() == "killed"
    ((folder, names),) = list_landed(bucket.landing_dir / "hf" / "daily", 2).items()
    assert names == {"page-000.json"}
    with pytest.raises(LandingMissing, match="clear extract_listing"):
        load_raw(bucket, folder.name)
    build_body(bucket, DAY, [make_item("2512.00001")], f"{DAY}T13:00:00")
    (left,) = [one for one in check_leftovers(bucket) if one.name == "leftovers"]
    assert f"landing/hf/daily/{DAY}/{folder.name}" in left.seen


def test_fetch_is_found_by_one_look_and_in_a_copied_zone_too(bucket: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = land_body(bucket, DAY, [make_item("2512.00001")])
    listings = []
    monkeypatch.setattr(landing, "list_landed", lambda *place: listings.append(place) or list_landed(*place))
    assert find_fetch(bucket, fetch.fetch_id).parent.name == DAY
    assert listings == []
    (bucket.landing_dir / "hf" / "fetches" / fetch.fetch_id).unlink()
    assert find_fetch(bucket, fetch.fetch_id).parent.name == DAY
    assert find_landed(bucket, fetch.fetch_id).name == fetch.fetch_id
    with pytest.raises(LandingMissing):
        find_batch(bucket, "20250101T000000000000Z-aaaaaa")


def test_damaged_body_is_named(bucket: Settings) -> None:
    fetch = land_body(bucket, DAY, [make_item("2512.00001")])
    page = find_fetch(bucket, fetch.fetch_id) / "page-000.json"
    page.write_bytes(b"[]")
    with pytest.raises(LandingDamaged, match="is not what was received"):
        load.load_raw(bucket, fetch.fetch_id)
    page.unlink()
    with pytest.raises(LandingDamaged, match="0 bytes"):
        load.load_raw(bucket, fetch.fetch_id)
    assert [one.level for one in check_landing(bucket, every=True)] == ["problem"]


def test_bucket_belongs_to_its_source(bucket: Settings) -> None:
    claim_source(bucket)
    claim_source(bucket)
    with pytest.raises(SourcesMixed):
        claim_source(replace(bucket, hf_url="https://huggingface.co"))


def test_rollback_release_and_reprocess_keep_their_marks_in_the_bucket(bucket: Settings) -> None:
    build_history(bucket)
    before = hash_now(bucket)
    held = roll_back(bucket)["held_fetches"]
    assert held
    assert all((find_landed(bucket, one) / "hold.json").exists() for one in held)
    assert [one.name for one in check_days(bucket) if "holds" in one.seen] == ["held"]
    assert release_held(bucket)["released_fetches"] == held
    assert not any((find_landed(bucket, one) / "hold.json").exists() for one in held)
    assert hash_now(bucket) == before
    assert reprocess(bucket, say=lambda line: None)[:2] == (1, 0)
    (names,) = [
        one for one in list_landed(bucket.landing_dir / "hf" / "daily", 2).values() if "verdict-001.json" in one
    ]
    assert "verdict.json" in names
    assert rebuild_warehouse(bucket, say=lambda line: None).differences == []


def test_texts_and_pages_of_papers_land_in_the_bucket(bucket: Settings) -> None:
    answer = Answer("http://127.0.0.1/html/2512.00001v2", 200, {}, b"<html>text</html>", NOW)
    text = land_text(bucket, "2512.00001", "html", 2, answer, lambda _: ("text", None))
    land_miss(bucket, "2512.00001", "markdown", None, "http://127.0.0.1", 404, "missing", "there is none")
    assert [look.outcome for look in list_looks(bucket, "2512.00001")] == ["text", "missing"]
    assert list_looks(bucket, "2512.00002") == []
    (found,) = list_texts(bucket, "2512.00001")
    assert (found, read_body(found)) == (text, answer.body)
    (found.folder / found.file).unlink()
    with pytest.raises(LandingDamaged):
        read_body(found)
    look = land_look(bucket, "2512.00001", answer)
    assert read_page(bucket, look) == answer.body
    assert was_seen_since(bucket, "2512.00001", NOW)
    assert not was_seen_since(bucket, "2512.00002", NOW)


def record_some(settings: Settings, count: int) -> None:
    for number in range(count):
        record_request(settings, NOW, {"url": f"http://127.0.0.1/{os.getpid()}/{number}"})
        record_failed_fetch(settings, NOW, date.fromisoformat(DAY), TimeoutError(f"number {number}"))


def test_ledgers_of_several_processes_are_read_together(bucket: Settings) -> None:
    record_some(bucket, 2)
    children = [Child(record_some, bucket, 3) for _ in range(2)]
    assert [child.wait() for child in children] == [None, None]
    record_some(bucket, 1)
    ledger = bucket.landing_dir / "requests"
    files = sorted(ledger.glob("2025-12-26*.jsonl"))
    urls = [json.loads(line)["url"] for file in files for line in file.read_text().splitlines()]
    assert (len(files), len(urls), len(set(urls))) == (3, 9, 8)  # number 0 of this process twice
    assert len(read_failed_fetches(bucket)) == 9


def test_ledger_of_a_shared_folder_has_a_file_for_each_host(settings: Settings, tmp_path: Path) -> None:
    shared = replace(settings, landing=str(tmp_path / "shared"))
    record_some(shared, 2)
    assert len(read_failed_fetches(shared)) == 2
    assert not list((tmp_path / "shared" / "requests").glob("failed_fetches.jsonl"))
    assert len(list((tmp_path / "shared" / "requests").glob("failed_fetches.*.jsonl"))) == 1


def test_shared_folder_gives_the_same_hash_too(settings: Settings, tmp_path: Path) -> None:
    shared = replace(settings, landing=str(tmp_path / "shared"), data_dir=tmp_path / "one")
    build_history(settings)
    build_history(shared)
    assert hash_now(shared) == hash_now(settings)
    assert rebuild_warehouse(replace(shared, data_dir=tmp_path / "two"), say=lambda line: None).differences == []
    assert hash_now(replace(shared, data_dir=tmp_path / "two")) == hash_now(settings)


def test_days_that_failed_are_known_from_the_bucket(bucket: Settings) -> None:
    record_failed_fetch(bucket, NOW, date.fromisoformat(DAY), TimeoutError("nobody answered"))
    land_body(bucket, NEXT_DAY, [make_item("2512.00001")])
    known = read_known(bucket, date.fromisoformat(DAY), date.fromisoformat(NEXT_DAY))
    assert {day.isoformat(): one.state for day, one in known.days.items()} == {DAY: "failed", NEXT_DAY: "landed"}


def test_commands_reach_the_bucket_by_the_usual_variables(bucket: Settings, store: dict[str, str]) -> None:
    build_history(bucket)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PAPERHOUSE_")},
        **store,
        "PAPERHOUSE_DATA_DIR": str(bucket.data_dir),
        "PAPERHOUSE_LANDING": bucket.landing,
        "PAPERHOUSE_HF_URL": bucket.hf_url,
    }
    done = run_paperhouse("rebuild", environment=environment)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(", equal")
    assert "credentials" not in done.stdout
