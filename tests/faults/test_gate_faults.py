"""dbt and Great Expectations when they fail, hang or have nothing to say: what is not proven is not published."""

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
from paperhouse import judge, transform
from paperhouse.build import STAGING, build_warehouse
from paperhouse.judge import GateUnusable, Judge, read_verdict
from paperhouse.landing import find_fetch
from paperhouse.locking import hold_lock
from paperhouse.publish import current_version
from paperhouse.settings import Settings
from paperhouse.warehouse import open_build, open_published

from tests.conftest import load_body, make_item
from tests.faults.invariant import assert_published_invariant

DAY, NEXT_DAY = "2025-12-25", "2025-12-26"
NOBODY = 65534
END_SECONDS = 60  # for a child that has been told to end; one that hangs never would


def items(*numbers, **fields):
    return [make_item(f"2512.{number:05}", **fields) for number in numbers]


def build(settings, fetch_id):
    return build_warehouse(settings, fetch_id, say=lambda line: None)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A warehouse of one day with ten papers. Tests work on copies."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("published"), hf_url="http://127.0.0.1:9")
    build(settings, load_body(settings, DAY, items(*range(1, 11))))
    return settings.data_dir


@pytest.fixture
def settings(published, tmp_path):
    shutil.copytree(published, tmp_path / "data", symlinks=True)
    return Settings(data_dir=tmp_path / "data", hf_url="http://127.0.0.1:9")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The dbt project, to be broken."""
    shutil.copytree(transform.REPO / "dbt_project", tmp_path / "repo" / "dbt_project")
    monkeypatch.setattr(transform, "REPO", tmp_path / "repo")
    return tmp_path / "repo" / "dbt_project"


@pytest.fixture
def expectations(tmp_path, monkeypatch):
    """The suites, to be broken."""
    shutil.copytree(judge.REPO / "expectations", tmp_path / "repo" / "expectations")
    monkeypatch.setattr(judge, "REPO", tmp_path / "repo")
    return tmp_path / "repo" / "expectations"


def snapshot(settings):
    """What readers have, to the byte."""
    version = current_version(settings)
    return version, version.read_bytes(), (version.parent / "manifest.json").read_bytes()


def rows(settings, query):
    with open_published(settings) as warehouse:
        return warehouse.execute(query).fetchall()


def list_failed(settings, fetch_id):
    """Checks that a published fetch failed, with their severity."""
    query = "select check_name, severity from audit_results where fetch_id = '{}' and not success"
    return rows(settings, query.format(fetch_id))


def edit_suite(expectations, name, change):
    file = expectations / "suites" / f"{name}.json"
    suite = json.loads(file.read_bytes())
    change(suite["expectations"])
    file.write_text(json.dumps(suite))


def find_check(checks, name):
    return next(check for check in checks if check["meta"]["check_name"] == name)


def verdict_of(settings, fetch_id):
    return read_verdict(find_fetch(settings, fetch_id) / "verdict.json")


def run_task(settings, fetch_id, monkeypatch):
    """The task as Airflow calls it; what it raises decides whether the run is tried again."""
    monkeypatch.setenv("AIRFLOW_HOME", str(settings.airflow_home))
    monkeypatch.setenv("PAPERHOUSE_DATA_DIR", str(settings.data_dir))
    from paperhouse.operate import tasks

    return tasks.build_warehouse(fetch_id, {"run_id": "a run"})


BROKEN_PROJECTS = {
    "data test": (
        "tests/no_paper_is_called_bad.sql",
        "select paper_id, title from {{ ref('papers') }} where title = 'Bad'",
        r"test no_paper_is_called_bad: .*2512\.00020.*Bad",
    ),
    "sql": (
        "models/intermediate/int_broken.sql",
        "select no_such_column from {{ ref('int_days') }}",
        "model int_broken: .*no_such_column",
    ),
    "parse": ("models/intermediate/int_broken.sql", "select * from {{ ref('int_days' }}", "int_broken"),
}


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("data test", id="fault_33_failed_data_test"),
        pytest.param("sql", id="fault_34_sql_error"),
        pytest.param("parse", id="fault_34_parse_error"),
    ],
)
def test_fault_33_34_failed_node_publishes_nothing_and_is_named(settings, project, monkeypatch, broken):
    from airflow.sdk.exceptions import AirflowFailException

    name, code, reason = BROKEN_PROJECTS[broken]
    fetch_id, before = load_body(settings, NEXT_DAY, items(20, title="Bad")), snapshot(settings)
    (project / name).write_text(code)
    with pytest.raises(AirflowFailException, match=reason):
        run_task(settings, fetch_id, monkeypatch)
    assert snapshot(settings) == before
    (project / name).unlink()
    assert build(settings, fetch_id).accepted_count == 1
    assert_published_invariant(settings)


def build_until_timeout(settings, fetch_id):
    """A task process under Airflow's own execution timeout; ends with 0 when that is what the task raises."""
    from airflow.sdk.exceptions import AirflowTaskTimeout
    from airflow.sdk.execution_time.timeout import timeout

    try:
        with timeout(3600):
            build(settings, fetch_id)
    except AirflowTaskTimeout:
        os._exit(0)
    os._exit(1)


def test_fault_35_query_that_never_ends_is_interrupted_by_the_timeout_of_the_task(settings, project, tmp_path):
    reached = tmp_path / "reached.csv"
    (project / "models" / "intermediate" / "int_never_ends.sql").write_text(
        f"""{{{{ config(pre_hook="copy (select 1) to '{reached}'") }}}}"""
        "select count(*) as n from range(10000000000) as a, range(10000000000) as b where a.range * b.range < 0"
    )
    fetch_id, before = load_body(settings, NEXT_DAY, items(20)), snapshot(settings)
    child = multiprocessing.get_context("fork").Process(target=build_until_timeout, args=(settings, fetch_id))
    child.start()
    while not reached.exists() and child.is_alive():
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGALRM)  # what the timer of execution_timeout sends
    child.join(END_SECONDS)
    hangs = child.is_alive()
    child.kill()
    child.join()
    assert (hangs, child.exitcode) == (False, 0)
    assert snapshot(settings) == before
    with hold_lock(settings.locks_dir / "publish.lock", timeout=0):
        pass
    (project / "models" / "intermediate" / "int_never_ends.sql").unlink()
    assert build(settings, fetch_id).accepted_count == 1
    assert_published_invariant(settings)


def test_fault_36_critical_failure_blocks_and_is_recorded_with_the_next_version(settings):
    shrunken, before = load_body(settings, DAY, items(1, 2)), snapshot(settings)
    assert build(settings, shrunken).rejected_count == 1
    assert snapshot(settings) == before
    build(settings, load_body(settings, NEXT_DAY, items(20)))
    failed = rows(
        settings, f"select distinct severity from audit_results where fetch_id = '{shrunken}' and not success"
    )
    assert ("critical",) in failed
    assert rows(settings, f"select count(*) from paper_listings where listing_date = '{DAY}'") == [(10,)]
    assert_published_invariant(settings)


def test_fault_36_warning_publishes_and_is_recorded(settings):
    fetch_id = load_body(settings, NEXT_DAY, items(20, upvotes=1_000_000))
    assert build(settings, fetch_id).accepted_count == 1
    failed = list_failed(settings, fetch_id)
    assert ("upvotes_are_plausible", "warning") in failed
    assert {severity for _, severity in failed} == {"warning"}
    assert_published_invariant(settings)


@pytest.mark.parametrize(("check_name", "is_accepted"), [("title_is_present", False), ("upvotes_are_plausible", True)])
def test_fault_37_check_of_a_missing_column_counts_as_failed(settings, expectations, check_name, is_accepted):
    before = current_version(settings)
    edit_suite(
        expectations,
        "daily_papers",
        lambda checks: find_check(checks, check_name)["kwargs"].update(column="no_such_column"),
    )
    fetch_id = load_body(settings, NEXT_DAY, items(20))
    build(settings, fetch_id)
    verdict = verdict_of(settings, fetch_id)
    (check,) = (check for check in verdict.checks if check.check_name == check_name)
    assert (verdict.is_accepted, check.success) == (is_accepted, False)
    assert "could not run" in check.observed
    assert "no_such_column" in check.observed
    assert (current_version(settings) != before) == is_accepted
    assert_published_invariant(settings)


def list_suites(settings):
    """The suites that a fetch has to pass, as the published one tells."""
    (file,) = settings.landing_dir.glob(f"hf/daily/{DAY}/*/verdict.json")
    return sorted({check.suite for check in read_verdict(file).checks})


BROKEN_SUITES = {
    "missing suite": lambda expectations, name: (expectations / "suites" / f"{name}.json").unlink(),
    "suite without checks": lambda expectations, name: edit_suite(expectations, name, list.clear),
    "missing checkpoint": lambda expectations, name: (expectations / "checkpoints" / f"{name}.json").unlink(),
}


@pytest.mark.parametrize("broken", BROKEN_SUITES)
def test_fault_38_no_suite_or_no_check_is_a_failure_and_no_verdict(settings, expectations, monkeypatch, broken):
    from airflow.sdk.exceptions import AirflowFailException

    fetch_id, before = load_body(settings, NEXT_DAY, items(20)), snapshot(settings)
    for name in list_suites(settings):
        with monkeypatch.context() as patched:
            folder = expectations.parent / name / "expectations"
            shutil.copytree(expectations, folder)
            patched.setattr(judge, "REPO", folder.parent)
            BROKEN_SUITES[broken](folder, name)
            with pytest.raises(AirflowFailException, match=f"suite '{name}'.*expectations/"):
                run_task(settings, fetch_id, monkeypatch)
    assert snapshot(settings) == before
    assert not (find_fetch(settings, fetch_id) / "verdict.json").exists()
    assert build(settings, fetch_id).accepted_count == 1
    assert_published_invariant(settings)


def test_fault_38_no_row_is_a_failure_although_no_check_counts_rows(settings, expectations, tmp_path):
    for name in list_suites(settings):
        edit_suite(
            expectations,
            name,
            lambda checks: checks.__setitem__(
                slice(None), [check for check in checks if "row_count" not in check["type"]]
            ),
        )
    load_body(settings, NEXT_DAY, items(20))
    build_file = tmp_path / "build" / "warehouse.duckdb"
    stage(settings, build_file)
    with open_build(build_file) as connection, pytest.raises(GateUnusable, match="without looking at a row"):
        Judge(settings).judge(connection, "no such fetch", None)


def remove_row_counts(checks):
    checks[:] = [check for check in checks if "row_count" not in check["type"]]


def stage(settings, build_file):
    """A build file as the gate finds it, of all that waits."""
    from paperhouse.scope import copy_scope, list_waiting

    build_file.parent.mkdir()
    copy_scope(settings, build_file, list_waiting(settings))
    transform.run_dbt(settings, build_file, "build", "--select", *STAGING, "--exclude", "resource_type:unit_test")


def give_to(user, folder):
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, user, user, follow_symlinks=False)


def build_as_nobody(settings, fetch_id, said):
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    try:
        build(settings, fetch_id)
    except GateUnusable as error:
        said.send(str(error))
    except BaseException as error:
        said.send(f"not GateUnusable but {error!r}")
    said.close()
    os._exit(0)


@pytest.fixture
def of_nobody(settings):
    """The data folder in a place that a user without rights can reach."""
    if os.getuid() != 0:
        pytest.skip("only root can start a process of another user; the permissions go untested")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data_dir = Path(folder) / "data"
        shutil.copytree(settings.data_dir, data_dir, symlinks=True)
        yield Settings(data_dir=data_dir, hf_url=settings.hf_url)


@pytest.mark.parametrize("closed", ["quality", "quality/results"])
def test_fault_39_results_that_cannot_be_stored_close_the_gate(of_nobody, closed):
    settings = of_nobody
    fetch_id, before = load_body(settings, NEXT_DAY, items(20)), snapshot(settings)
    give_to(NOBODY, settings.data_dir)
    give_to(0, settings.data_dir / closed)
    heard, said = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=build_as_nobody, args=(settings, fetch_id, said))
    child.start()
    said.close()
    message = heard.recv()
    child.join()
    assert "Permission denied" in message
    assert str(settings.quality_dir) in message
    assert snapshot(settings) == before
    assert not (find_fetch(settings, fetch_id) / "verdict.json").exists()
    assert build(settings, fetch_id).accepted_count == 1
    assert_published_invariant(settings)
