"""The SQL console: what it answers, in which form, to whom, and what it refuses with a reason."""

import csv
import html
import io
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from paperhouse.publish import current_version
from paperhouse.warehouse import open_published
from paperhouse.web.examples import EXAMPLES
from paperhouse.web.pages import sql
from paperhouse.web.words import read_chinese

from tests.faults.test_console_faults import HARMLESS, REFUSED
from tests.web_papers import HOSTILE_TITLE

JSON = {"content-type": "application/json"}
RUNAWAY = "select sum(i) from range(1_000_000_000_000) as t (i)"


def ask(pages, query, **asked):
    return pages.post("/api/sql", json={"query": query, **asked})


def ask_value(pages, expression):
    """The value of an expression as JSON has it."""
    answer = ask(pages, f"select {expression}")
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"][0][0]


def read_csv(pages, query):
    answer = ask(pages, query, format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text, newline="")))


def read_parquet(pages, query, tmp_path, **asked):
    file = tmp_path / "answer.parquet"
    file.write_bytes(ask(pages, query, format="parquet", **asked).content)
    return duckdb.connect().read_parquet(str(file))


def test_page_holds_every_table_and_column_with_its_description(pages, web_settings):
    page = html.unescape(pages.get("/sql").text)
    with open_published(web_settings) as warehouse:
        tables = warehouse.execute("select table_name, comment from duckdb_tables()").fetchall()
        columns = warehouse.execute("select column_name, comment from duckdb_columns() where not internal").fetchall()
    assert len(tables) > 20
    for name, comment in [*tables, *columns]:
        assert name in page
        assert " ".join(comment.split()) in page


def test_query_in_the_address_stands_in_the_page_as_text_and_is_not_run(pages):
    query = "select 1\n</textarea><script>alert(1)</script> -- 'x'"
    page = pages.get("/sql", params={"query": query}).text
    assert "</textarea><script>" not in page
    assert "select 1\n&lt;/textarea&gt;&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(("caption", "query"), EXAMPLES, ids=[caption for caption, _ in EXAMPLES])
def test_example_runs_and_its_caption_is_known_in_chinese(pages, caption, query):
    assert ask(pages, query).status_code == 200
    assert caption in read_chinese()
    if "chart" in caption:
        assert ask(pages, query, format="chart").status_code == 200


def test_answer_tells_columns_rows_time_and_that_there_is_more(pages):
    answer = ask(pages, "select i, 'x' as t from range(30) as t (i)", limit=10)
    told = answer.json()
    assert told["columns"] == [
        {"name": "i", "type": "BIGINT", "is_number": True},
        {"name": "t", "type": "VARCHAR", "is_number": False},
    ]
    assert told["rows"] == [[number, "x"] for number in range(10)]
    assert (told["row_count"], told["is_truncated"]) == (10, True)
    assert told["milliseconds"] > 0
    assert (answer.headers["x-row-count"], answer.headers["x-truncated"]) == ("10", "true")
    assert ask(pages, "select 1", limit=1).json()["is_truncated"] is False


def test_a_thousand_rows_are_shown_unless_more_are_asked_for(pages):
    rows = "from range(1_000_000_000_000)"
    assert ask(pages, rows).json()["row_count"] == 1000
    assert ask(pages, rows, limit=2000).json()["row_count"] == 2000
    assert ask(pages, rows, format="csv").headers["x-row-count"] == "100000"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'nan'::double", "NaN"),
        ("'-infinity'::float", "-Infinity"),
        ("1.5::double", 1.5),
        ("-7", -7),
        ("9007199254740991", 9007199254740991),
        ("9007199254740992", "9007199254740992"),
        ("170141183460469231731687303715884105727::hugeint", "170141183460469231731687303715884105727"),
        ("sum(i) from range(5) as t (i)", 10),
        ("1.10::decimal(10, 2)", "1.10"),
        ("date '2025-12-25'", "2025-12-25"),
        ("date 'infinity'", "infinity"),
        ("timestamp '20000-01-01 00:00:00'", "20000-01-01T00:00:00"),
        ("timestamptz '2025-12-25 01:00:00.5+02'", "2025-12-24T23:00:00.5Z"),
        ("timestamptz 'infinity'", "infinity"),
        ("time '10:30'", "10:30:00"),
        ("interval '1 month 2 days'", "1 month 2 days"),
        (r"'\x00\xFF'::blob", r"\x00\xFF"),
        ("true", True),
        ("null", None),
        ("'a'::enum ('a', 'b')", "a"),
        ("'101'::bit", "101"),
        ("uuid '7f2b5c6d-16e3-46e7-a7de-e97c1a055be2'", "7f2b5c6d-16e3-46e7-a7de-e97c1a055be2"),
        ("[1, null, 'nan'::double]", [1, None, "NaN"]),
        ("{'a': 1, 'b': [date '2025-12-25']}", {"a": 1, "b": ["2025-12-25"]}),
        ("map {'a': 9007199254740992}", {"a": "9007199254740992"}),
        ("union_value(number := 1)", {"number": 1}),
        ("""'{"a": [NaN]}'::json""", {"a": ["NaN"]}),
        ("chr(0) || chr(8238) || '中'", "\x00\u202e中"),
    ],
)
def test_value_that_json_does_not_know_becomes_text_and_none_is_rounded(pages, expression, value):
    assert ask_value(pages, expression) == value


def test_nesting_without_end_becomes_text(pages):
    assert str(ask_value(pages, "(repeat('[', 50000) || repeat(']', 50000))::json")).startswith("[[[[")
    assert "[[" in json.dumps(ask_value(pages, "(repeat('[', 300) || repeat(']', 300))::json"))


def test_columns_of_one_name_are_both_there(pages, tmp_path):
    query = 'select 1 as a, 2 as a, 3 as "say ""a"""'
    assert ask(pages, query).json()["rows"] == [[1, 2, 3]]
    assert read_csv(pages, query) == [["a", "a", 'say "a"'], ["1", "2", "3"]]
    assert read_parquet(pages, query, tmp_path).fetchall() == [(1, 2, 3)]


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_csv_defuses_what_a_spreadsheet_takes_for_a_formula(pages, mark):
    text = f"{mark}1+1"
    query = f"select '{text}' as \"{text.strip() or text}\", ['{text}'] as nested"
    assert read_csv(pages, query)[1][0] == f"'{text}"
    assert read_csv(pages, "select '=1' as \"=cmd\"")[0] == ["'=cmd"]


def test_csv_leaves_numbers_and_other_texts(pages):
    query = "select -5 as a, -1.5 as b, '1-1' as c, 'a=b' as d, true as e, null as f, -1e-5::double as g"
    assert read_csv(pages, query)[1] == ["-5", "-1.5", "1-1", "a=b", "true", "", "-1e-05"]


def test_csv_of_a_hostile_title_is_text(pages):
    rows = read_csv(pages, "select title, '=' || title as formula from papers where title like '%<script>%'")
    assert rows[1] == [HOSTILE_TITLE, f"'={HOSTILE_TITLE}"]


def test_parquet_keeps_values_and_types(pages, tmp_path):
    query = """
        select 1::tinyint as a, 12345678901234567890::hugeint as b, 1.10::decimal(10, 2) as c, date '2025-12-25' as d,
            '=1' as e, [1, null] as f, {'x': 'y'} as g, null::double as h, timestamptz '2025-12-25 00:00:00+00' as i
    """
    found = read_parquet(pages, query, tmp_path)
    assert list(map(str, found.types)) == [
        "TINYINT",
        "DECIMAL(38,0)",
        "DECIMAL(10,2)",
        "DATE",
        "VARCHAR",
        "INTEGER[]",
        "STRUCT(x VARCHAR)",
        "DOUBLE",
        "TIMESTAMP WITH TIME ZONE",
    ]
    row = found.fetchone()
    assert row[:8] == (
        1,
        Decimal(12345678901234567890),
        Decimal("1.10"),
        date(2025, 12, 25),
        "=1",
        [1, None],
        {"x": "y"},
        None,
    )


def test_parquet_holds_all_rows_up_to_the_limit(pages, tmp_path, web_settings):
    papers = read_parquet(pages, "from papers", tmp_path)
    with open_published(web_settings) as warehouse:
        assert papers.count("*").fetchone() == warehouse.execute("select count(*) from papers").fetchone()
    answer = ask(pages, "from range(10)", format="parquet", limit=3)
    assert (answer.headers["x-row-count"], answer.headers["x-truncated"]) == ("3", "true")
    assert read_parquet(pages, "from range(10)", tmp_path, limit=3).fetchall() == [(0,), (1,), (2,)]
    assert read_parquet(pages, "from range(0)", tmp_path).fetchall() == []


def test_file_has_a_name(pages):
    for format_ in ("csv", "parquet"):
        answer = ask(pages, "select 1", format=format_)
        assert answer.headers["content-disposition"] == f'attachment; filename="paperhouse.{format_}"'


@pytest.mark.parametrize(
    "query",
    [
        "select listing_date, paper_count from day_status",
        "select 'a', 1 union all select 'b', 2",
        "select i, i, i * 2 from range(1000) as t (i)",
        "select null, 'nan'::double, 1e300, 170141183460469231731687303715884105727::hugeint",
        "select date 'infinity', 1",
        "select timestamptz '2025-12-25 00:00:00+00', 1.5, 2",
        "select date '0001-01-01', 1 union all select date '9999-12-31', 2",
        "select chr(0) || chr(27) || '<script>' || chr(8238), 1 as \"<b>&\"",
    ],
)
def test_chart_is_a_picture_without_script(pages, query):
    for narrow in (False, True):
        answer = ask(pages, query, format="chart", narrow=narrow)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert answer.text.startswith("<svg") or "<svg" in answer.text[:200]
        assert "<script" not in answer.text
        assert not re.search("[\x00-\x08\x1b\u202e]", answer.text)


@pytest.mark.parametrize("query", ["select 1", "select 'a', 'b'", "select 'a', 1 limit 0"])
def test_rows_that_make_no_chart_are_told_what_would(pages, query):
    answer = ask(pages, query, format="chart")
    assert (answer.status_code, "a chart takes labels or dates" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("format_", ["json", "csv", "parquet", "chart"])
@pytest.mark.parametrize("attempt", REFUSED.values(), ids=REFUSED)
def test_escape_is_refused_with_a_reason(pages, web_settings, tmp_path, attempt, format_):
    (tmp_path / "secret.csv").write_text("word\nxyzzy\n")
    file = current_version(web_settings)
    before = sorted(path.name for path in (*file.parent.iterdir(), *tmp_path.iterdir()))
    answer = ask(pages, attempt.format(file=file, folder=tmp_path), format=format_)
    assert answer.status_code == 400
    assert len(answer.json()["error"]) > 10
    assert "xyzzy" not in answer.text
    assert sorted(path.name for path in (*file.parent.iterdir(), *tmp_path.iterdir())) == before


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_what_is_allowed_stays_in_its_connection(pages, query):
    assert ask(pages, query).json()["rows"] == [[1]]
    assert ask(pages, "from mine").status_code == 400


def test_what_duckdb_says_reaches_who_asked(pages):
    answer = ask(pages, "select titel from papers")
    assert answer.status_code == 400
    assert 'Referenced column "titel" not found' in answer.json()["error"]


@pytest.mark.parametrize("query", ["-- nothing", ";", "create temp table mine as select 1 as x"])
def test_query_without_rows_is_told_how_to_have_some(pages, query):
    answer = ask(pages, query)
    assert (answer.status_code, "end it with one like" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("format_", ["json", "csv", "parquet", "chart"])
def test_runaway_query_is_cut_in_every_format(pages, monkeypatch, format_):
    monkeypatch.setattr(sql, "TIME_LIMIT", 0.3)
    answer = ask(pages, RUNAWAY, format=format_)
    assert (answer.status_code, "stopped after 0.3 seconds; narrow it" in answer.json()["error"]) == (400, True)


def test_memory_is_bounded(pages, monkeypatch):
    monkeypatch.setattr(sql, "TIME_LIMIT", 60)
    answer = ask(
        pages, "select max(n) from (select row_number() over (order by i) as n from range(1_000_000_000) as t (i))"
    )
    assert (answer.status_code, "Out of Memory" in answer.json()["error"]) == (400, True)


def test_too_many_at_once_are_told_to_come_again(pages, monkeypatch):
    monkeypatch.setattr(sql, "TIME_LIMIT", 2)
    monkeypatch.setattr(sql, "_RUNNING", threading.BoundedSemaphore(1))
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda _: ask(pages, RUNAWAY), range(4)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 3
    assert (refused[0].headers["retry-after"], "try again" in refused[0].json()["error"]) == ("3", True)
    assert ask(pages, "select 1").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"origin": "http://evil.example", "sec-fetch-site": "cross-site"},
    ],
)
def test_page_of_another_site_is_refused(pages, headers):
    answer = pages.post("/api/sql", json={"query": "select 1"}, headers=headers)
    assert (answer.status_code, "another site" in answer.json()["error"]) == (403, True)


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1"}])
def test_our_own_page_and_programs_are_answered(pages, headers):
    assert pages.post("/api/sql", json={"query": "select 1"}, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "*/*"])
def test_body_must_be_said_to_be_json(pages, kind):
    answer = pages.post("/api/sql", content='{"query": "select 1"}', headers={"content-type": kind})
    assert (answer.status_code, "Content-Type: application/json" in answer.json()["error"]) == (415, True)


def test_body_is_bounded(pages):
    answer = pages.post("/api/sql", content=b'{"query": "' + b" " * 200_000 + b'"}', headers=JSON)
    assert (answer.status_code, "shorter" in answer.json()["error"]) == (413, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"select 1"',
        b"{}",
        b'{"query": 1}',
        b'{"query": ""}',
        b'{"query": "select 1", "format": "xml"}',
        b'{"query": "select 1", "limit": 0}',
        b'{"query": "select 1", "limit": 100001}',
        b'{"query": "select 1", "limit": 99999999999999999999}',
        b'{"query": "select 1", "limit": "many"}',
        b'{"query": "select 1", "seconds": 60}',
        b'{"query": "' + b"x" * 20_001 + b'"}',
        b'{"query": "\xff\xfe"}',
        b'{"query": "\\ud800"}',
        b"[" * 90_000,
        b'{"query": "select 1"',
    ],
)
def test_body_that_is_no_question_is_explained(pages, body):
    answer = pages.post("/api/sql", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query", ["select '\x00'", "select '\ufffe\U0010ffff'", "\ufeffselect 1", "('" * 4000, "(" * 9000]
)
def test_strange_text_is_answered_or_refused(pages, query):
    assert ask(pages, query).status_code in {200, 400}


def test_answer_is_kept_by_nobody(pages):
    assert ask(pages, "select 1").headers["cache-control"] == "no-store"


def test_only_the_console_may_show_pictures_that_it_made(pages):
    assert "img-src 'self' blob:" in pages.get("/sql").headers["content-security-policy"]
    tag = pages.get("/sql").headers["etag"]
    again = pages.get("/sql", headers={"if-none-match": tag})
    assert (again.status_code, "blob:" in again.headers["content-security-policy"]) == (304, True)
    assert "blob:" not in pages.get("/day/2025-12-25").headers["content-security-policy"]
