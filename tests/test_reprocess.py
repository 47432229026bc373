"""What was rejected is tried again after a fix, and nothing of its history is lost."""

import shutil
from datetime import date

import pytest
from paperhouse import judge, transform
from paperhouse.landing import find_fetch
from paperhouse.publish import current_version
from paperhouse.rebuild import rebuild_warehouse
from paperhouse.reprocess import reprocess
from paperhouse.warehouse import open_published

from tests.conftest import build_body, load_body, make_item

DAY = "2025-12-25"


def be_quiet(line):
    pass


def rows(settings, query):
    with open_published(settings) as warehouse:
        return warehouse.execute(query).fetchall()


@pytest.fixture
def project(monkeypatch, tmp_path):
    """A copy of the models and suites, to be mended; great_expectations.yml is found beside them."""
    for part in ("dbt_project", "expectations"):
        shutil.copytree(transform.REPO / part, tmp_path / "project" / part)
    monkeypatch.setattr(transform, "REPO", tmp_path / "project")
    monkeypatch.setattr(judge, "REPO", tmp_path / "project")
    return tmp_path / "project"


def replace_in(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_rejected_fetch_is_judged_again_and_its_first_verdict_is_kept(settings, project):
    flawed = [make_item(f"2512.0000{number}", upvotes="many") for number in range(1, 5)]
    build_body(settings, DAY, [make_item("2512.00009"), *flawed])
    build_body(settings, "2025-12-26", [make_item("2512.00010")])
    assert rows(settings, "select count(*) from fetches where not is_accepted") == [(1,)]
    assert reprocess(settings, say=be_quiet)[:2] == (1, 0)

    replace_in(project / "dbt_project/macros/hf_item.sql", "upvotes is null and upvotes_text is not null", "false")
    assert reprocess(settings, say=be_quiet)[:2] == (1, 1)
    assert rows(settings, "select count(*) from paper_listings where listing_date = '2025-12-25'") == [(5,)]
    assert rows(settings, "select is_accepted, count(*) from fetches group by 1") == [(True, 2)]
    folder = find_fetch(settings, rows(settings, "select fetch_id from fetches order by 1")[0][0])
    assert sorted(file.name for file in folder.glob("verdict*.json")) == [
        "verdict-001.json",
        "verdict-002.json",
        "verdict.json",
    ]
    assert rebuild_warehouse(settings, be_quiet).differences == []


def test_rows_set_aside_become_papers_once_the_models_take_them(settings, project):
    good = [make_item(f"2512.000{number}") for number in range(10, 30)]
    build_body(settings, DAY, [*good, make_item("2512.00099", upvotes="many")])
    assert reprocess(settings, say=be_quiet) == (0, 0, 1, 1)
    replace_in(project / "dbt_project/macros/hf_item.sql", "upvotes is null and upvotes_text is not null", "false")
    assert reprocess(settings, say=be_quiet) == (0, 0, 1, 0)
    assert rows(settings, "select upvotes from papers where paper_id = '2512.00099'") == [(None,)]
    assert rows(settings, "select count(*) from fetches") == [(1,)]


def test_with_nothing_rejected_nothing_is_published(settings):
    build_body(settings, DAY, [make_item("2512.00001")])
    before = current_version(settings)
    assert reprocess(settings, say=be_quiet) == (0, 0, 0, 0)
    assert current_version(settings) == before


def test_other_dates_are_left_alone(settings):
    for day in (DAY, "2025-12-26"):
        load_body(settings, day, b"<html>")
    build_body(settings, "2025-12-24", [make_item("2512.00001")])
    assert reprocess(settings, [date.fromisoformat(DAY)], say=be_quiet)[:2] == (1, 0)
