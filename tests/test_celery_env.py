"""CeleryExecutor: what its processes start with, and which workers the local target refuses."""

import re
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowFailException
from paperhouse.operate import worker_home
from paperhouse.operate.airflow_env import airflow_environment
from paperhouse.operate.celery_env import DEFAULTS, CeleryUnusable
from paperhouse.operate.task_settings import load_task_settings
from paperhouse.operate.worker_home import OtherMachine, check_home
from paperhouse.settings import REPO, Settings

VISIBILITY = "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT"
DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
BROKER = "AIRFLOW__CELERY__BROKER_URL"


@pytest.fixture
def celery(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv(BROKER, "redis://:secret@broker:6379/0")
    monkeypatch.setenv(DATABASE, "postgresql+psycopg2://airflow:secret@database/airflow")
    return monkeypatch


def test_nothing_of_celery_is_set_on_one_machine(settings: Settings) -> None:
    assert not {name for name in airflow_environment(settings) if name.startswith("AIRFLOW__CELERY")}


def test_workers_have_defaults_and_an_exported_variable_wins(settings: Settings, celery: pytest.MonkeyPatch) -> None:
    celery.setenv("AIRFLOW__CELERY__WORKER_CONCURRENCY", "9")
    environment = airflow_environment(settings)
    assert environment["AIRFLOW__CELERY__WORKER_CONCURRENCY"] == "9"
    assert environment[VISIBILITY] == DEFAULTS[VISIBILITY]
    assert environment["AIRFLOW__CORE__PARALLELISM"] == "32"


def test_a_task_is_never_handed_out_again_while_it_may_still_run() -> None:
    hours = [int(text) for dag in (REPO / "dags").glob("*.py") for text in read_timeouts(dag)]
    assert hours
    assert max(hours) * 3600 < int(DEFAULTS[VISIBILITY])


def read_timeouts(dag: Path) -> list[str]:
    return re.findall(r"execution_timeout=timedelta\(hours=(\d+)\)", dag.read_text())


@pytest.mark.parametrize("name", [BROKER, DATABASE])
def test_what_is_missing_is_named_with_its_form(name: str, settings: Settings, celery: pytest.MonkeyPatch) -> None:
    celery.delenv(name)
    with pytest.raises(CeleryUnusable, match=rf"needs {name}; export it, like \w+"):
        airflow_environment(settings)


def test_a_metadata_file_is_refused(settings: Settings, celery: pytest.MonkeyPatch) -> None:
    celery.setenv(DATABASE, "sqlite:////tmp/airflow.db")
    with pytest.raises(CeleryUnusable, match="a database that all workers reach"):
        airflow_environment(settings)


# The local target


@pytest.fixture
def scheduler(celery: pytest.MonkeyPatch, settings: Settings) -> Settings:
    """A scheduler that has started; the settings of its data folder."""
    kept = {}
    celery.setattr("airflow.models.variable.Variable.set", lambda name, value, **_: kept.update({name: value}))
    celery.setattr("airflow.sdk.Variable.get", lambda name, default: kept.get(name, default))
    celery.setenv("PAPERHOUSE_DATA_DIR", str(settings.data_dir))
    job = type("Job", (), {"job_type": "SchedulerJob"})
    worker_home.on_starting(type("Job", (), {"job_type": "TriggererJob"}))
    assert kept == {}
    worker_home.on_starting(job)
    assert kept.keys() == {worker_home.VARIABLE}
    return settings


def test_a_worker_on_the_folder_of_the_scheduler_may_work(scheduler: Settings) -> None:
    check_home(scheduler)


def test_a_worker_with_another_folder_is_refused(scheduler: Settings, tmp_path: Path) -> None:
    with pytest.raises(AirflowFailException, match=r"worker on \S+ has another data .* scheduler on \S+,.*TARGET=lake"):
        check_home(Settings(tmp_path / "other"))


def test_no_task_gets_its_settings_on_such_a_worker(
    scheduler: Settings, celery: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_task_settings().data_dir == scheduler.data_dir
    celery.setenv("PAPERHOUSE_DATA_DIR", str(tmp_path / "other"))
    with pytest.raises(AirflowFailException, match="another data folder"):
        load_task_settings()


def test_a_worker_on_another_machine_is_refused(
    scheduler: Settings, celery: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "boot_id").write_text("another\n")
    celery.setattr(worker_home, "BOOT_ID", tmp_path / "boot_id")
    with pytest.raises(OtherMachine, match=r"not its machine.*PAPERHOUSE_TARGET=lake"):
        check_home(scheduler)


def test_under_the_lake_target_every_worker_may_work(scheduler: Settings, tmp_path: Path) -> None:
    check_home(Settings(tmp_path / "other", target="lake"))


def test_without_workers_nothing_is_asked(settings: Settings) -> None:
    check_home(settings)
