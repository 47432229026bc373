"""What the gate sees: drift of fields and meanings, old lists, falling votes, links of other papers."""

import json
from datetime import datetime, timedelta

import pytest
from paperhouse.build import build_warehouse
from paperhouse.judge import read_verdict
from paperhouse.landing import find_fetch
from paperhouse.warehouse import open_published

from tests.conftest import build_body, load_body, make_item

DAYS = [f"2026-03-{day:02}" for day in (2, 3, 4, 5, 6)]
LATER = "2026-03-09"


def list_papers(first, count=8, published="2026-03-01T10:00:00.000Z", **fields):
    """Papers with ids from `first` on, published by their item's account four hours before."""
    items = [make_item(f"2603.{number:05}", publishedAt=published, **fields) for number in range(first, first + count)]
    moment = datetime.fromisoformat(published) - timedelta(hours=4)
    return [{**item, "publishedAt": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"} for item in items]


def judge_list(settings, day, body, observed_at=None):
    """The checks that failed, by name, and whether the fetch was accepted."""
    fetch_id = load_body(settings, day, body, observed_at)
    build_warehouse(settings, fetch_id, say=lambda line: None)
    verdict = read_verdict(find_fetch(settings, fetch_id) / "verdict.json")
    return {check.check_name: check.observed for check in verdict.checks if not check.success}, verdict.is_accepted


@pytest.fixture
def history(settings):
    """A week of lists, eight papers each, all with a summary written by a model."""
    for number, day in enumerate(DAYS):
        load_body(settings, day, list_papers(100 * number, ai_summary="In short."), f"{day}T23:50:00")
    build_body(settings, "2026-03-07", [])
    return settings


def test_new_field_is_kept_and_announced_once(history):
    mooded = list_papers(1000, ai_summary="In short.", mood="sunny")
    failed, is_accepted = judge_list(history, LATER, mooded)
    assert is_accepted
    assert failed == {"no_new_fields": failed["no_new_fields"]}
    assert "paper.mood" in failed["no_new_fields"]
    assert judge_list(history, "2026-03-10", list_papers(1100, ai_summary="In short.", mood="grey")) == ({}, True)


def test_field_that_is_suddenly_empty_warns_with_its_name_and_share(history):
    failed, is_accepted = judge_list(history, LATER, list_papers(1000))
    assert is_accepted
    assert list(failed) == ["usual_fill_rates"]
    assert "paper.ai_summary in 0 % of the items, usually 100 %" in failed["usual_fill_rates"]


def test_field_that_changes_its_meaning_warns_once(history):
    moved = list_papers(1000, ai_summary="In short.", published="2026-03-08T00:00:00.000Z")
    failed, _ = judge_list(history, LATER, moved)
    assert "paper.publishedAt is midnight in 100 % of the items, usually 0 %" in failed["fields_keep_their_meaning"]
    later = list_papers(1100, ai_summary="In short.", published="2026-03-09T00:00:00.000Z")
    assert judge_list(history, "2026-03-10", later) == ({}, True)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda item: item["paper"].update(id=float(item["paper"]["id"])), "required_fields_keep_their_type"),
        (lambda item: item["paper"].update(authors=[]), "required_fields_are_there"),
        (lambda item: item["paper"].update(name=item["paper"].pop("title")), "required_fields_are_there"),
    ],
    ids=["ids as numbers", "no authors", "title renamed"],
)
def test_change_of_a_field_that_every_paper_needs_stops_the_fetch(settings, change, check):
    body = list_papers(1000)
    for item in body:
        change(item)
    failed, is_accepted = judge_list(settings, LATER, body)
    assert not is_accepted
    assert check in failed


def test_list_of_an_earlier_date_is_stopped(history):
    friday = list_papers(400, ai_summary="In short.")
    failed, is_accepted = judge_list(history, "2026-03-08", friday)
    assert not is_accepted
    assert "2603.00400 on 2026-03-06" in failed["not_listed_before"]


def test_falling_votes_and_new_titles_warn(history):
    body = list_papers(400, ai_summary="In short.", upvotes=1, title="Something else")
    failed, is_accepted = judge_list(history, "2026-03-06", body, "2026-03-08T12:00:00")
    assert is_accepted
    assert (
        failed["votes_do_not_fall"] == "observed 1.0, for example 2603.00400 from 5 to 1; 2603.00401 from 5 to 1; "
        "2603.00402 from 5 to 1"
    )
    assert failed["titles_stay"].startswith("observed 1.0, for example 2603.00400")


def test_link_of_many_papers_is_set_aside_and_the_papers_go_on(settings):
    body = list_papers(1000, githubRepo="https://github.com/hf")
    failed, is_accepted = judge_list(settings, LATER, body)
    assert is_accepted
    assert failed["links_are_of_their_papers"] == "observed 8, for example https://github.com/hf"
    with open_published(settings) as warehouse:
        query = "select source, count(*), min(payload ->> '$.paper.githubRepo') from rejected_records group by 1"
        assert warehouse.execute(query).fetchall() == [("code_link", 8, "https://github.com/hf")]
        assert warehouse.execute("select count(*), count(github_url) from papers").fetchall() == [(8, 0)]


def test_data_docs_and_audit_results_tell_the_same(history):
    judge_list(history, LATER, list_papers(1000))
    build_body(history, "2026-03-11", list_papers(1200))
    with open_published(history) as warehouse:
        told = warehouse.execute("select fetch_id, suite, check_name, success from audit_results").fetchall()
    kept = set()
    for file in (history.quality_dir / "results").rglob("*.json"):
        result = json.loads(file.read_bytes())
        for one in result["results"]:
            config = one["expectation_config"]
            fetch_id = result["meta"]["run_id"]["run_name"]
            kept.add((fetch_id, result["suite_name"], config["meta"]["check_name"], one["success"]))
    assert kept == set(told)
    assert len(kept) == len(told) > 200
