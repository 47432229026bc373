"""One run of a DAG, without any server: Airflow's own `dag.test()` in this process."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from pluggy import HookimplMarker

from ..errors import PaperhouseError
from ..locking import hold_lock
from ..settings import REPO, Settings
from .airflow_api import AirflowApi, find_failure_reason, to_one_line
from .airflow_env import airflow_environment, airflow_home
from .prepare_airflow import prepare_airflow
from .service_owner import without_services
from .services import Services, find_services

hook = HookimplMarker("airflow")


class RunFailed(PaperhouseError):
    """The run did not succeed; the message is the reason on one line."""


def run_dag(settings: Settings, dag_id: str, listing_date: date) -> None:
    """Run a DAG for one listing date to its end and print a line a task; raises RunFailed.

    Running a date again is a new run. When Airflow's services run for this data folder and the DAG is
    switched on, their scheduler does the work, as two schedulers on one run would get in each other's way.
    """
    prepare_airflow(settings)
    with without_services(airflow_home(settings)) as alone:
        services = None if alone else find_services(settings)
        if services and not services.api.call("GET", f"dags/{dag_id}")["is_paused"]:
            _run_in_services(services, dag_id, listing_date)
        else:
            _run_here(settings, dag_id, listing_date)


def _run_in_services(services: Services, dag_id: str, listing_date: date) -> None:
    """Ask the running scheduler for a manual run and watch it."""
    api = services.api
    body = {"logical_date": None, "conf": {"date": listing_date.isoformat()}}
    run_id = api.call("POST", f"dags/{dag_id}/dagRuns", body)["dag_run_id"]
    path = f"dags/{dag_id}/dagRuns/{run_id}"
    print(f"{dag_id} runs for {listing_date} in Airflow at {services.url}")
    shown: set[str] = set()
    while True:
        state = api.call("GET", path)["state"]
        _print_finished(api, path, shown)
        if state == "success":
            return
        if state == "failed":
            raise RunFailed(find_failure_reason(api, run_id, dag_id))
        time.sleep(1)


def _print_finished(api: AirflowApi, path: str, shown: set[str]) -> None:
    for task in api.call("GET", f"{path}/taskInstances", order_by="end_date")["task_instances"]:
        if task["state"] in {"success", "failed", "skipped", "upstream_failed"} - shown and (
            task["task_id"] not in shown
        ):
            shown.add(task["task_id"])
            _print_task(sys.stdout, task["task_id"], task["duration"] or 0.0, task["state"])


def _run_here(settings: Settings, dag_id: str, listing_date: date) -> None:
    name = f"{listing_date}-{dag_id}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    log = airflow_home(settings) / "logs" / "runs" / name
    log.parent.mkdir(parents=True, exist_ok=True)
    os.environ.update(airflow_environment(settings))
    sys.path.insert(0, str(REPO / "config"))  # for airflow_local_settings
    with _interrupt_on_term(), _terminal_apart(log) as terminal:
        progress = _TaskProgress(terminal)
        _register_dags(settings)
        state = _test_dag(dag_id, listing_date, progress)
    if state != "success":
        print(f"The log of this run is {log}")
        raise RunFailed(progress.reason or f"the run ended as {state}; see {log}")


def _register_dags(settings: Settings) -> None:
    """Write the DAG files into the metadata, one process at a time.

    dag.test() does it too, but two first runs at once would both insert the same rows, and one would fail.
    """
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db

    with hold_lock(airflow_home(settings) / "register.lock", timeout=120):
        bundles = DagBundlesManager()
        bundles.sync_bundles_to_db()
        for bundle in bundles.get_all_dag_bundles():
            bundle.initialize()
            bag = BundleDagBag(dag_folder=bundle.path, bundle_path=bundle.path, bundle_name=bundle.name)
            sync_bag_to_db(bag, bundle.name, bundle.version)


def _test_dag(dag_id: str, listing_date: date, progress: "_TaskProgress") -> str:
    """Returns the final state of the run. Imports Airflow, so its environment must be set before."""
    from airflow import settings as airflow_settings
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.listener import get_listener_manager

    bag = DagBag(dag_folder=Path(airflow_settings.DAGS_FOLDER) / f"{dag_id}.py")
    if bag.import_errors:
        raise RunFailed(to_one_line(next(iter(bag.import_errors.values())).strip().splitlines()[-1]))
    dag = bag.dags[dag_id]
    dag.on_failure_callback = None  # this command says itself that it failed, and why
    # dag.test() of Airflow 3.3 cannot read the deadlines of a registered DAG, and nobody waits for this one.
    dag.deadline = None
    for task in dag.tasks:
        task.retries = 0  # somebody is watching, and requests are tried again by themselves
    get_listener_manager().add_listener(progress)
    # dag.test() first clears what has its logical date; without a logical date that is every run there is.
    logical_date = datetime.now(UTC)
    try:
        run = dag.test(logical_date=logical_date, run_after=logical_date, run_conf={"date": listing_date.isoformat()})
    except KeyboardInterrupt:
        _fail_run(dag_id, logical_date)
        raise RunFailed(f"interrupted; run {listing_date} again") from None
    return run.state.value


def _fail_run(dag_id: str, logical_date: datetime) -> None:
    """An interrupted run must not look as if it were still at work."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session

    with create_session() as session:
        for run in DagRun.find(dag_id=dag_id, logical_date=logical_date, session=session):
            for task in run.get_task_instances(session=session):
                if task.state not in {None, "success", "failed"}:
                    task.set_state("failed", session=session)
            run.set_state("failed")


class _TaskProgress:
    """Airflow listener: a line a finished task, and the message of the first failure."""

    def __init__(self, terminal: TextIO) -> None:
        self.reason = ""
        self._terminal = terminal
        self._started = time.monotonic()

    @hook
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        self._started = time.monotonic()
        # Airflow's runner has just taken SIGTERM for the task's on_kill(), which does nothing by default.
        signal.signal(signal.SIGTERM, _interrupt)

    @hook
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        self._print(task_instance, "success")

    @hook
    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        # Airflow's runner takes Ctrl-C for a failure of the task.
        if isinstance(error, KeyboardInterrupt):
            raise error
        self.reason = self.reason or f"{task_instance.task_id}: {to_one_line(error)}"
        self._print(task_instance, "failed")

    def _print(self, task_instance: Any, outcome: str) -> None:
        _print_task(self._terminal, task_instance.task_id, time.monotonic() - self._started, outcome)


def _print_task(terminal: TextIO, task_id: str, seconds: float, outcome: str) -> None:
    print(f"  {task_id:<16} {seconds:6.1f} s  {outcome}", file=terminal, flush=True)


@contextmanager
def _terminal_apart(log: Path) -> Iterator[TextIO]:
    """Send everything this process and its children write to `log`; yields the terminal for our own lines."""
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = os.dup(1), os.dup(2)
    try:
        with log.open("a") as file, os.fdopen(os.dup(1), "w") as terminal:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            yield terminal
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.close(out)
        os.close(err)


@contextmanager
def _interrupt_on_term() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does, so that the run is marked as failed."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
