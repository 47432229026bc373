"""`paperhouse source --fault`: every fault is served when it is due, and described where people look for it."""

import json
from dataclasses import replace

import pytest
import requests
from paperhouse.cli import app
from paperhouse.commands.serve import complete_fault
from paperhouse.settings import REPO
from paperhouse.source.faults import FAULTS, FaultInvalid, parse_faults
from paperhouse.source.server import start_source
from typer.testing import CliRunner

DEMO = REPO / "demo"
DAY, DAY_BEFORE, BUSY_DAY = "2025-12-25", "2025-12-24", "2026-02-05"


def read_recorded(date: str) -> list[dict]:
    return json.loads((DEMO / f"hf_daily_api/{date}.json").read_text())


def ask(url: str, date: str = DAY, page: int = 0) -> object:
    """The items, or what came instead of a list."""
    try:
        answer = requests.get(f"{url}/api/daily_papers", {"date": date, "limit": 100, "p": page}, timeout=10)
        return answer.json() if answer.ok else answer.status_code
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError, ValueError) as error:
        return type(error)


def ask_in_turn(faults: list[str], count: int, date: str = DAY) -> list[object]:
    with start_source(DEMO, faults) as url:
        return [ask(url, date) for _ in range(count)]


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - {"slow-body"}))
def test_fault_is_served_when_it_is_due_and_never_else(name):
    date = BUSY_DAY if name == "capped-at-50" else DAY
    answers = ask_in_turn([name], 4, date)
    due = [FAULTS[name].is_due(date, number) for number in range(1, 5)]
    assert [answer != read_recorded(date) for answer in answers] == due
    assert any(due)


def test_slow_body_drips():
    with start_source(DEMO, ["slow-body"]) as url:
        answer = requests.get(f"{url}/api/daily_papers", {"date": DAY, "limit": 100}, timeout=10, stream=True)
        assert [len(answer.raw.read1(1000)) for _ in range(3)] == [1, 1, 1]
        answer.close()
        assert ask(url) == read_recorded(DAY)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("too-many-requests", 429),
        ("server-error", 500),
        ("bad-gateway", 502),
        ("not-found", 404),
        ("bad-request", 400),
        ("connection-reset", requests.ConnectionError),
        ("cut-connection", requests.exceptions.ChunkedEncodingError),
        ("truncated-json", requests.exceptions.JSONDecodeError),
        ("web-page", requests.exceptions.JSONDecodeError),
        ("error-object", {"error": "Internal error, please try again"}),
    ],
)
def test_broken_answer_is_broken_in_its_own_way(fault, expected):
    assert ask_in_turn([fault], 1) == [expected]


def of_papers(field):
    return lambda items: [item["paper"].get(field) for item in items]


IDS = of_papers("id")
CONTENT = [
    ("half-published", IDS, IDS(read_recorded(DAY))[:8]),
    ("shrunk-list", IDS, IDS(read_recorded(DAY))[8:]),
    ("snap-back", lambda items: items, read_recorded(DAY_BEFORE)),
    ("copied-list", IDS, IDS(read_recorded(DAY_BEFORE))),
    ("copied-list", of_papers("submittedOnDailyAt"), [f"{DAY}T09:00:00.000Z"] * 12),
    (
        "few-broken-rows",
        lambda items: [sorted({"id", "title"} - set(one["paper"])) for one in items[17:]],
        [["id"], ["title"]],
    ),
    ("many-broken-rows", lambda items: sum(not {"id", "title"} <= set(one["paper"]) for one in items), 6),
    ("duplicate-paper", lambda items: IDS(items)[17:], IDS(read_recorded(DAY))[:1]),
    ("paper-on-two-dates", lambda items: IDS(items)[17:], IDS(read_recorded(DAY_BEFORE))[:1]),
    ("lost-zeros", lambda items: 2512.1847 in IDS(items), True),
    ("odd-votes", lambda items: of_papers("upvotes")(items)[:5], ["12", None, 12.0, -1, 3.5]),
    ("falling-votes", of_papers("upvotes"), [votes // 2 for votes in of_papers("upvotes")(read_recorded(DAY))]),
    ("unknown-field", of_papers("noveltyScore"), [0.5] * 17),
    ("renamed-field", of_papers("upvotes"), [None] * 17),
    ("renamed-field", of_papers("votes"), of_papers("upvotes")(read_recorded(DAY))),
    ("retyped-field", lambda items: {type(authors) for authors in of_papers("authors")(items)}, {str}),
    ("no-ai-fields", of_papers("ai_summary"), [None] * 17),
    ("wrong-repository", lambda items: len(set(of_papers("githubRepo")(items))), 1),
    ("withdrawn-paper", lambda items: of_papers("withdrawnAt")(items)[:2], [f"{DAY}T12:00:00.000Z", None]),
    ("hostile-text", lambda items: ["\0" in title for title in of_papers("title")(items)[:2]], [True, False]),
]


@pytest.mark.parametrize(("fault", "look", "expected"), CONTENT)
def test_spoiled_list_is_spoiled_in_its_own_way(fault, look, expected):
    assert look(ask_in_turn([fault], FAULTS[fault].first)[-1]) == expected


def test_busy_day_has_two_pages_without_a_paper_twice():
    with start_source(DEMO, ["busy-day"]) as url:
        pages = [ask(url, page=page) for page in range(3)]
    assert [len(page) for page in pages] == [100, 1, 0]
    assert len(set(IDS(pages[0] + pages[1]))) == 101


def test_moving_votes_go_up_with_every_fetch():
    votes = [sum(of_papers("upvotes")(items)) for items in ask_in_turn(["moving-votes"], 3)]
    assert (votes[1] - votes[0], votes[2] - votes[1]) == (3 * 17, 3 * 17)


# Scope


def test_count_says_how_often():
    assert [answer == 404 for answer in ask_in_turn(["not-found:3"], 4)] == [True, True, True, False]
    assert [answer == [] for answer in ask_in_turn(["empty-list:2"], 4)] == [False, True, True, False]


def test_date_says_where():
    with start_source(DEMO, [f"web-page@{DAY}"]) as url:
        assert ask(url, DAY_BEFORE) == read_recorded(DAY_BEFORE)
        assert ask(url) == requests.exceptions.JSONDecodeError


def test_each_date_is_counted_on_its_own():
    with start_source(DEMO, ["empty-list"]) as url:
        assert [ask(url, date) == [] for date in (DAY, DAY_BEFORE, DAY, DAY_BEFORE)] == [False, False, True, True]


def test_faults_of_the_content_join_and_a_refused_request_is_no_fetch():
    answers = ask_in_turn(["server-error", "busy-day", "capped-at-50"], 4)
    assert [answer if isinstance(answer, int) else len(answer) for answer in answers] == [500, 500, 50, 100]


def test_only_lists_are_spoiled():
    with start_source(DEMO, ["not-found:9", "empty-list:9"]) as url:
        assert requests.get(f"{url}/api/papers/2512.16093", timeout=10).status_code == 200
        assert ask(url, "not a date") == 400


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("empty-lits", "no fault is called 'empty-lits'; did you mean empty-list?"),
        ("flood", "`paperhouse source --help` lists them"),
        ("empty-list:0", "write NAME, NAME:COUNT or NAME:COUNT@YYYY-MM-DD"),
        ("empty-list@tomorrow", "write NAME"),
    ],
)
def test_fault_that_does_not_exist_is_refused_with_what_does(word, message):
    answer = CliRunner().invoke(app, ["source", "--port", "0", "--fault", word])
    assert isinstance(answer.exception, FaultInvalid)
    assert message in str(answer.exception)


def test_scope_replaces_what_the_fault_has_by_itself():
    empty = FAULTS["empty-list"]
    assert parse_faults(["empty-list", f"empty-list:4@{DAY}"]) == [empty, replace(empty, count=4, date=DAY)]


# Documentation


def test_help_completion_and_readme_name_every_fault():
    help_text = CliRunner().invoke(app, ["source", "--help"], env={"COLUMNS": "120"}).output
    lines = [" ".join(line.split()) for line in help_text.splitlines()]
    assert [f"{name} {fault.summary}" for name, fault in FAULTS.items()] == [
        line for line in lines if line.split(" ")[0] in FAULTS
    ]
    assert complete_fault("too") == [("too-many-requests", FAULTS["too-many-requests"].summary)]
    readme = (REPO / "README.md").read_text()
    assert [name for name in FAULTS if f"`{name}`" not in readme] == []
