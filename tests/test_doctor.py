"""`paperhouse doctor`: a healthy folder gives no alarm, each fault is named with what to do, and nothing is changed."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from paperhouse.checkup import landed
from paperhouse.doctor import examine, find_exit_code
from paperhouse.operate.prepare_airflow import prepare_airflow
from paperhouse.publish import current_version
from paperhouse.settings import Settings

from tests.airflow_service import make_environment, run_paperhouse
from tests.conftest import build_body, land_body, load_body, make_item

NOWHERE = "http://127.0.0.1:9"
HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two versions of one day, and with Airflow's metadata."""
    settings = Settings(tmp_path_factory.mktemp("healthy"), NOWHERE, NOWHERE, NOWHERE)
    for votes in (5, 6):
        items = [make_item(f"2512.0000{number}", upvotes=votes) for number in range(1, 6)]
        assert build_body(settings, "2025-12-24", items, f"2025-12-2{votes + 1}T10:00").version
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith(("AIRFLOW", "PAPERHOUSE_"))]:
            patched.delenv(name)
        prepare_airflow(settings)
    (settings.landing_dir / "source.txt").write_text("offline source")
    return settings.data_dir


@pytest.fixture
def settings(healthy: Path, tmp_path: Path) -> Settings:
    shutil.copytree(healthy, tmp_path / "data", symlinks=True)
    return Settings(tmp_path / "data", NOWHERE, NOWHERE, NOWHERE)


@pytest.fixture
def metadata(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(settings.airflow_home / "airflow.db")) as connection:
        yield connection


def list_alarms(settings: Settings, every: bool = False) -> list[tuple[str, str]]:
    return [(one.level.value, one.name) for one in examine(settings, every) if one.advice]


def find_seen(settings: Settings, name: str, every: bool = False) -> str:
    return " ".join(one.seen for one in examine(settings, every) if one.name == name)


def make_old(path: Path) -> None:
    os.utime(path, (time.time() - 7200,) * 2)


def test_healthy_folder_gives_no_alarm_and_is_not_touched(settings: Settings) -> None:
    def list_files() -> dict[Path, tuple]:
        return {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in settings.data_dir.rglob("*")}

    before = list_files()
    assert list_alarms(settings, every=True) == []
    assert find_exit_code(examine(settings)) == 0
    assert list_files() == before


def test_empty_folder_is_told_what_to_do_first_and_is_not_created(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "none", NOWHERE, NOWHERE, NOWHERE)
    (alarm,) = [one for one in examine(settings) if one.advice]
    assert (alarm.name, alarm.level.value) == ("first steps", "warning")
    assert "make demo" in alarm.advice
    assert not settings.data_dir.exists()


def test_fault_of_the_link_is_named_and_its_advice_heals(settings: Settings) -> None:
    link, version = settings.warehouse_link, current_version(settings)
    elsewhere = shutil.copy(version, settings.data_dir / "elsewhere.duckdb")
    faults = {
        "is missing": lambda: None,
        "which is not there": lambda: link.symlink_to("versions/gone/warehouse.duckdb"),
        "is a file and no link": lambda: shutil.copy(version, link),
        "outside of": lambda: link.symlink_to(Path(elsewhere).name),
        "an absolute path": lambda: link.symlink_to(version),
    }
    for words, harm in faults.items():
        link.unlink()
        harm()
        (finding,) = [one for one in examine(settings) if one.name == "link"]
        assert words in finding.seen
        subprocess.run(finding.advice[finding.advice.index("ln ") :].split(), check=True)
        assert ("problem", "link") not in list_alarms(settings), words
        assert current_version(settings) == version


@pytest.mark.parametrize("name", ["current version", "older version"])
def test_version_that_cannot_be_read_is_found(settings: Settings, name: str) -> None:
    versions = sorted(settings.versions_dir.glob("*/warehouse.duckdb"))
    damaged = versions[-1] if name == "current version" else versions[0]
    damaged.chmod(0o644)
    os.truncate(damaged, damaged.stat().st_size // 2)
    assert name in [found for _, found in list_alarms(settings, every=True)]
    assert str(damaged) in find_seen(settings, name, every=True)


def test_version_with_other_rows_than_it_was_published_with_is_found(settings: Settings) -> None:
    file = current_version(settings).parent / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["row_counts"]["papers"] += 1
    file.write_text(json.dumps(manifest))
    assert list_alarms(settings) == [("problem", "current version")]


def test_holder_of_a_lock_is_named_and_not_waited_for(settings: Settings) -> None:
    lock = settings.locks_dir / "publish.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert f"publish.lock: process {holder.pid} (" in find_seen(settings, "locks")
        settings.build_dir.mkdir()
        assert list_alarms(settings) == []
        make_old(settings.build_dir)
        assert list_alarms(settings) == [("warning", "locks")]
        holder.kill()
    assert find_seen(settings, "locks") == "nobody holds one"
    assert list_alarms(settings) == [("warning", "leftovers")]


def test_write_ahead_logs_that_nobody_writes_are_found(settings: Settings) -> None:
    settings.working_database.with_name("working.duckdb.wal").touch()
    assert list_alarms(settings) == [("warning", "write-ahead log")]
    (sorted(settings.versions_dir.glob("*"))[0] / "warehouse.duckdb.wal").touch()
    assert ("problem", "write-ahead log") in list_alarms(settings)


def test_half_landed_folder_is_a_leftover_after_an_hour(settings: Settings) -> None:
    folder = settings.landing_dir / "hf" / "daily" / "2025-12-23" / "20251223T000000000000Z-aaaaaa"
    folder.mkdir(parents=True)
    draft = settings.landing_dir / "hf" / "daily" / "2025-12-24" / ".page-000.json.4711"
    draft.touch()
    assert list_alarms(settings) == []
    make_old(folder)
    make_old(draft)
    assert list_alarms(settings) == [("warning", "leftovers")] * 2
    assert folder.name in find_seen(settings, "leftovers")
    assert draft.name in find_seen(settings, "leftovers")


def test_changed_landed_file_is_found_among_the_newest_or_among_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = sorted((settings.landing_dir / "hf" / "daily" / "2025-12-24").iterdir())[0]
    page = oldest / "page-000.json"
    page.write_bytes(page.read_bytes().replace(b"2512.00001", b"2512.00009"))
    assert list_alarms(settings) == [("problem", "landed fetches")]
    assert oldest.name in find_seen(settings, "landed fetches")
    monkeypatch.setattr(landed, "SAMPLE", 1)
    assert list_alarms(settings) == []
    assert list_alarms(settings, every=True) == [("problem", "landed fetches")]


def test_gap_between_two_days_is_named_with_the_plan_that_fills_it(settings: Settings) -> None:
    items = [make_item(f"2512.1000{number}") for number in range(1, 6)]
    build_body(settings, "2025-12-26", items, "2025-12-29T10:00")
    (finding,) = [one for one in examine(settings) if one.name == "days"]
    assert finding.seen == "1 of 3 days are never_fetched: 2025-12-25"
    assert "paperhouse plan 2025-12-25 2025-12-25" in finding.advice


def test_what_waits_is_held_or_was_rejected_is_named(settings: Settings) -> None:
    load_body(settings, "2025-12-23", [make_item("2512.20001")])
    assert find_seen(settings, "waiting") == "1 for the next build"
    load_body(settings, "2025-12-22", [make_item("2512.20002")], "2025-12-30T10:00")
    assert "2025-12-22" in find_seen(settings, "waiting")
    newest = land_body(settings, "2025-12-24", [], "2025-12-31T10:00")
    folder = settings.landing_dir / "hf" / "daily" / "2025-12-24"
    (folder / newest.fetch_id / "verdict.json").write_text('{"is_accepted": false, "reason": "the list is empty"}')
    (sorted(folder.glob("2*"))[0] / "hold.json").touch()
    assert list_alarms(settings) == [("warning", "waiting"), ("warning", "held"), ("warning", "rejected")]
    assert "2025-12-24: the list is empty" in find_seen(settings, "rejected")


def test_live_source_wants_a_contact_and_a_folder_of_its_own_and_yesterday(settings: Settings) -> None:
    live = replace(Settings(settings.data_dir), hf_token="hf_secret", llm_key="sk-secret")
    alarms = list_alarms(live)
    assert alarms == [("problem", "source"), ("warning", "settings"), ("warning", "last success")]
    seen = find_seen(live, "settings")
    assert "PAPERHOUSE_HF_TOKEN is set" in seen
    assert "secret" not in seen
    assert "PAPERHOUSE_CONTACT" not in find_seen(replace(live, contact="me@example.org"), "settings")


def test_too_small_a_disk_is_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    size = current_version(settings).stat().st_size
    usage = shutil.disk_usage(settings.data_dir)
    for free, level in ((3 * size - 1, "problem"), (3 * size, "warning")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        assert list_alarms(settings) == [(level, "disk")]


def test_missing_pool_comes_with_the_command_that_creates_it(settings: Settings, metadata: sqlite3.Connection) -> None:
    metadata.execute("delete from slot_pool where pool = 'warehouse'")
    metadata.execute("update slot_pool set slots = 0 where pool = 'arxiv'")
    metadata.commit()
    assert list_alarms(settings) == [("problem", "Airflow pools")] * 2
    advice = [one.advice for one in examine(settings) if one.name == "Airflow pools"]
    assert advice == [f"paperhouse airflow pools set {name} turns" for name in ("warehouse 3", "arxiv 1")]


def insert_row(metadata: sqlite3.Connection, table: str, **values: object) -> None:
    """Insert a row whose other columns are empty, and as 0 or '' where they may not be NULL."""
    for _, name, kind, is_required, default, is_key in metadata.execute(f"pragma table_info({table})"):
        if is_required and default is None and not is_key and name not in values:
            values[name] = 0 if kind in {"INTEGER", "BOOLEAN", "FLOAT"} else "[]"
    marks = ", ".join("?" * len(values))
    metadata.execute("pragma foreign_keys = off")
    metadata.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", [*values.values()])
    metadata.commit()


def test_switched_on_dag_without_a_scheduler_is_named(settings: Settings, metadata: sqlite3.Connection) -> None:
    insert_row(metadata, "dag", dag_id="daily_papers", is_paused=0, is_stale=0)
    then = "2025-12-25 00:00:00.000000"
    insert_row(metadata, "job", id=1, job_type="SchedulerJob", state="running", latest_heartbeat=then)
    assert list_alarms(settings) == [("warning", "Airflow scheduler")]
    assert "has not reported since 2025-12-25 00:00:00" in find_seen(settings, "Airflow scheduler")
    metadata.execute("update job set latest_heartbeat = strftime('%Y-%m-%d %H:%M:%f', 'now')")
    metadata.commit()
    assert list_alarms(settings) == []
    assert find_seen(settings, "Airflow scheduler") == "reports; daily_papers is switched on"


def test_run_that_waits_for_an_ended_backfill_is_named(settings: Settings, metadata: sqlite3.Connection) -> None:
    insert_row(metadata, "backfill", id=1, dag_id="daily_papers", completed_at=None)
    insert_row(metadata, "dag_run", id=1, dag_id="daily_papers", run_id="backfill__1", state="queued", backfill_id=1)
    assert list_alarms(settings) == []
    metadata.execute("update backfill set completed_at = '2025-12-25 00:00:00'")
    metadata.commit()
    assert list_alarms(settings) == [("warning", "backfills")]
    assert "backfill__1" in find_seen(settings, "backfills")


def test_broken_dag_file_and_broken_metadata_are_named(settings: Settings, metadata: sqlite3.Connection) -> None:
    trace = "Traceback\nSyntaxError: '(' was never closed"
    metadata.execute("insert into import_error (id, filename, stacktrace) values (1, 'daily_papers.py', ?)", [trace])
    metadata.commit()
    assert find_seen(settings, "DAG files") == "daily_papers.py cannot be loaded: SyntaxError: '(' was never closed"
    metadata.close()
    (settings.airflow_home / "airflow.db").write_bytes(b"no database at all" * 1000)
    assert list_alarms(settings) == [("problem", "Airflow")]


def test_alerts_by_mail_want_a_mail_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = replace(settings, alert_email=("me@example.org",))
    assert list_alarms(mailing) == [("warning", "alerts")]
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://127.0.0.1:25")
    assert list_alarms(mailing) == []


def test_check_that_breaks_does_not_hide_the_others(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paperhouse.doctor.check_link", lambda settings: 1 / 0)
    assert list_alarms(settings) == [("problem", "link")]


def test_command_prints_a_table_or_json_and_its_exit_code_tells_the_worst(settings: Settings) -> None:
    environment = make_environment(settings.data_dir)
    done = run_paperhouse("doctor", environment=environment)
    assert done.returncode == 0, done.stdout
    assert "is as published" in done.stdout
    shutil.rmtree(settings.versions_dir / current_version(settings).parent.name)
    done = run_paperhouse("doctor", "--format", "json", environment=environment)
    assert done.returncode == 2
    assert {"name", "level", "seen", "advice"} == set(json.loads(done.stdout)[0])
    done = run_paperhouse("doctor", environment=make_environment(settings.data_dir / "none"))
    assert done.returncode == 1
    done = run_paperhouse("doctor", environment=environment | {"PAPERHOUSE_ALERT_WEBHOOK": "http://example.org/secret"})
    assert done.returncode == 2
    assert "PAPERHOUSE_ALERT_WEBHOOK is no https address" in done.stdout
    assert "secret" not in done.stdout
