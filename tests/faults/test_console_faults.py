"""Fault 32: a person, or a page in a browser, asks the console for what it must not give."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pandas
import pytest
from paperhouse.publish import current_version
from paperhouse.query import QueryFailed, QueryTimeout, run_query
from paperhouse.settings import REPO, Settings
from paperhouse.warehouse import open_console

from tests.conftest import build_body, make_item
from tests.faults.invariant import assert_published_invariant

DAY = "2025-12-25"
# {file} is the published version, {folder} a folder that holds secret.csv.
REFUSED = {
    "read a text": "from read_text('{folder}/secret.csv')",
    "read a csv": "from read_csv('{folder}/secret.csv')",
    "read a blob": "from read_blob('{folder}/secret.csv')",
    "read json": "from read_json('{folder}/secret.csv')",
    "read parquet": "from read_parquet('{folder}/x.parquet')",
    "read the names in parquet": "from parquet_metadata('{folder}/x.parquet')",
    "guess a csv": "from sniff_csv('{folder}/secret.csv')",
    "read another database": "from read_duckdb('{folder}/other.duckdb')",
    "read the version past its connection": "from read_blob('{file}')",
    "list files": "from glob('{folder}/*')",
    "a file as a table": "from '{folder}/secret.csv'",
    "standard input": "from read_csv('/dev/stdin')",
    "the environment": "from read_text('/proc/self/environ')",
    "a file by a query in a text": "from query('from read_' || 'text(''{folder}/secret.csv'')')",
    "a file by a serialized query": "from json_execute_serialized_sql("
    "json_serialize_sql('select * from read_text(''{folder}/secret.csv'')'))",
    "a file by a prepared query": "prepare p as select * from read_text('{folder}/secret.csv')",
    "a file by a macro": "create temp macro m() as table from read_text('{folder}/secret.csv'); from m()",
    "a web address": "from 'http://127.0.0.1:9/x.parquet'",
    "a web address as a csv": "from read_csv('https://127.0.0.1:9/x.csv')",
    "a setting of the environment": "select getenv('HOME')",
    "secrets": "from duckdb_secrets()",
    "a new secret": "create secret s (type http, bearer_token 'x')",
    "a new lasting secret": "create persistent secret s (type http, bearer_token 'x')",
    "write a csv": "copy papers to '{folder}/out.csv'",
    "write parquet": "copy papers to '{folder}/out.parquet' (format parquet)",
    "write to the terminal": "copy papers to '/dev/stdout'",
    "write a log beside the version": "copy (select 1) to '{file}.wal'",
    "write over the version": "use memory; detach warehouse; copy (select 1) to '{file}' (use_tmp_file false)",
    "load from a file": "copy papers from '{folder}/secret.csv'",
    "export": "export database '{folder}/exported'",
    "import": "import database '{folder}'",
    "write a log of queries": "set log_query_path = '{folder}/queries.log'",
    "write a profile": "pragma profiling_output = '{folder}/profile.json'",
    "write a log": "call enable_logging(storage = 'file', storage_config = {{'path': '{folder}/logs'}})",
    "attach a new file": "attach '{folder}/new.duckdb'",
    "attach the version for writing": "use memory; detach warehouse; attach '{file}' as mine; drop table mine.papers",
    "attach a server": "attach 'host=127.0.0.1' as server (type postgres)",
    "detach while in use": "detach warehouse",
    "install": "install httpfs",
    "install from an address": "install httpfs from 'http://127.0.0.1:9'",
    "load": "load httpfs",
    "load a file": "load '{folder}/x.duckdb_extension'",
    "open the outside": "set enable_external_access = true",
    "open the file system": "reset disabled_filesystems",
    "allow a folder": "set allowed_directories = ['/']",
    "unlock": "set lock_configuration = false",
    "more memory": "pragma memory_limit = '90GB'",
    "more threads": "set threads = 64",
    "forget the memory limit": "reset memory_limit",
    "a folder to spill to": "set temp_directory = '{folder}/spill'",
    "insert": "insert into papers (paper_id) values ('x')",
    "update": "update papers set title = 'x'",
    "delete": "delete from papers",
    "truncate": "truncate papers",
    "drop": "drop table papers",
    "alter": "alter table papers drop column title",
    "create": "create table warehouse.main.mine as select 1 as x",
    "replace a macro": "create or replace macro search_papers(words) as table select 1 as x",
    "comment": "comment on table papers is 'mine'",
    "an empty query": "  -- nothing",
}

# What cannot be refused and touches nothing but the connection of the one query.
HARMLESS = {
    "a table for the query": "create temp table mine as select 1 as x; from mine",
    "a table in memory": "create table memory.main.mine as select 1 as x; from memory.main.mine",
    "another database in memory": "attach ':memory:' as mine; select 1",
    "a copy in memory": "copy from database warehouse to memory; select 1",
    "leave the warehouse": "use memory; detach warehouse; select 1",
    "a variable": "set variable x = 1; select getvariable('x')",
    "a checkpoint": "checkpoint; vacuum; select 1",
    "a log in memory": "call enable_logging(); select 1",
    "an open transaction": "begin; select 1",
}


def list_files(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("console") / "data", hf_url="http://127.0.0.1:9")
    build_body(settings, DAY, [make_item("2512.00001", title="On tidal locking"), make_item("2512.00002")])
    return settings


@pytest.fixture
def outside(published, tmp_path):
    """What an attempt needs to be written out; afterwards nothing has changed, inside and outside."""
    (tmp_path / "secret.csv").write_text("word\nxyzzy\n")
    folders = (published.data_dir, tmp_path, Path.cwd() / ".tmp")
    before = [list_files(folder) for folder in folders]
    yield {"file": current_version(published), "folder": tmp_path}
    assert [list_files(folder) for folder in folders] == before
    assert_published_invariant(published)


@pytest.mark.parametrize("attempt", REFUSED.values(), ids=REFUSED)
def test_fault_32_escape_is_refused(published, outside, attempt):
    with pytest.raises(QueryFailed) as refused:
        run_query(published, attempt.format(**outside))
    assert "xyzzy" not in str(refused.value)
    assert not isinstance(refused.value, QueryTimeout)


@pytest.mark.parametrize("query", HARMLESS.values(), ids=HARMLESS)
def test_fault_32_what_is_allowed_stays_in_its_connection(published, outside, query):
    assert run_query(published, query)[1] == [(1,)]
    assert run_query(published, "select count(*) from papers")[1] == [(2,)]
    with pytest.raises(QueryFailed):
        run_query(published, "from mine")


def test_fault_32_spilling_to_a_disk_is_refused(published, outside):
    with pytest.raises(QueryFailed, match="Out of Memory"):
        run_query(published, "select * from range(1_000_000_000) as t (i) order by hash(i)", row_limit=1)


@pytest.mark.parametrize(
    "query",
    [
        "select sum(i) from range(1_000_000_000_000) as t (i)",
        "with recursive endless as (select 1 as i union all select i + 1 from endless) select count(*) from endless",
        "select 1; select sum(i) from range(1_000_000_000_000) as t (i); select 2",
        "select * from range(1_000_000_000_000)",
        "select 1;" * 100_000,
    ],
    ids=["a sum", "a recursion", "the second of three", "rows without end", "statements without end"],
)
def test_fault_32_runaway_query_is_cut_at_the_limit(published, outside, query):
    with pytest.raises(QueryTimeout, match=r"stopped after 0\.5 seconds; narrow it"):
        run_query(published, query, seconds=0.5)
    assert run_query(published, "select 1")[1] == [(1,)]


def test_fault_32_variable_of_python_is_no_table(published):
    frame = pandas.DataFrame({"word": ["xyzzy"]})
    with open_console(published) as console, pytest.raises(duckdb.CatalogException, match="frame does not exist"):
        console.execute("from frame")
    assert len(frame) == 1


def test_fault_32_rows_are_bounded(published):
    assert len(run_query(published, "select * from range(1_000_000_000_000)", row_limit=7)[1]) == 7


def test_fault_32_fifty_at_once_all_answer(published, outside):
    questions = [
        ("select count(*) from papers", 2),
        ("select count(*) from search_papers('tidal locking')", 1),
        ("select count(*) from papers_as_of(now())", 2),
        ("select count(*) from listings_as_of('2020-01-01')", 0),
        ("select count(*) from papers as a, range(200_000)", 400_000),
    ] * 10
    with ThreadPoolExecutor(len(questions)) as people:
        answers = list(people.map(lambda asked: run_query(published, asked[0])[1], questions))
    assert answers == [[(count,)] for _, count in questions]


def test_fault_32_command_refuses_in_one_line(published, outside):
    main = "from paperhouse.cli import main; main()"
    command = [sys.executable, "-c", main, "sql", "from read_text('/etc/hostname')"]
    environment = {"PYTHONPATH": str(REPO / "plugins"), "PAPERHOUSE_DATA_DIR": str(published.data_dir)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("paperhouse: Permission Error")
