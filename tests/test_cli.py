"""The `paperhouse` command as a person meets it."""

import subprocess
import sys

import pytest
from paperhouse.cli import app
from paperhouse.publish import publish_build
from paperhouse.query import QueryFailed, run_query
from paperhouse.warehouse import open_build
from typer.testing import CliRunner

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


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
