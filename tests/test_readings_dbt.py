"""Readings in the dbt project, over two builds: imported, read again, fetched later, and put in one vocabulary."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from paperhouse.claims.lexicon import UNITS
from paperhouse.claims.metric_names import METRICS
from paperhouse.publish import PRIVATE_SCHEMAS
from paperhouse.scope import Waiting, copy_scope, record_verdicts
from paperhouse.settings import REPO, Settings
from paperhouse.transform import run_dbt
from paperhouse.warehouse import open_build

from tests.conftest import make_item

SEEDS = REPO / "dbt_project" / "seeds"
DAY = "2025-12-25"
REPORT = f"report:{DAY}"
ONE, TWO, THREE = "2512.00001", "2512.00002", "2512.00003"
MORE_UNITS = ["count", "rank", "tier", "px", "steps", "turns", "year", "ms/token", "USD/image", "min/video"]


def make_reading(paper_id: str, reader: str = "keyless-1", source: str = "html", **fields: object) -> dict:
    """One reading as it lands; `fields` override."""
    return {
        "paper_id": paper_id,
        "paper_version": None if reader.startswith("report:") else 1,
        "reading_source": source,
        "reader": reader,
        "language": "zh",
        "state": "abstract_only" if source == "abstract" else "read",
        "sentences": [{"section": "results", "text": f"{reader} read the {source}.", "location": "S1"}],
        "claims": [],
        "dropped_claim_count": 0,
        "text_sha256": "0" * 64,
        "read_at": "2026-01-06T12:00:00+00:00",
        **fields,
    }


def make_claim(claim_id: str, metric: str | None, unit: str | None = None, **fields: object) -> dict:
    words = {"value": 2.0, "value_text": "2", "kind": "absolute", "role": "result", "evidence": f"{metric} is 2 {unit}"}
    return {"claim_id": claim_id, "metric": metric, "unit": unit, **words, **fields}


def make_entry(number: int) -> dict:
    return {"listing_date": DAY, "entry_number": number, "title": f"Reported {number}", "layout": {"head": "\n"}}


VOCABULARY = [
    *(make_claim(f"m{n}", name) for n, name in enumerate(" | ".join(names for _, _, names in METRICS).split(" | "))),
    *(make_claim(f"u{n}", None, unit) for n, unit in enumerate([*UNITS, *MORE_UNITS])),
]


def build(settings: Settings, file: Path, batches: dict[str, list[dict]], items: list[dict], *untested: str) -> None:
    """One build of the date: all batches so far, oldest first, and its fetch if there are items."""
    copy_scope(settings, file, [Waiting("no such fetch", date.fromisoformat(DAY), "", is_judged=False)])
    record_verdicts(settings, file, [])
    papers = {reading["paper_id"] for readings in batches.values() for reading in readings}
    with open_build(file) as raw:
        insert(raw, "scope_dates", listing_date=DAY)
        for paper_id in papers | {item["paper"]["id"] for item in items}:
            insert(raw, "scope_papers", paper_id=paper_id)
        for number, (batch_id, readings) in enumerate(batches.items(), start=1):
            insert_batch(raw, batch_id, f"2026-01-0{number}T12:00:00+00", readings)
        if items:
            insert_fetch(raw, "2026-01-09T12:00:00+00", items)
    run_dbt(settings, file, "build", "--exclude", "resource_type:unit_test", *untested)


def insert(raw: duckdb.DuckDBPyConnection, table: str, **row: object) -> None:
    values = ", ".join(f"${name}" for name in row)
    raw.execute(f"insert into raw.{table} ({', '.join(row)}) values ({values})", row)


def insert_batch(raw: duckdb.DuckDBPyConnection, batch_id: str, made_at: str, readings: list[dict]) -> None:
    is_report = readings[0]["reader"].startswith("report:")
    insert(
        raw,
        "reading_batches",
        batch_id=batch_id,
        kind="report" if is_report else "reading",
        listing_date=DAY if is_report else None,
        made_at=made_at,
        source=f"{batch_id}.md",
        reading_count=len(readings),
        envelope='{"head": "# Papers"}' if is_report else None,
    )
    for number, one in enumerate(readings, start=1):
        insert(
            raw,
            "readings",
            batch_id=batch_id,
            reading_number=number,
            paper_id=one["paper_id"],
            payload=json.dumps(one),
        )
    insert(raw, "verdicts", fetch_id=batch_id, is_accepted=not batch_id.startswith("rejected"))


def insert_fetch(raw: duckdb.DuckDBPyConnection, observed_at: str, items: list[dict]) -> None:
    fetch = {"fetch_id": "fetch", "listing_date": DAY, "observed_at": observed_at}
    insert(raw, "waiting_fetches", fetch_id="fetch")
    insert(raw, "fetches", **fetch, source="hf", landing_folder="f", page_count=1, page_limit=9, item_count=len(items))
    insert(raw, "verdicts", fetch_id="fetch", is_accepted=True, judged_at=observed_at)
    for number, item in enumerate(items, start=1):
        row = {"paper_id": item["paper"]["id"], "payload": json.dumps(item)}
        insert(raw, "daily_papers", **fetch, **row, page_number=0, item_number=number)


def drop_private_schemas(file: Path) -> None:
    with open_build(file) as version:
        for schema in PRIVATE_SCHEMAS:
            version.execute(f"drop schema {schema} cascade")


BATCHES = {
    "imported": [
        make_reading(TWO, REPORT, entry=make_entry(1), domain_text="**强化学习** - 具体涉及：集邮史", results="old"),
        make_reading(ONE, REPORT, entry=make_entry(2)),
    ],
    "abstracts": [
        make_reading(ONE, source="abstract", claims=[make_claim("c1", "accuracy", baseline_value=1.0, value=2.0)]),
        # Read on demand: no list and no report knows it.
        make_reading(THREE, claims=VOCABULARY),
    ],
    "rejected report": [make_reading(THREE, REPORT, entry=make_entry(1))],
}
LATER = {"pages": [make_reading(ONE, claims=[make_claim("c1", "WER", "%", baseline_value=4.0)])]}


@pytest.fixture(scope="module")
def versions(tmp_path_factory) -> tuple[Path, Path]:
    """A date known by its report alone; then the version after its first fetch and a full reading."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
    file, imported = settings.build_dir / "warehouse.duckdb", settings.data_dir / "imported.duckdb"
    file.parent.mkdir(parents=True)
    build(settings, file, BATCHES, [], "resource_type:test")
    drop_private_schemas(file)
    shutil.copyfile(file, imported)
    build(settings, file, BATCHES | LATER, [make_item(ONE), make_item("2512.00004")])
    return imported, file


def rows(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


DAY_QUERY = "select state, paper_count, reported_count, unreported_paper_ids from day_status"
LIST_QUERY = "select paper_id, position, upvotes_at_listing from paper_listings order by position"


def test_a_date_known_by_its_report_alone_lists_it_and_says_that_it_was_never_fetched(versions):
    imported, _ = versions
    assert rows(imported, DAY_QUERY) == [("never_fetched", 2, 2, [])]
    assert rows(imported, LIST_QUERY) == [(TWO, 1, None), (ONE, 2, None)]
    assert rows(imported, "select paper_id, title, upvotes, reading_source from papers order by 1") == [
        (ONE, "Reported 2", None, "html"),
        (TWO, "Reported 1", None, "html"),
    ]
    assert rows(imported, "select batch_id, entry_count, envelope ->> '$.head' from imported_reports") == [
        ("imported", 2, "# Papers")
    ]


def test_an_accepted_fetch_takes_the_list_over_and_the_report_stays_beside_it(versions):
    _, fetched = versions
    assert rows(fetched, DAY_QUERY) == [("settled", 2, 2, ["2512.00004"])]
    assert rows(fetched, LIST_QUERY) == [(ONE, 1, None), ("2512.00004", 2, None)]
    assert rows(fetched, "select paper_id, title, first_listed_date::text from papers order by 1") == [
        (ONE, f"Paper {ONE}", DAY),
        (TWO, "Reported 1", None),
        ("2512.00004", "Paper 2512.00004", DAY),
    ]
    bodies = "select paper_id, results from imported_entries join paper_readings using (paper_id) where reader = '{}'"
    assert rows(fetched, f"{bodies.format(REPORT)} order by entry_number") == [(TWO, "old"), (ONE, None)]


def test_a_full_reading_replaces_the_numbers_and_sentences_of_the_abstract(versions):
    numbers = f"select reading_source, metric_id, delta, is_better from paper_metrics where paper_id = '{ONE}'"
    sentences = f"select text from paper_sentences where paper_id = '{ONE}' and reader = 'keyless-1'"
    imported, fetched = versions
    assert rows(imported, numbers) == [("abstract", "accuracy", 1.0, True)]
    assert rows(imported, sentences) == [("keyless-1 read the abstract.",)]
    assert rows(fetched, numbers) == [("html", "word-error-rate", -2.0, True)]
    assert rows(fetched, sentences) == [("keyless-1 read the html.",)]
    kept = f"select reading_source from paper_readings where paper_id = '{ONE}' and reader = 'keyless-1' order by 1"
    assert rows(fetched, kept) == [("abstract",), ("html",)]


def test_rejected_batches_reach_no_mart(versions):
    for file in versions:
        assert rows(file, "select count(*) from paper_readings where batch_id like 'rejected%'") == [(0,)]


def test_what_a_reading_calls_its_field_becomes_a_domain_or_a_label_to_look_at(versions):
    imported, _ = versions
    named = f"select domain_id, source, evidence from paper_domains where paper_id = '{TWO}'"
    assert rows(imported, named) == [("rl", "reading", "强化学习")]
    assert rows(imported, f"select primary_domain_id from papers where paper_id = '{TWO}'") == [("rl",)]
    assert rows(imported, "select label, paper_count from unmatched_domain_labels") == [("集邮史", 1)]


def test_every_name_the_extractor_knows_is_a_metric_of_the_same_direction(versions):
    directions = {record["metric_id"]: record["direction"] for record in read_seed("metric_names")}
    found = dict(rows(versions[0], f"select metric, metric_id from paper_metrics where paper_id = '{THREE}'"))
    expected = {name: direction for direction, _, names in METRICS for name in names.split(" | ")}

    wrong = {name: found.get(name) for name in expected if directions.get(found.get(name)) != expected[name]}
    assert wrong == {}


def test_every_unit_the_extractor_writes_is_a_known_unit(versions):
    unknown = rows(versions[0], "select unit from paper_metrics where unit is not null and standard_value is null")
    rates = rows(versions[0], "select unit_id, unit_per, standard_value from paper_metrics where unit = 'min/video'")

    assert unknown == []
    assert rates == [("min", "video", 120.0)]


def test_no_wording_names_two_metrics_or_two_units():
    for seed, key, names in (("metric_names", "metric_id", ["name_en", "name_zh"]), ("units", "unit_id", ["unit_id"])):
        owners = {}
        for record in read_seed(seed):
            for name in {*(record[column] for column in names), *filter(None, record["aliases"].split(" | "))}:
                wording = "".join(filter(str.isalnum, name.lower())) if seed == "metric_names" else name
                assert owners.setdefault(wording, record[key]) == record[key], name


def test_a_unit_is_converted_to_one_that_measures_the_same():
    units = {record["unit_id"]: record for record in read_seed("units")}
    for unit in units.values():
        standard = units[unit["standard_unit_id"]]
        assert (standard["dimension"], float(standard["factor"])) == (unit["dimension"], 1)
    assert {record["unit_id"] for record in read_seed("metric_names")} - {""} <= set(units)


def read_seed(name: str) -> list[dict]:
    with (SEEDS / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))
