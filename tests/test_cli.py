"""The `paperhouse` command as a person meets it."""

import json
import subprocess
import sys

import pytest
from paperhouse.cli import app
from paperhouse.publish import publish_build
from paperhouse.query import QueryFailed, run_query
from paperhouse.warehouse import open_build
from typer.main import get_command
from typer.testing import CliRunner

PAPER_METRICS = [
    "claim_id",
    "paper_id",
    "paper_version",
    "section",
    "role",
    "metric",
    "value",
    "value_max",
    "value_text",
    "unit",
    "comparator",
    "kind",
    "direction",
    "method",
    "baseline",
    "baseline_value",
    "dataset",
    "evidence",
    "evidence_location",
    "reading_source",
    "extractor",
]
COMMANDS = sorted(get_command(app).commands)


@pytest.fixture
def published(settings):
    build_file = settings.build_dir / "warehouse.duckdb"
    with open_build(build_file) as build:
        build.execute("create table papers as select '2503.02130' as paper_id, 'A, \"B\"' as title, null as upvotes")
    publish_build(settings, build_file, None)
    return settings


def call(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from paperhouse.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    answer = CliRunner().invoke(app, [command, "--help"])
    assert answer.exit_code == 0
    assert "Usage" in answer.output


def test_error_that_a_person_can_put_right_is_one_line_and_exit_code_1(tmp_path):
    for arguments, words in {
        ("run", "2025-13-01"): "'2025-13-01' is not a date; write it as YYYY-MM-DD",
        ("hash",): "nothing is published in",
        ("report", "2099-01-01"): "is in the future",
    }.items():
        answer = call(*arguments)
        assert answer.returncode == 1
        assert answer.stderr.startswith("paperhouse: ")
        assert words in answer.stderr
        assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("table_format", "expected"),
    [
        ("csv", 'paper_id,title,upvotes\n2503.02130,"A, ""B""",\n'),
        ("json", '[\n {\n  "paper_id": "2503.02130",\n  "title": "A, \\"B\\"",\n  "upvotes": null\n }\n]\n'),
    ],
)
def test_rows_come_out_as_programs_read_them(published, table_format, expected):
    assert call("sql", "from papers", "--format", table_format).stdout == expected


def test_table_shows_whole_values_and_null(published):
    printed = call("sql", "from papers").stdout
    assert "2503.02130" in printed
    assert "NULL" in printed


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('https://example.org/x.csv')",
        "copy papers to '/tmp/papers.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "reset lock_configuration",
        "insert into papers values ('1', 'x', 1)",
        "drop table papers",
        "select * from missing_table",
    ],
)
def test_query_reaches_nothing_but_the_warehouse(published, query):
    with pytest.raises(QueryFailed):
        run_query(published, query)


def test_numbers_of_a_text_come_out_with_the_columns_of_paper_metrics(tmp_path):
    text = "在 MATH 数据集上，准确率从 71.2% 提升到 83.5%。"
    (tmp_path / "text.md").write_text(text)
    records = json.loads(call("extract", "--text-file", str(tmp_path / "text.md"), "--json").stdout)
    assert [list(record) for record in records] == [PAPER_METRICS] * len(records)
    assert [(r["value"], r["baseline_value"], r["unit"], r["dataset"]) for r in records] == [(83.5, 71.2, "%", "MATH")]
    assert all(record["evidence"] in text and record["value_text"] in record["evidence"] for record in records)


def test_numbers_of_a_paper_name_the_paragraph_they_stand_in(tmp_path):
    (tmp_path / "paper.html").write_text(
        '<article class="ltx_document"><h1 class="ltx_title ltx_title_document">Foo: a method</h1>'
        '<section class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section">Results</h2>'
        '<div class="ltx_para" id="S1.p1"><p class="ltx_p">Foo reaches an accuracy of 91.5% on ImageNet.</p></div>'
        "</section></article>"
    )
    (record,) = json.loads(call("extract", "--html-file", str(tmp_path / "paper.html")).stdout)
    assert (record["value"], record["metric"], record["method"], record["dataset"]) == (
        91.5,
        "accuracy",
        "Foo",
        "ImageNet",
    )
    assert (record["evidence_location"], record["section"], record["reading_source"]) == ("S1.p1", "Results", "html")
