"""A scraped archive with real defects, fed as if it were the source.

`recorded/hf_daily_other/atharvadomale` holds one file a day of a scraper of the same lists. Weekends and Mondays repeat
Friday, since the page snaps back; authors are missing in more than half of the rows; from May 2026 on the code link is
the one of the page's footer. Nobody noticed for months. Each test feeds all days that may have the one defect it is
about, and leaves in that one, so that a day is stopped for this and nothing else.
"""

import gzip
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from paperhouse.build import build_warehouse
from paperhouse.judge import Verdict, read_verdict
from paperhouse.landing import find_fetch
from paperhouse.query import run_query
from paperhouse.settings import Settings

from tests.conftest import SHARED, load_body
from tests.faults.invariant import assert_published_invariant

ARCHIVE = SHARED / "recorded" / "hf_daily_other" / "atharvadomale"
FOOTER = "https://github.com/huggingface"
BEFORE_THE_FOOTER = "2026-05-01"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not ARCHIVE.is_dir(), reason=f"no scraped archive: {ARCHIVE} is not there"),
]


@pytest.fixture(scope="module")
def scraped() -> dict[str, list[dict]]:
    """Its rows by date."""
    return {
        file.name[:10]: json.loads(gzip.decompress(file.read_bytes())) for file in sorted(ARCHIVE.glob("*.json.gz"))
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", hf_url="http://127.0.0.1:9")


def shape_item(row: dict, day: str, defect: str) -> dict:
    """A row as the source would write it, with that defect of the archive and no other."""
    details, names = row["details"], row["authors"] or ([] if defect == "authors" else ["Ada Example"])
    paper_id = row["paper_url"].rsplit("/", 1)[-1]
    links = details.get("github_links") or []
    return {
        "title": row["title"],
        "publishedAt": f"{day}T06:00:00.000Z",
        "numComments": 0,
        "submittedBy": {"name": "someone"},
        "paper": {
            "id": paper_id,
            "title": row["title"],
            "summary": details.get("abstract") or "",
            "authors": [{"name": name} for name in names],
            "upvotes": int(row["stars"]) if re.fullmatch("[0-9]+", str(row["stars"])) else 0,
            "publishedAt": f"20{paper_id[:2]}-{paper_id[2:4]}-01T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            **({"githubRepo": links[0]} if links and defect == "links" else {}),
        },
    }


def feed(settings: Settings, days: dict[str, list[dict]], defect: str) -> dict[str, Verdict]:
    """Load every day, seen ten minutes after its end, build once; verdicts by date."""
    fetches = {}
    for day, rows in days.items():
        items = [shape_item(row, day, defect) for row in rows]
        seen_at = f"{date.fromisoformat(day) + timedelta(days=1)}T00:10:00"
        fetches[day] = load_body(settings, day, items, seen_at)
    build_warehouse(settings, say=lambda line: None)
    assert_published_invariant(settings)
    return {day: read_verdict(find_fetch(settings, one) / "verdict.json") for day, one in fetches.items()}


def list_ids(rows: list[dict]) -> set[str]:
    return {row["paper_url"].rsplit("/", 1)[-1] for row in rows}


def failed_checks(verdict: Verdict) -> set[str]:
    return {check.check_name for check in verdict.checks if not check.success}


def test_scraped_lists_that_repeat_an_earlier_one_are_stopped(settings: Settings, scraped: dict) -> None:
    verdicts = feed(settings, scraped, "repeats")
    seen, stopped, raw_count = set(), 0, 0
    for day, rows in scraped.items():
        again = list_ids(rows) & seen
        raw_count += len(again)
        if len(again) >= 3 and len(again) > len(rows) / 4:
            assert not verdicts[day].is_accepted, f"{day} repeats {len(again)} of {len(rows)} papers"
            assert "not_listed_before" in failed_checks(verdicts[day])
            stopped += 1
        elif len(again) >= 2:
            assert "few_papers_listed_before" in failed_checks(verdicts[day]), f"{day} repeats {len(again)} papers"
        seen |= list_ids(rows)
    assert stopped > 30
    _, ((listing_count, paper_count),) = run_query(
        settings, "select count(*), count(distinct paper_id) from paper_listings"
    )
    assert raw_count > 1000
    assert listing_count - paper_count < listing_count / 50  # few enough to be true, and each list with two is named


def test_scraped_rows_without_authors_are_set_aside_or_their_day_is_stopped(settings: Settings, scraped: dict) -> None:
    firsts = {day: rows for day, rows in scraped.items() if date.fromisoformat(day).weekday() < 5}
    verdicts = feed(settings, firsts, "authors")
    for day, rows in firsts.items():
        lacking = sum(not row["authors"] for row in rows)
        if lacking >= 3 and lacking > len(rows) / 10:
            assert {"few_rejected_rows", "has_good_rows"} & failed_checks(verdicts[day]), day
            assert not verdicts[day].is_accepted
    assert run_query(settings, "select count(*) from papers anti join paper_authors using (paper_id)")[1] == [(0,)]
    _, kept = run_query(
        settings,
        "select listing_date::varchar, count(*) from rejected_records where reason = 'authors are missing' group by 1",
    )
    assert dict(kept) == {day: count for day, rows in firsts.items() if (count := sum(not r["authors"] for r in rows))}


def test_scraped_link_of_the_footer_is_no_code_of_any_paper(settings: Settings, scraped: dict) -> None:
    linked = {
        day: sum((row["details"].get("github_links") or [""])[0] == FOOTER for row in rows)
        for day, rows in scraped.items()
    }
    assert sum(linked.values()) > 500
    assert not any(count for day, count in linked.items() if day < BEFORE_THE_FOOTER)
    verdicts = feed(settings, {day: rows for day, rows in scraped.items() if day >= BEFORE_THE_FOOTER}, "links")
    for day, count in linked.items():
        if count:
            assert "links_are_of_their_papers" in failed_checks(verdicts[day]), day
    _, odd = run_query(
        settings,
        "select github_url from papers where not regexp_matches(github_url, '^https://github.com/[^/]+/[^/]+')",
    )
    assert odd == []
    _, kept = run_query(
        settings, "select count(*) from rejected_records where source = 'code_link' and reason like '%/huggingface'"
    )
    assert kept == [(sum(linked.values()),)]
