"""A whole installation with Celery as plain processes of this machine: Postgres, Redis, Airflow, and workers.

Each worker stands for a host: it has a data folder of its own unless told, and reaches the others over loopback.
"""

import base64
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests
from paperhouse.operate.airflow_api import AirflowApi, AirflowRefused
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.service_owner import end_session

from tests.airflow_service import PAPERHOUSE, find_free_port, make_environment, run_paperhouse
from tests.postgres_server import Postgres, start_postgres

START_SECONDS = 180
# A test does not wait for minutes to see that a worker is gone.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": "False",  # no other runs than those of the backfill
}


@dataclass
class Cluster:
    """The running installation; `environment` is what all hosts have in common."""

    folder: Path
    environment: dict[str, str]
    postgres: Postgres
    port: int
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def head(self) -> Path:
        """The data folder of the host on which Airflow itself runs."""
        return self.folder / "head"

    @property
    def api(self) -> AirflowApi:
        return AirflowApi(self.port, self.head / "airflow")

    def environment_of(self, data_dir: Path) -> dict[str, str]:
        return self.environment | {"PAPERHOUSE_DATA_DIR": str(data_dir)}

    def start(self, name: str, *command: str, data_dir: Path | None = None) -> None:
        """Start `paperhouse airflow …` in a session of its own; it logs into `<folder>/<name>.log`."""
        with (self.folder / f"{name}.log").open("w") as output:
            self.processes[name] = subprocess.Popen(
                [PAPERHOUSE, "airflow", *command],
                env=self.environment_of(data_dir or self.head),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start_worker(self, name: str, data_dir: Path, concurrency: int = 2) -> None:
        options = ("--skip-serve-logs", "--concurrency", str(concurrency), "--celery-hostname", name)
        self.start(name, "celery", "worker", *options, data_dir=data_dir)
        self.wait_until(f"{name} is ready", lambda: f"{name} ready" in self.read_log(name))

    def kill_worker(self, name: str) -> None:
        """SIGKILL to the worker and all of its tasks at once, as when a host loses its power."""
        os.killpg(self.processes[name].pid, signal.SIGSTOP)
        end_session(self.processes[name].pid)
        assert self.processes.pop(name).wait(30) == -signal.SIGKILL

    def list_task_processes(self, name: str) -> list[int]:
        """The tasks at work in a worker: what the processes of its pool have forked."""
        with suppress(psutil.NoSuchProcess):
            pool = psutil.Process(self.processes[name].pid).children()
            return [task.pid for process in pool for task in process.children()]
        return []

    def read_log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def wait_until(self, what: str, is_so, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            self.check_alive()
            assert time.monotonic() < deadline, f"after {seconds} s not: {what}; logs are in {self.folder}"
            time.sleep(0.3)

    def check_alive(self) -> None:
        for name, process in self.processes.items():
            assert process.poll() is None, f"{name} ended:\n{self.read_log(name)[-3000:]}"

    def ask(self, query: str) -> list[tuple]:
        """Rows from Airflow's metadata."""
        return self.postgres.execute(query, self.postgres.dsn_of("airflow"))


@contextmanager
def start_cluster(folder: Path, source_url: str, **variables: str) -> Iterator[Cluster]:
    """Everything but the workers, healthy; on leaving all of it is ended, by its ids. Skips where a program is missing.

    `variables` are for every process.
    """
    with ExitStack() as stack:
        postgres, environment = stack.enter_context(start_servers(folder, source_url, **variables))
        cluster = Cluster(folder, environment, postgres, int(environment["AIRFLOW__API__PORT"]))
        stack.callback(_stop, cluster)
        cluster.head.mkdir(parents=True)
        _start_airflow(cluster)
        yield cluster


@contextmanager
def start_servers(folder: Path, source_url: str, **variables: str) -> Iterator[tuple[Postgres, dict[str, str]]]:
    """Postgres and Redis, with the environment in which Airflow finds them and a lake has its catalog. May skip."""
    pytest.importorskip("airflow.providers.celery", reason="no Celery here; make venv-cluster installs it")
    with start_postgres() as postgres, start_redis(folder) as broker:
        postgres.execute("create database airflow")
        yield (
            postgres,
            make_environment(
                folder / "head",
                source_url,
                **make_keys(),
                AIRFLOW__CORE__EXECUTOR="CeleryExecutor",
                AIRFLOW__CELERY__BROKER_URL=broker,
                AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=postgres.dsn_of("airflow").replace("://", "+psycopg2://"),
                AIRFLOW__API__PORT=str(find_free_port()),
                AIRFLOW__CORE__PARALLELISM="16",
                PAPERHOUSE_LAKE_CATALOG=postgres.dsn_of("lake"),
                **IMPATIENT,
                **variables,
            ),
        )


def make_keys() -> dict[str, str]:
    """What all hosts of an installation must have in common; one host makes it for itself."""
    return {
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),
        "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


@contextmanager
def start_redis(folder: Path) -> Iterator[str]:
    """A Redis with a password on a free port, which ends with us, however we end; yields its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis here; Debian has it in the package redis-server")
    port, password = find_free_port(), secrets.token_hex(12)
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig=TERM", program, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        text=True,
        start_new_session=True,
    )
    try:
        process.stdin.write(f'bind 127.0.0.1\nport {port}\nsave ""\nrequirepass {password}\n')
        process.stdin.close()
        yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(30)


def _start_airflow(cluster: Cluster) -> None:
    environment = cluster.environment_of(cluster.head)
    python = str(PAPERHOUSE.with_name("python"))
    subprocess.run([python, "-m", "paperhouse.operate.prepare_airflow"], env=environment, check=True)
    cluster.start("api-server", "api-server")
    cluster.wait_until("the API server answers", lambda: _answers(cluster))
    cluster.start("scheduler", "scheduler", "--skip-serve-logs")
    cluster.start("dag-processor", "dag-processor")
    cluster.wait_until("the DAG is there", lambda: _knows_dag(cluster))


def _answers(cluster: Cluster) -> bool:
    with suppress(requests.ConnectionError):
        return cluster.api.call("GET", "monitor/health")["metadatabase"]["status"] == "healthy"
    return False


def _knows_dag(cluster: Cluster) -> bool:
    try:
        cluster.api.call("GET", f"dags/{DAG_ID}")
    except AirflowRefused as refused:
        if refused.status == 404:
            return False
        raise
    return True


def _stop(cluster: Cluster) -> None:
    for process in reversed(cluster.processes.values()):
        process.terminate()
    for process in cluster.processes.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        end_session(process.pid)
        process.wait(15)


def hash_at(cluster: Cluster, data_dir: Path) -> str:
    """What `paperhouse hash` prints on a host."""
    done = run_paperhouse("hash", environment=cluster.environment_of(data_dir))
    assert done.returncode == 0, done.stdout
    return done.stdout.split()[-1]
