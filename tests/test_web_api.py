"""The JSON API: what each address answers, how lists are read on, and that its description holds."""

import json
from datetime import datetime
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from paperhouse.settings import Settings
from paperhouse.warehouse import open_published
from paperhouse.web.app import create_app
from paperhouse.web.json_values import write_json

from tests.web_papers import HOSTILE_DAY, HOSTILE_ID, HOSTILE_TITLE, LOOKED_AT

LISTS = {"days": "listing_date", "papers": "paper_id", "numbers": "claim_id", "changes": "version"}
PLACES = {"date": LOOKED_AT, "paper_id": HOSTILE_ID}


def get(pages, address, **asked):
    answer = pages.get(address, params=asked or None)  # no parameters would take those of the address away
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text[:300]
    return answer.json()


def read_all(pages, name, **asked):
    """All rows of a list, read on from answer to answer."""
    told = get(pages, f"/api/{name}", **asked)
    rows = told[name]
    while told["next"]:
        assert len(rows) < 1000, "it leads in a circle"
        told = get(pages, told["next"])
        assert told[name]
        rows += told[name]
    return rows


def ask_first(web_settings, query):
    with open_published(web_settings) as warehouse:
        return warehouse.execute(query).fetchone()[0]


@pytest.mark.parametrize(("name", "key"), LISTS.items())
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_list_is_read_on_to_its_end_with_each_row_once(pages, web_settings, name, key, limit):
    if name == "papers" and limit == 1:
        limit = 5
    rows = read_all(pages, name, limit=limit)
    tables = {"days": "day_status", "papers": "papers", "numbers": "paper_metrics", "changes": "publish_log"}
    assert (
        len(rows) == len({row[key] for row in rows}) == ask_first(web_settings, f"select count(*) from {tables[name]}")
    )
    assert rows == get(pages, f"/api/{name}", limit=1000)[name]


def test_papers_since_a_moment_are_those_that_changed_since(pages):
    everything = read_all(pages, "papers")
    moments = [paper["changed_at"] for paper in everything]
    assert moments == sorted(moments)
    middle = moments[len(moments) // 2]
    since = read_all(pages, "papers", since=middle, limit=9)
    assert since == [paper for paper in everything if paper["changed_at"] >= middle]
    assert read_all(pages, "papers", since="2099-01-01") == []
    assert read_all(pages, "papers", since="2020-01-01") == everything


def test_change_of_a_paper_is_its_newest_look_reading_or_listing(pages):
    found = {paper["paper_id"]: paper["changed_at"] for paper in read_all(pages, "papers", limit=1000)}
    told = get(pages, f"/api/papers/{HOSTILE_ID}")
    moments = [
        *(look["observed_at"] for look in told["observations"]),
        *(reading["read_at"] for reading in told["readings"]),
        *(listing["first_observed_at"] for listing in told["listings"]),
    ]
    assert found[HOSTILE_ID] == max(moments)


def test_day_holds_its_state_checks_and_papers(pages):
    told = get(pages, f"/api/days/{LOOKED_AT}")
    assert told["day"]["listing_date"] == LOOKED_AT
    assert told["day"]["paper_count"] == len(told["papers"]) == 17
    assert [paper["position"] for paper in told["papers"]] == list(range(1, 18))
    assert {"check_name", "success", "severity", "fetch_id"} <= told["audit"][0].keys()
    assert told["day"] in get(pages, "/api/days", since=LOOKED_AT)["days"]


def test_hostile_words_come_as_they_are(pages):
    told = get(pages, f"/api/papers/{HOSTILE_ID}")
    assert told["paper"]["title"] == HOSTILE_TITLE
    assert told["organization"]["full_name"] == "<svg onload=alert(5)>"


def test_paper_holds_all_rows_about_it(pages, web_settings):
    with_all = """
        select paper_id from paper_metrics semi join paper_sentences using (paper_id)
        semi join paper_domains using (paper_id) semi join paper_keywords using (paper_id) order by 1 limit 1
    """
    paper_id = ask_first(web_settings, with_all)
    told = get(pages, f"/api/papers/{paper_id}")
    for name, table in [
        ("numbers", "paper_metrics"),
        ("listings", "paper_listings"),
        ("observations", "paper_observations"),
        ("readings", "paper_readings"),
        ("sentences", "paper_sentences"),
        ("domains", "paper_domains"),
        ("keywords", "paper_keywords"),
    ]:
        expected = ask_first(web_settings, f"select count(*) from {table} where paper_id = '{paper_id}'")
        assert (name, len(told[name])) == (name, expected)
        assert expected > 0


def test_numbers_are_found_by_data_set_and_metric(pages):
    everything = read_all(pages, "numbers")
    found = read_all(pages, "numbers", dataset="imagenet", metric="Accuracy")
    assert 0 < len(found) < len(everything)
    assert {row["dataset"].lower() for row in found} == {"imagenet"}
    assert all(row["evidence"] and row["title"] for row in found)
    newest = read_all(pages, "numbers", since=HOSTILE_DAY)
    assert newest == [row for row in everything if row["first_listed_date"] >= HOSTILE_DAY]
    assert read_all(pages, "numbers", dataset="no such data set") == []


def test_domains_count_papers_in_everything_below(pages):
    domains = {row["domain_id"]: row for row in get(pages, "/api/domains")["domains"]}
    below = [row for row in domains.values() if row["parent_id"]]
    assert any(row["paper_count"] for row in below)
    assert all(domains[row["parent_id"]]["paper_count"] >= row["paper_count"] for row in below)


def test_moments_are_utc_with_a_z(pages):
    (look, *_) = get(pages, f"/api/papers/{HOSTILE_ID}")["observations"]
    assert look["observed_at"].endswith("Z")
    assert datetime.fromisoformat(look["observed_at"]).utcoffset().total_seconds() == 0


def test_values_that_json_does_not_know_are_text():
    told = json.loads(write_json({"a": float("nan"), "b": [2**60, -(2**53 - 1)], "c": {"d": float("-inf")}}))
    assert told == {"a": "NaN", "b": [str(2**60), -(2**53 - 1)], "c": {"d": "-Infinity"}}


def test_program_that_has_the_answer_already_gets_no_body(pages):
    for address in ("/api", "/api/days", f"/api/days/{LOOKED_AT}", f"/api/papers/{HOSTILE_ID}", "/api/papers?limit=3"):
        answer = pages.get(address)
        again = pages.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address", ["/api/days/2024-01-01", "/api/papers/2401.99999", "/api/nowhere", "/api/papers/2401.99999/x"]
)
def test_what_is_not_there_is_told_as_json(pages, address):
    answer = pages.get(address, headers={"accept": "text/html"})
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


BAD = {
    "/api/days": [
        "since=yesterday",
        "since=2025-13-01",
        "limit=0",
        "limit=1001",
        "limit=x",
        "limit=1e9",
        "after=x",
        "limit=",
    ],
    "/api/papers": [
        "since=yesterday",
        "since=2025-02-30",
        "since=0001-01-01T00:00:00%2B14:00",
        "since=9999-12-31T23:59:59-14:00",
        "since=%00",
        "since=1e400",
        "limit=-1",
        "limit=99999999999999999999999",
        "after=x",
        "after=~",
        "after=2025-12-25",
        "after=2025-12-25~",
        "after=x~2512.00001",
        f"after={'2' * 300}",
    ],
    "/api/numbers": ["since=x", "after=1", "limit=0", f"dataset={'x' * 201}", f"metric={'x' * 201}"],
    "/api/changes": ["since=x", "limit=0", f"after={'x' * 201}"],
    "/api/days/2025-13-01": [""],
    "/api/days/x": [""],
    "/api/days/99999-01-01": [""],
    "/api/papers/x": [""],
    "/api/papers/2512.000001": [""],
    "/api/papers/2512.00001%0a": [""],
    "/api/papers/%00": [""],
    "/api/papers/'or 1=1": [""],
}


@pytest.mark.parametrize(("address", "query"), [(address, query) for address, asked in BAD.items() for query in asked])
def test_question_that_makes_no_sense_is_explained_as_json(pages, address, query):
    answer = pages.get(f"{address}?{query}")
    assert answer.status_code in {404, 422}
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "value", ["", "%", "'", '"', "\\", "\x00", "\u202e", "😀", "' or 1=1 --", "{{7*7}}", "../..", "a&b=c"]
)
@pytest.mark.parametrize(
    "address", ["/api/numbers?dataset=", "/api/numbers?metric=", "/api/changes?after=", "/api/days?x="]
)
def test_any_text_is_answered(pages, address, value):
    answer = pages.get(address + quote(value))
    assert answer.status_code == 200
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(pages, method):
    for address in ("/api", "/api/days", "/api/papers", f"/api/papers/{HOSTILE_ID}"):
        answer = pages.request(method, address)
        assert (answer.status_code, list(answer.json())) == (405, ["error"])


def test_description_holds_exactly_the_api(pages):
    assert set(get(pages, "/openapi.json")["paths"]) == {
        "/api",
        "/api/sql",
        "/api/days",
        "/api/days/{date}",
        "/api/papers",
        "/api/papers/{paper_id}",
        "/api/domains",
        "/api/numbers",
        "/api/changes",
    }


def test_every_described_address_answers_with_what_is_described(pages):
    described = get(pages, "/openapi.json")
    for path, methods in described["paths"].items():
        for told in methods.values():
            assert told["summary"]
            assert all(part["description"] for part in told.get("parameters", []))
        if "get" in methods:
            told = get(pages, path.format(**PLACES))
            schema = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            if "$ref" in schema:
                model = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
                assert set(told) == set(model["properties"])


def test_addresses_are_listed_for_programs_and_for_people(pages):
    listed = {row["address"] for row in get(pages, "/api")["addresses"]}
    assert listed == set(get(pages, "/openapi.json")["paths"])
    for language in ("en", "zh"):
        page = pages.get("/api", params={"lang": language}, headers={"accept": "text/html"})
        assert (page.status_code, f'<html lang="{language}">' in page.text) == (200, True)
        assert all(address in page.text for address in listed)
    assert "Accept" in page.headers["vary"]


def test_below_a_prefix_all_links_stay_below_it(web_app):
    outer = FastAPI()
    outer.mount("/paperhouse", web_app)
    with TestClient(outer, base_url="http://127.0.0.1") as client:
        told = client.get("/paperhouse/api/papers?limit=2").json()
        assert told["next"].startswith("/paperhouse/api/papers?limit=2&after=")
        assert client.get(told["next"]).json()["papers"][0] not in told["papers"]
        assert all(
            row["address"].startswith("/paperhouse/api") for row in client.get("/paperhouse/api").json()["addresses"]
        )
        assert client.get("/paperhouse/openapi.json").json()["servers"] == [{"url": "/paperhouse"}]
        assert 'action="/paperhouse/api/sql"' in client.get("/paperhouse/sql").text
    with TestClient(web_app, base_url="http://127.0.0.1") as client:
        assert "servers" not in client.get("/openapi.json").json()
        assert client.get("/api/papers?limit=2").json()["next"].startswith("/api/papers?")


def test_without_a_published_warehouse_programs_are_told_what_to_do(tmp_path):
    with TestClient(create_app(Settings(data_dir=tmp_path)), base_url="http://127.0.0.1") as client:
        for answer in (client.get("/api/days"), client.post("/api/sql", json={"query": "select 1"})):
            assert (answer.status_code, "make run DATE=2025-12-25" in answer.json()["error"]) == (503, True)
