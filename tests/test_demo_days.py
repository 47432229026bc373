"""The bundled days have the shape Hugging Face gave at their date, and hold together as data."""

import json
from datetime import date, datetime, timedelta

import pytest
from paperhouse.settings import REPO

DAYS = {path.stem: json.loads(path.read_text()) for path in sorted((REPO / "demo/hf_daily_api").glob("*.json"))}
ITEMS = [pytest.param(day, item, id=f"{day}-{item['paper']['id']}") for day, items in DAYS.items() for item in items]

ITEM_FIELDS = {
    "paper", "publishedAt", "title", "summary", "thumbnail", "numComments", "submittedBy",
    "isAuthorParticipating",
}  # fmt: skip
PAPER_FIELDS = {
    "id", "authors", "publishedAt", "submittedOnDailyAt", "submittedOnDailyBy", "title", "summary", "upvotes",
    "discussionId",
}  # fmt: skip
OPTIONAL_FIELDS = {
    "ai_summary", "ai_keywords", "githubRepo", "githubRepoAddedBy", "githubStars", "projectPage",
    "organization",
}  # fmt: skip
SUBMITTER_FIELDS = {
    "_id", "avatarUrl", "fullname", "name", "type", "isPro", "isHf", "isHfAdmin", "isMod",
}  # fmt: skip
ACCOUNT_FIELDS = {"_id", "avatarUrl", "isPro", "fullname", "user", "type"}
FOLLOWING_SINCE = "2026-01-07"  # first listing day with submittedBy.isUserFollowing


def test_the_bundled_days_are_the_ones_the_readme_names():
    assert {day: len(items) for day, items in DAYS.items()} == {
        "2025-12-24": 12,
        "2025-12-25": 17,
        "2025-12-26": 7,
        "2025-12-27": 0,
        "2026-02-05": 53,
    }


def test_the_bundle_stays_small():
    assert sum(path.stat().st_size for path in (REPO / "demo").rglob("*") if path.is_file()) < 600_000


@pytest.mark.parametrize("day", DAYS)
def test_a_day_lists_each_paper_once_by_upvotes(day):
    papers = [item["paper"] for item in DAYS[day]]
    assert len({paper["id"] for paper in papers}) == len(papers)
    assert papers == sorted(papers, key=lambda paper: -paper["upvotes"])


@pytest.mark.parametrize(("day", "item"), ITEMS)
def test_an_item_has_the_fields_of_its_date_and_no_later_ones(day, item):
    paper, submitter = item["paper"], item["submittedBy"]
    assert ITEM_FIELDS <= item.keys() <= ITEM_FIELDS | {"organization"}
    assert PAPER_FIELDS <= paper.keys() <= PAPER_FIELDS | OPTIONAL_FIELDS
    assert SUBMITTER_FIELDS <= submitter.keys() <= SUBMITTER_FIELDS | {"followerCount", "isUserFollowing"}
    assert ("isUserFollowing" in submitter) == (day >= FOLLOWING_SINCE)
    accounts = [
        paper["submittedOnDailyBy"],
        *(author["user"] for author in paper["authors"] if "user" in author),
    ]
    assert all(account.keys() == ACCOUNT_FIELDS for account in accounts)


@pytest.mark.parametrize(("day", "item"), ITEMS)
def test_both_levels_of_an_item_agree(day, item):
    paper = item["paper"]
    assert (item["title"], item["summary"]) == (paper["title"], paper["summary"])
    assert item.get("organization") == paper.get("organization")
    assert item["submittedBy"]["name"] == paper["submittedOnDailyBy"]["user"]
    assert paper["authors"]
    assert paper["summary"]
    assert ("ai_summary" in paper) == ("ai_keywords" in paper)


@pytest.mark.parametrize(("day", "item"), ITEMS)
def test_the_dates_of_an_item_fit_its_day(day, item):
    paper = item["paper"]
    assert paper["submittedOnDailyAt"][:10] == day
    waited = date.fromisoformat(day) - date.fromisoformat(paper["publishedAt"][:10])
    assert timedelta(days=1) <= waited <= timedelta(days=14)
    assert _time(paper["publishedAt"]) - _time(item["publishedAt"]) == timedelta(hours=5)


def test_some_papers_have_no_ai_summary():
    with_summary = ["ai_summary" in item["paper"] for items in DAYS.values() for item in items]
    assert 0.5 < sum(with_summary) / len(with_summary) < 0.9


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
