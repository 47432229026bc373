"""Faults of the content: the items of a list go in, other items come out.

The first line of each docstring is what `paperhouse source --help` says about the fault.
"""

import json
from typing import NamedTuple

from .folder import RecordedFolder

LONG_TEXT = 1024 * 1024  # characters
REPOSITORY = "https://github.com/example/unrelated"


class Fetch(NamedTuple):
    """Which list is asked for: the date, and how many times it has been, this time included."""

    folder: RecordedFolder
    date: str
    number: int


def empty_list(items: list[dict], fetch: Fetch) -> list[dict]:
    """the list is empty"""
    return []


def half_published(items: list[dict], fetch: Fetch) -> list[dict]:
    """only the first half of the list"""
    return items[: len(items) // 2]


def shrunk_list(items: list[dict], fetch: Fetch) -> list[dict]:
    """half of the list is gone"""
    return items[len(items) // 2 :]


def snap_back(items: list[dict], fetch: Fetch) -> list[dict]:
    """the list of the recorded day before"""
    return _read_day_before(fetch)


def copied_list(items: list[dict], fetch: Fetch) -> list[dict]:
    """that list with the dates of this day"""
    return [_change(item, submittedOnDailyAt=f"{fetch.date}T09:00:00.000Z") for item in _read_day_before(fetch)]


def capped_at_50(items: list[dict], fetch: Fetch) -> list[dict]:
    """only the first 50 papers of a longer list"""
    return items[:50]


def busy_day(items: list[dict], fetch: Fetch) -> list[dict]:
    """101 papers, some made up, on two pages"""
    return _fill_up(items, 101)


def few_broken_rows(items: list[dict], fetch: Fetch) -> list[dict]:
    """a row without id and one without title"""
    return [*items, *_break_rows(items[:2])]


def many_broken_rows(items: list[dict], fetch: Fetch) -> list[dict]:
    """every third row lost its id or title"""
    broken = _break_rows(items[::3])
    return [broken[number // 3] if number % 3 == 0 else item for number, item in enumerate(items)]


def duplicate_paper(items: list[dict], fetch: Fetch) -> list[dict]:
    """the first paper stands there twice"""
    return [*items, *(_change(item, upvotes=item["paper"]["upvotes"] + 100) for item in items[:1])]


def paper_on_two_dates(items: list[dict], fetch: Fetch) -> list[dict]:
    """a paper of the day before is listed again"""
    return [*items, *copied_list([], fetch)[:1]]


def lost_zeros(items: list[dict], fetch: Fetch) -> list[dict]:
    """ids are numbers: 2512.18470 is 2512.1847"""
    return [_change(item, id=float(item["paper"]["id"])) for item in items]


def odd_votes(items: list[dict], fetch: Fetch) -> list[dict]:
    """votes are "12", null, 12.0, -1, 3.5"""
    odd = ["12", None, 12.0, -1, 3.5][: len(items)]
    return [*(_change(item, upvotes=votes) for item, votes in zip(items, odd, strict=False)), *items[len(odd) :]]


def moving_votes(items: list[dict], fetch: Fetch) -> list[dict]:
    """three votes more at each fetch"""
    return [_change(item, upvotes=item["paper"]["upvotes"] + 3 * fetch.number) for item in items]


def falling_votes(items: list[dict], fetch: Fetch) -> list[dict]:
    """half of all votes are gone"""
    return [_change(item, upvotes=item["paper"]["upvotes"] // 2) for item in items]


def unknown_field(items: list[dict], fetch: Fetch) -> list[dict]:
    """a field `noveltyScore` is new"""
    return [_change(item, noveltyScore=0.5) for item in items]


def renamed_field(items: list[dict], fetch: Fetch) -> list[dict]:
    """`upvotes` is called `votes`"""
    return [_drop(_change(item, votes=item["paper"]["upvotes"]), "upvotes") for item in items]


def retyped_field(items: list[dict], fetch: Fetch) -> list[dict]:
    """`authors` is one text instead of a list"""
    return [_change(item, authors=", ".join(author["name"] for author in item["paper"]["authors"])) for item in items]


def no_ai_fields(items: list[dict], fetch: Fetch) -> list[dict]:
    """no AI summaries and keywords"""
    return [_drop(item, "ai_summary", "ai_summary_model", "ai_keywords") for item in items]


def wrong_repository(items: list[dict], fetch: Fetch) -> list[dict]:
    """all papers link to one repository"""
    return [_change(item, githubRepo=REPOSITORY, githubRepoAddedBy="auto", githubStars=4321) for item in items]


def withdrawn_paper(items: list[dict], fetch: Fetch) -> list[dict]:
    """the first paper is withdrawn"""
    return [*(_change(item, withdrawnAt=f"{fetch.date}T12:00:00.000Z") for item in items[:1]), *items[1:]]


def hostile_text(items: list[dict], fetch: Fetch) -> list[dict]:
    """NUL, emoji, SQL, HTML, a megabyte of text"""
    texts = [
        {
            "title": "NUL \0 and \x1b[31mred\x1b[0m, 🙂 and \u202eright to left\u202c",
            "summary": "long " * (LONG_TEXT // 5),
        },
        {"title": "'; drop table papers; --"},
        {"title": '=HYPERLINK("http://127.0.0.1/","formula")'},
        {"title": "# **bold** | [link](javascript:alert(1)) ![](x) `code` <!--"},
        {"title": "<script>alert(1)</script> {{ 7 * 7 }} ${jndi:x} %s \\"},
    ][: len(items)]
    return [*(_change(item, **text) for item, text in zip(items, texts, strict=False)), *items[len(texts) :]]


def _change(item: dict, **fields: object) -> dict:
    return {**item, "paper": {**item["paper"], **fields}}


def _drop(item: dict, *names: str) -> dict:
    return {**item, "paper": {name: value for name, value in item["paper"].items() if name not in names}}


def _break_rows(items: list[dict]) -> list[dict]:
    return [_drop(item, "title" if number % 2 else "id") for number, item in enumerate(items)]


def _fill_up(items: list[dict], count: int) -> list[dict]:
    """The first `count` items, or all and copies under ids that nobody has given yet."""
    copies = []
    for number in range(count - len(items) if items else 0):
        paper = items[number % len(items)]["paper"]
        made_up = {"id": f"{paper['id'][:5]}{99999 - number}", "title": f"{paper['title']} ({number})"}
        # Without the link to the code: it would be that of several papers.
        copies.append(_drop(_change(items[number % len(items)], **made_up), "githubRepo", "githubStars"))
    return [*items, *copies][:count]


def _read_day_before(fetch: Fetch) -> list[dict]:
    earlier = [date for date in fetch.folder.list_dates() if date < fetch.date]
    days = (fetch.folder.read_day(date) for date in reversed(earlier))
    return next(([json.loads(item) for item in day.items] for day in days if day and day.items), [])
