"""The promise of the published warehouse, as one assertion that every fault test ends with."""

import json
import shutil
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
from paperhouse.content_hash import compare_content, hash_version
from paperhouse.publish import current_version
from paperhouse.rebuild import rebuild_warehouse
from paperhouse.settings import Settings

from tests.faults.landed_rows import expect_listings, expect_observations, expect_papers, read_rows
from tests.faults.processes import Child


def assert_published_invariant(settings: Settings, recompute: bool = False) -> None:
    """The published file is whole, as its manifest says, and tells exactly what its accepted fetches landed.

    Rows of lists, papers and observations are compared with a reading of the landing zone that shares no code with
    the pipeline. With `recompute`, a rebuild of a copy of the landing zone must give the same content hash too; that
    takes seconds, and holds when all that is accepted is published and nothing is held.
    """
    link = settings.warehouse_link
    assert link.is_symlink(), f"nothing is published in {settings.data_dir}"
    assert link.exists(), f"{link} points to {link.readlink()}, and that is not there"
    version = link.resolve()
    with duckdb.connect(str(version), read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        counts = _read_whole(warehouse)
        assert counts == json.loads((version.parent / "manifest.json").read_bytes())["row_counts"]
        _compare_with_landing(settings, warehouse)
    if recompute:
        _compare_with_rebuild(settings, version)


def _read_whole(warehouse: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = warehouse.execute("select table_schema, table_name from information_schema.tables order by 2").fetchall()
    assert {schema for schema, _ in tables} == {"main"}
    query = 'select count(*), bit_xor(hash(t)) from main."{}" as t'  # the hash decodes every column of every row
    return {table: warehouse.execute(query.format(table)).fetchone()[0] for _, table in tables}


def _compare_with_landing(settings: Settings, warehouse: duckdb.DuckDBPyConnection) -> None:
    told = warehouse.execute(
        "select fetch_id, listing_date::varchar, landing_folder, is_accepted, rejected_count from fetches"
    ).fetchall()
    assert len({fetch_id for fetch_id, *_ in told}) == len(told), "a fetch is told of twice"
    rows, looks, set_aside = [], {}, {}
    for fetch_id, day, place, is_accepted, rejected_count in told:
        folder = settings.landing_dir / place.removeprefix("landing/")
        verdict = json.loads((folder / "verdict.json").read_bytes())
        assert verdict["fetch_id"] == fetch_id
        assert verdict["is_accepted"] == is_accepted, f"{folder} was judged otherwise"
        landed = read_rows(folder)
        if is_accepted:
            assert not (folder / "hold.json").exists(), f"{folder} is held by a rollback, and published"
            rows += [row for row in landed if row.problem is None]
            set_aside[fetch_id] = sum(row.problem not in (None, "repeat") for row in landed)
            assert rejected_count == set_aside[fetch_id], f"rejected rows of {folder}"
            fetch = json.loads((folder / "fetch.json").read_bytes())
            looks.setdefault(day, []).append((datetime.fromisoformat(fetch["pages"][0]["observed_at"]), fetch_id))
    looks = {day: sorted(seen) for day, seen in looks.items()}
    _compare_rows(warehouse, rows, looks)
    query = "select fetch_id, count(*) from rejected_records where source = 'hf_daily_papers' group by 1"
    kept = {one: count for one, count in warehouse.execute(query).fetchall() if one in set_aside}
    assert kept == {fetch_id: count for fetch_id, count in set_aside.items() if count}


def _compare_rows(warehouse: duckdb.DuckDBPyConnection, rows: list, looks: dict) -> None:
    query = "select listing_date::varchar, paper_id, position, upvotes_at_listing, delisted_at from paper_listings"
    reported = set(warehouse.execute("select listing_date::varchar, paper_id from imported_entries").fetchall())
    listings = {row for row in warehouse.execute(query).fetchall() if row[0] in looks or row[:2] not in reported}
    expected = expect_listings(rows, looks)
    assert listings == expected, _differ("paper_listings", listings, expected)
    known = {paper_id for _, paper_id in reported}
    query = "select paper_id, upvotes from papers"
    expected = set(expect_papers(rows).items())
    papers = {row for row in warehouse.execute(query).fetchall() if row in expected or row[0] not in known}
    assert papers == expected, _differ("papers", papers, expected)
    expected = {(paper_id, moment, votes) for (paper_id, moment), votes in expect_observations(rows).items()}
    moments = {moment for _, moment, _ in expected}
    pages = warehouse.execute("select count(*) from reading_batches where kind = 'pages'").fetchone()[0]
    query = "select paper_id, observed_at, upvotes from paper_observations"
    # A look at the page of a paper is an observation too, at a moment of its own.
    seen = {row for row in warehouse.execute(query).fetchall() if row[1] in moments or not pages}
    assert seen == expected, _differ("paper_observations", seen, expected)
    query = "select listing_date::varchar, paper_count from day_status where fetch_count > 0"
    listed = {day: sum(row[0] == day and row[4] is None for row in listings) for day in looks}
    assert dict(warehouse.execute(query).fetchall()) == listed


def _differ(table: str, seen: set, expected: set) -> str:
    return (
        f"{table}: {len(seen)} rows instead of {len(expected)}; lost {sorted(expected - seen, key=str)[:3]}, "
        f"made up {sorted(seen - expected, key=str)[:3]}"
    )


def _compare_with_rebuild(settings: Settings, version: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="paperhouse-recomputed-") as folder:
        copy = replace(settings, data_dir=Path(folder), target="local", landing=None)
        shutil.copytree(settings.landing_dir, copy.landing_dir)
        # In a process of its own: dbt's project stays parsed for the data folder of the test.
        assert Child(rebuild_warehouse, copy, str).wait() is None
        anew = current_version(copy)
        assert hash_version(anew) == hash_version(version), compare_content(version, anew)
