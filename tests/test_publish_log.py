"""What every version says about itself: what it changed against the one before."""

from pathlib import Path

import pytest
from paperhouse.build import build_warehouse
from paperhouse.changes import count_changes, find_changes
from paperhouse.diff import VersionNotKept, describe_difference, describe_log, describe_publication
from paperhouse.publish import current_version
from paperhouse.publish_log import describe_publish_of, read_log
from paperhouse.rollback import release_held, roll_back
from paperhouse.warehouse import open_build, open_published

from tests.conftest import build_body, load_body, make_item

DAY, NEXT_DAY = "2025-12-25", "2025-12-26"


def items(*numbers, **fields):
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def log(settings):
    with open_published(settings) as warehouse:
        return read_log(warehouse)


def write_version(path: Path, *statements: str) -> Path:
    """A file with the compared tables, empty but for `statements`."""
    with open_build(path) as build:
        for table, columns in {
            "papers": "paper_id varchar, title varchar, upvotes bigint, last_observed_at timestamptz",
            "paper_listings": "listing_date date, paper_id varchar, position integer, delisted_at timestamptz",
            "paper_observations": "paper_id varchar, observed_at timestamptz",
            "paper_readings": "paper_id varchar, paper_version integer, reading_source varchar, reader varchar, "
            "results varchar, batch_id varchar",
            "paper_metrics": "claim_id varchar, paper_id varchar",
        }.items():
            build.execute(f"create table {table} ({columns})")
        for statement in statements:
            build.execute(statement)
    return path


def count(base: Path, newer: Path) -> dict[str, int]:
    """The counts that are not zero."""
    with open_build(newer) as connection:
        find_changes(connection, base)
        return {name: value for name, value in count_changes(connection).items() if value}


def test_votes_and_times_make_no_other_paper_and_a_title_does(tmp_path):
    base = write_version(
        tmp_path / "base.duckdb",
        "insert into papers values ('1', 'One', 5, '2026-01-05'), ('2', 'Two', 5, '2026-01-05'), "
        "('3', 'Three', null, '2026-01-05'), ('4', 'Four', 5, '2026-01-05')",
    )
    newer = write_version(
        tmp_path / "newer.duckdb",
        "insert into papers values ('1', 'One', 9, '2026-01-06'), ('2', 'Too', 4, '2026-01-06'), "
        "('3', 'Three', 7, '2026-01-06'), ('5', 'Five', 7, '2026-01-06')",
    )
    assert count(base, newer) == {
        "papers_added": 1,
        "papers_changed": 1,
        "papers_removed": 1,
        "votes_moved": 5,
        "votes_net": 3,
        "voted_papers": 2,
    }


def test_a_place_makes_no_other_listing_and_leaving_counts_once(tmp_path):
    base = write_version(
        tmp_path / "base.duckdb",
        "insert into paper_listings values ('2026-01-05', '1', 1, null), ('2026-01-05', '2', 2, null), "
        "('2026-01-05', '3', 3, '2026-01-06'), ('2026-01-05', '4', 4, null)",
    )
    newer = write_version(
        tmp_path / "newer.duckdb",
        "insert into paper_listings values ('2026-01-05', '1', 2, null), ('2026-01-05', '2', 2, '2026-01-07'), "
        "('2026-01-05', '3', 3, '2026-01-07'), ('2026-01-06', '1', 1, null)",
    )
    assert count(base, newer) == {
        "listings_added": 1, "listings_changed": 1, "listings_removed": 1, "listings_delisted": 1,
    }  # fmt: skip


def test_a_reading_without_a_known_version_is_the_same_reading_in_a_new_batch(tmp_path):
    base = write_version(
        tmp_path / "base.duckdb",
        "insert into paper_readings values ('1', null, 'html', 'keyless', 'a', 'b1'), "
        "('2', 1, 'html', 'keyless', 'a', 'b1')",
        "insert into paper_metrics values ('m1', '1')",
    )
    newer = write_version(
        tmp_path / "newer.duckdb",
        "insert into paper_readings values ('1', null, 'html', 'keyless', 'a', 'b2'), "
        "('2', 1, 'html', 'keyless', 'b', 'b2'), ('2', 2, 'html', 'keyless', 'b', 'b2')",
        "insert into paper_metrics values ('m2', '1')",
    )
    assert count(base, newer) == {"readings_added": 1, "readings_changed": 1, "metrics_added": 1, "metrics_removed": 1}


def test_a_base_of_an_older_release_may_lack_tables_and_columns(tmp_path):
    base = write_version(
        tmp_path / "base.duckdb",
        "insert into papers values ('1', 'One', 5, '2026-01-05')",
        "alter table papers drop column last_observed_at",
        "drop table paper_metrics",
    )
    newer = write_version(
        tmp_path / "newer.duckdb",
        "alter table papers add column withdrawn_at timestamptz default '2026-01-05'",
        "insert into papers (paper_id, title, upvotes) values ('1', 'One', 5)",
        "insert into paper_metrics values ('m1', '1')",
    )
    assert count(base, newer) == {"metrics_added": 1}


def test_history_travels_and_diff_tells_it(settings):
    """One flow, because a build takes seconds: publish, look again, roll back, release."""
    first, second = load_body(settings, DAY, items(1, 2, 3), f"{DAY}T20:00"), load_body(settings, NEXT_DAY, items(9))
    assert describe_publish_of(settings, first) is None
    built = build_warehouse(settings, first, say=lambda line: None)
    assert built.changes == ("+4 papers",)
    row = log(settings)[0]
    assert (row["version"], row["base_version"]) == (current_version(settings).parent.name, None)
    assert (row["fetch_ids"], row["fetch_count"]) == (sorted([first, second]), 2)
    # Whoever built it, every run is told what the publication of its own fetch changed.
    assert describe_publish_of(settings, second) == describe_publish_of(settings, first)
    assert describe_publish_of(settings, second).startswith("+4 papers (version ")

    moved = [make_item("2512.00001", upvotes=9), make_item("2512.00002", upvotes=4, title="Corrected"), *items(4)]
    built = build_body(settings, DAY, moved, "2025-12-28T20:00")
    assert built.changes == ("+1 papers, 1 changed, 1 delisted, votes +3",)
    assert [one["base_version"] for one in log(settings)] == [row["version"], None]
    text = describe_publication(settings)
    assert "2512.00004  Paper 2512.00004 (5 votes)" in text
    assert "2512.00002  Corrected, before: Paper 2512.00002" in text
    assert f"left their list: 1\n  {DAY}  2512.00003  Paper 2512.00003" in text
    assert "votes moved: 2\n  2512.00001  +4 to 9  Paper 2512.00001\n  2512.00002  -1 to 4  Corrected" in text
    assert f"days: 1\n  {DAY}: open → settled, 3 → 3 papers" in text
    gone = built.version.parent.name
    assert "papers removed: 1" in describe_difference(settings, gone, row["version"])
    assert len(describe_log(settings, 9).splitlines()) == 2

    roll_back(settings)
    assert [one["version"] for one in log(settings)] == [row["version"]]
    assert "+1 papers" in describe_publication(settings, gone)  # kept, and so is what it says
    release_held(settings)
    newest = log(settings)[0]
    assert (newest["base_version"], newest["papers_added"], newest["votes_net"]) == (row["version"], 1, 3)
    with pytest.raises(VersionNotKept, match="no versions begin with 'x'; known are"):
        describe_publication(settings, "x")
    with open_published(settings) as warehouse:
        undescribed = warehouse.execute("""
            select column_name from duckdb_columns() where table_name = 'publish_log' and comment is null
        """).fetchall()
    assert undescribed == []
