"""What every Airflow process of paperhouse starts with."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from paperhouse.operate.airflow_env import airflow_environment, password_file
from paperhouse.operate.prepare_airflow import prepare_airflow
from paperhouse.settings import REPO, Settings

from tests.airflow_service import make_environment, run_python

SECRETS = ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder that two processes prepared at the same time."""
    data_dir = tmp_path_factory.mktemp("data")
    environment = make_environment(data_dir)
    command = [sys.executable, "-m", "paperhouse.operate.prepare_airflow"]
    processes = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    return Settings(data_dir=data_dir)


def read_pools(settings: Settings) -> dict[str, int]:
    with sqlite3.connect(settings.airflow_home / "airflow.db") as metadata:
        return dict(metadata.execute("SELECT pool, slots FROM slot_pool"))


def test_an_exported_variable_wins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "3")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://somewhere/airflow")
    environment = airflow_environment(settings)
    assert environment["AIRFLOW__CORE__PARALLELISM"] == "3"
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql://somewhere/airflow"
    # Postgres would refuse the arguments that are meant for SQLite.
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS" not in environment


def test_tasks_report_to_the_port_that_was_chosen(settings: Settings) -> None:
    environment = airflow_environment(settings, port=18099)
    assert environment["AIRFLOW__API__PORT"] == "18099"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18099/execution/"


def test_tasks_see_the_settings_of_their_caller(settings: Settings) -> None:
    environment = airflow_environment(settings)
    assert environment["PAPERHOUSE_DATA_DIR"] == str(settings.data_dir)
    assert environment["PAPERHOUSE_HF_URL"] == settings.hf_url


def test_a_proxy_is_not_asked_for_this_machine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "example.org")
    assert airflow_environment(settings)["no_proxy"] == "example.org,127.0.0.1,localhost"


def test_secrets_are_made_once_and_are_private(settings: Settings, tmp_path: Path) -> None:
    first, again = airflow_environment(settings), airflow_environment(settings)
    other = airflow_environment(Settings(data_dir=tmp_path / "other"))
    for name in SECRETS:
        assert first[name] == again[name] != other[name]
    passwords = password_file(settings.airflow_home)
    assert len(json.loads(passwords.read_text())["admin"]) >= 12
    for file in (settings.airflow_home / "secrets.json", passwords):
        assert file.stat().st_mode & 0o777 == 0o600


def test_two_at_once_prepare_one_database_with_a_pool_of_three_slots(prepared: Settings) -> None:
    assert read_pools(prepared)["warehouse"] == 3


def test_preparing_again_does_nothing(prepared: Settings) -> None:
    log = prepared.airflow_home / "logs" / "prepare.log"
    log.unlink(missing_ok=True)
    prepare_airflow(prepared)
    assert not log.exists()


def test_a_deleted_pool_comes_back(prepared: Settings) -> None:
    with sqlite3.connect(prepared.airflow_home / "airflow.db") as metadata:
        metadata.execute("DELETE FROM slot_pool WHERE pool = 'warehouse'")
    prepare_airflow(prepared)
    assert read_pools(prepared)["warehouse"] == 3


def test_sqlite_waits_a_minute_for_another_writer(prepared: Settings) -> None:
    code = """
        import asyncio
        from airflow import settings
        from sqlalchemy import text

        async def ask():
            async with settings.async_engine.connect() as connection:
                waits = (await connection.execute(text("PRAGMA busy_timeout"))).scalar()
            await settings.async_engine.dispose()
            return waits

        with settings.engine.connect() as connection:
            asked = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("busy_timeout", "journal_mode")]
        print("found", *asked, asyncio.run(ask()))
    """
    assert run_python(code, airflow_environment(prepared)).splitlines()[-1] == "found 60000 wal 60000"


def test_a_savepoint_waits_for_its_turn_instead_of_failing(tmp_path: Path) -> None:
    code = f"""
        import sqlite3
        import airflow_local_settings as ours
        from sqlalchemy import text

        address = "sqlite:///{tmp_path}/metadata.db"
        engine = ours.create_metadata_engine(address, engine_args={{}}, connect_args={{}})
        with engine.connect() as connection, connection.begin_nested():
            connection.execute(text("SELECT 1"))
            try:
                sqlite3.connect("{tmp_path}/metadata.db", timeout=0).execute("CREATE TABLE other (id)")
            except sqlite3.OperationalError as error:
                print(error)
    """
    assert run_python(code, os.environ | {"PYTHONPATH": str(REPO / "config")}) == "database is locked"


@pytest.mark.parametrize(
    ("command", "executor", "loaded"),
    [
        ("scheduler", "LocalExecutor", True),
        ("scheduler", "CeleryExecutor", False),
        ("celery worker", "CeleryExecutor", True),
        ("api-server", "LocalExecutor", False),
    ],
)
def test_only_the_process_that_forks_tasks_loads_dbt(command: str, executor: str, loaded: bool) -> None:
    code = f"""
        import sys
        sys.argv = ["airflow", *"{command}".split()]
        import airflow_local_settings as ours
        print("dbt.cli.main" in sys.modules, "great_expectations" in sys.modules, ours.__all__)
    """
    printed = run_python(code, os.environ | {"PYTHONPATH": str(REPO / "config"), "AIRFLOW__CORE__EXECUTOR": executor})
    assert printed.splitlines()[-1] == f"{loaded} {loaded} ['create_metadata_engine']"
