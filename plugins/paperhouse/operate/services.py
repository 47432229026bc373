"""Airflow's components on this machine: started together, watched, and ended together."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import requests

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowApi
from .airflow_env import airflow_environment, airflow_home, api_port, password_file
from .celery_env import is_celery
from .prepare_airflow import prepare_airflow
from .service_owner import claim_services, end_session, read_state, remove_state, write_state

WORKER = "worker"  # started with CeleryExecutor only; more of them may run elsewhere
# In the order in which they stop: tasks report their end to the API server.
COMMANDS = {
    # Task logs are read from the shared disk, so none of the three needs to listen on a port.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    WORKER: ["celery", "worker", "--skip-serve-logs"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "api-server": ["api-server"],
}
NEEDED_TO_RUN = ("scheduler", "dag-processor", "api-server", WORKER)
START_SECONDS = 120
TASK_SECONDS = 15  # running tasks may end within this time when the scheduler stops
MOST_RESTARTS = 3  # of a scheduler that was killed, as the kernel does to the largest process when memory is short
STOP_SECONDS = 5  # for the others; the API server would wait for every open browser tab


class ServiceFailed(PaperhouseError):
    """A component of Airflow ended or never became healthy; the message names its log."""


class PortTaken(PaperhouseError):
    """The exported AIRFLOW__API__PORT is in use by something else."""


@dataclass
class Services:
    """The running components of one data folder. `ours` is False when another process started them."""

    home: Path
    port: int
    started_at: datetime
    ours: bool
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    restart_count: int = 0
    api: AirflowApi = field(init=False)

    def __post_init__(self) -> None:
        self.api = AirflowApi(self.port, self.home)

    @property
    def url(self) -> str:
        return self.api.base_url

    def start(self, name: str) -> None:
        """Start a component, and name it to others."""
        self.processes[name] = _start(name, self.environment, self.home)
        write_state(self.home, self.port, {name: process.pid for name, process in self.processes.items()})

    def check_alive(self) -> None:
        """Raise ServiceFailed when a component that we started has ended. A killed scheduler is started again.

        Airflow lets the tasks that died with it run again, within a minute.
        """
        for name, process in list(self.processes.items()):
            if process.poll() is None:
                continue
            log = _log_path(self.home, name)
            if name != "scheduler" or process.returncode >= 0 or self.restart_count == MOST_RESTARTS:
                raise ServiceFailed(f"Airflow's {name} ended with code {process.returncode}; its log is {log}")
            print(f"Airflow's scheduler was killed (signal {-process.returncode}); starting it again", flush=True)
            self.restart_count += 1
            end_session(process.pid)
            self.start(name)


def serve_airflow(settings: Settings) -> None:
    """Run every component with the UI in the foreground until Ctrl-C or SIGTERM; raises ServiceFailed."""
    with running_services(settings, tuple(COMMANDS)) as services:
        if not services.ours:
            print(f"Airflow already runs for {settings.data_dir} at {services.url}")
            return
        passwords = password_file(services.home)
        print(f"Airflow runs at {services.url} (stop it with Ctrl-C)")
        print(f"  user admin, password {json.loads(passwords.read_text())['admin']} (kept in {passwords})")
        print(f"  data {settings.data_dir}, logs {_log_path(services.home, 'scheduler').parent}", flush=True)
        with suppress(KeyboardInterrupt):
            while True:
                services.check_alive()
                time.sleep(1)
        print("Stopping Airflow", flush=True)


@contextmanager
def running_services(
    settings: Settings, names: tuple[str, ...] = NEEDED_TO_RUN, extra: dict[str, str] | None = None
) -> Iterator[Services]:
    """Yield healthy services of this data folder: those that run already, else our own, ended on leaving.

    `extra` variables are for our own only. SIGTERM and SIGHUP end the block like Ctrl-C. Raises
    ServiceFailed or PortTaken.
    """
    prepare_airflow(settings)
    home = airflow_home(settings)
    with _interruptible(), claim_services(home) as ours:
        if not ours:
            yield find_services(settings)
            return
        services = Services(home, _choose_port(), datetime.now(UTC), ours)
        services.environment = airflow_environment(settings, services.port) | (extra or {})
        print(f"Starting Airflow for {settings.data_dir}", flush=True)
        try:
            for name in (name for name in names if name != WORKER or is_celery()):
                services.start(name)
            _wait_until_healthy(services)
            _fail_abandoned_runs(services.api)
            yield services
        finally:
            _stop(services)


def find_services(settings: Settings) -> Services:
    """The services that another process runs for this data folder, once healthy; raises ServiceFailed."""
    home = airflow_home(settings)
    deadline = time.monotonic() + START_SECONDS
    while state := read_state(home):
        services = Services(home, state["port"], datetime.fromisoformat(state["started_at"]), ours=False)
        if not _list_unhealthy(services, NEEDED_TO_RUN):
            return services
        if time.monotonic() > deadline:
            raise ServiceFailed(f"Airflow at {services.url} does not answer; see {home / 'logs' / 'services'}")
        time.sleep(0.5)
    raise ServiceFailed("the Airflow services of this data folder have just stopped; try again")


def _choose_port() -> int:
    """The exported port, else the first free one from 8080."""
    wanted = api_port()
    exported = bool(os.environ.get("AIRFLOW__API__PORT"))
    for port in [wanted] if exported else range(wanted, wanted + 100):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise PortTaken(f"port {wanted} is in use; export another AIRFLOW__API__PORT")


def _start(name: str, environment: dict[str, str], home: Path) -> subprocess.Popen[bytes]:
    log = _log_path(home, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "airflow", *COMMANDS[name]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own: Ctrl-C reaches us alone, and we end them in order
        )


def _wait_until_healthy(services: Services) -> None:
    deadline = time.monotonic() + START_SECONDS
    while missing := _list_unhealthy(services, tuple(services.processes)):
        services.check_alive()
        if time.monotonic() > deadline:
            logs = ", ".join(str(_log_path(services.home, name)) for name in missing)
            raise ServiceFailed(f"Airflow is not healthy after {START_SECONDS} s; see {logs}")
        time.sleep(0.3)


def _list_unhealthy(services: Services, names: tuple[str, ...]) -> list[str]:
    """The components that do not answer, or have not reported since the services started."""
    try:
        health = services.api.call("GET", "monitor/health")
    except requests.ConnectionError:
        return list(names)
    missing = []
    for name in (name for name in names if name not in {"api-server", WORKER}):
        key = name.replace("-", "_")
        seen = (health.get(key) or {}).get(f"latest_{key}_heartbeat")
        if not seen or datetime.fromisoformat(seen) < services.started_at:
            missing.append(name)
    return missing


def _fail_abandoned_runs(api: AirflowApi) -> None:
    """A single-day run that was killed is still `running` in the metadata; no scheduler may take it up."""
    for run in api.call("GET", "dags/~/dagRuns", state="running", limit=100)["dag_runs"]:
        if run["triggered_by"] == "test":
            api.call("PATCH", f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}", {"state": "failed"})


def _stop(services: Services) -> None:
    """End every component by its own process group; a second Ctrl-C does not leave half of them behind."""
    ignored = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for name in (name for name in COMMANDS if name in services.processes):
            process = services.processes[name]
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(TASK_SECONDS if name in {"scheduler", WORKER} else STOP_SECONDS)
            end_session(process.pid)
            process.wait()
        remove_state(services.home)
    finally:
        for number, handler in ignored.items():
            signal.signal(number, handler)


def _log_path(home: Path, name: str) -> Path:
    return home / "logs" / "services" / f"{name}.log"


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM and a closed terminal end the block as Ctrl-C does, so that no component stays behind."""

    def interrupt(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
