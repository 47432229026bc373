"""docker-compose.yaml with its profile `celery`, started for real: a backfill whose worker is killed on the way.

The images of Postgres and Redis stand in for the official ones, which nothing here can pull.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import requests
import yaml
from paperhouse.operate.airflow_api import AirflowApi, AirflowRefused
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.backfill_runs import BackfillRuns
from paperhouse.operate.compose_env import write_secrets
from paperhouse.settings import REPO

from tests.airflow_service import find_free_port
from tests.distributed.cluster import IMPATIENT
from tests.distributed.containers import BASE, IMAGES, build_images, check_run, find_compose, running_engine

pytestmark = pytest.mark.compose

PROJECT = "paperhouse-test"
SOURCE = "http://source:8642"
SERVE = """
from pathlib import Path
from paperhouse.source.server import serve_source
serve_source(Path("/recorded"), 8642, host="0.0.0.0")
"""
HEALTHY_SECONDS = 300
MOST_SECONDS = 900
KILLED_AFTER = 2  # runs that have ended


@dataclass(frozen=True)
class Stack:
    """The running containers, and how to reach them."""

    compose: list[str]
    environment: dict[str, str]
    api: AirflowApi

    def run(self, *words: str) -> str:
        return check_run(*self.compose, *words, environment=self.environment)

    def docker(self, *words: str) -> str:
        return check_run("docker", *words, environment=self.environment)

    def list_containers(self, service: str) -> list[str]:
        return self.run("ps", "--quiet", service).split()

    def read_health(self) -> dict[str, str]:
        """The health of each container, by service and number."""
        ids = self.run("ps", "--quiet").split()
        form = "{{.Name}} {{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"
        return dict(line.split() for line in self.docker("inspect", "--format", form, *ids).splitlines())


@pytest.fixture(scope="module")
def stack(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All services up and healthy, with two workers; afterwards nothing of them is left."""
    compose = find_compose()
    if compose is None:
        pytest.skip("neither docker-compose nor docker compose is installed, so no container can be started")
    folder = tmp_path_factory.mktemp("stack")
    port = find_free_port()
    (folder / "override.yaml").write_text(yaml.safe_dump(describe_override(recorded)))
    write_secrets(folder / "env")
    files = [REPO / "docker-compose.yaml", folder / "override.yaml"]
    options = [
        "--project-name",
        PROJECT,
        "--env-file",
        folder / "env",
        *(word for file in files for word in ("-f", file)),
    ]
    with running_engine() as environment:
        build_images(environment)
        chosen = {
            "BASE_IMAGE": BASE,
            "UI_PORT": str(port),
            **dict.fromkeys(("PAPERHOUSE_HF_URL", "PAPERHOUSE_ARXIV_URL", "PAPERHOUSE_ARXIV_API_URL"), SOURCE),
            "PAPERHOUSE_REQUEST_INTERVALS": "source=0",
        }
        kept = {name: value for name, value in environment.items() if not name.startswith(("PAPERHOUSE_", "AIRFLOW"))}
        stack = Stack([*compose, *map(str, options)], kept | chosen, AirflowApi(port, folder))
        try:
            stack.run("build", "prepare")
            stack.run("up", "--detach", "--no-build")
            passwords = "simple_auth_manager_passwords.json.generated"
            (folder / passwords).write_text(stack.run("exec", "-T", "api-server", "cat", f"/data/airflow/{passwords}"))
            wait_until_healthy(stack)
            yield stack
        finally:
            print(stack.run("logs", "--no-color", "--tail", "40"))
            stack.run("down", "--volumes", "--timeout", "10")


def describe_override(recorded: Path) -> dict:
    """What differs from docker-compose.yaml: images that are made here, a source, and less patience."""
    impatient = {name: {"environment": dict(IMPATIENT)} for name in ("api-server", "scheduler", "worker")}
    source = {
        "image": "paperhouse:0.1.0",
        "entrypoint": ["python", "-c", SERVE],
        "volumes": [f"{recorded}:/recorded:ro"],
    }
    images = {name: {"image": image} for name, image in IMAGES.items()}
    return {"services": {**impatient, **images, "source": source}}


def wait_until_healthy(stack: Stack) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while not (is_healthy(health := stack.read_health()) and knows_dag(stack)):
        assert time.monotonic() < deadline, health
        time.sleep(2)


def is_healthy(health: dict[str, str]) -> bool:
    """Whether all are that have a health check; the source has none, and `prepare` has ended."""
    return all(state in {"healthy", "exited"} or "source" in name for name, state in health.items())


def knows_dag(stack: Stack) -> bool:
    with suppress(AirflowRefused, requests.ConnectionError):
        return bool(stack.api.call("GET", f"dags/{DAG_ID}"))
    return False


def test_backfill_over_two_workers_one_of_them_killed(stack: Stack, days: list[date], hash_alone: Callable) -> None:
    workers = stack.list_containers("worker")
    assert len(workers) == 2
    started, lost = time.monotonic(), []
    stack.api.call("PATCH", f"dags/{DAG_ID}", {"is_paused": False}, update_mask="is_paused")
    runs = BackfillRuns.create(stack.api, days[0], days[-1], max_active_runs=8, plan="")
    states = {}
    while not runs.finished:
        states |= {day: run["state"] for day, run in runs.list_newly_ended()}
        if not lost and len(states) >= KILLED_AFTER:
            lost = kill_builder(stack, workers)
        assert time.monotonic() < started + MOST_SECONDS, Counter(states.values())
        time.sleep(0.5)
    print(f"{len(days)} days in {time.monotonic() - started:.0f} s; a worker died with {', '.join(lost)}")
    assert Counter(states.values()) == {"success": len(days)}
    assert lost
    (survivor,) = stack.docker("ps", "--quiet", "--no-trunc", *(f"--filter=id={worker}" for worker in workers)).split()
    assert stack.docker("exec", survivor, "paperhouse", "hash").split()[-1] == hash_alone(days)


def test_no_process_runs_as_root_and_none_may_gain_rights(stack: Stack) -> None:
    ids = stack.run("ps", "--quiet").split()
    for line in stack.docker(
        "inspect", "--format", "{{.Name}} {{json .HostConfig}} {{.Config.User}}", *ids
    ).splitlines():
        name, _, rest = line.partition(" ")
        if "source" in name:
            continue
        host, _, user = rest.rpartition(" ")
        limits = json.loads(host)
        assert user in {"50000:50000", "postgres", "redis"}, name
        assert limits["Memory"] > 0, name
        assert limits["NanoCpus"] > 0, name
        assert limits["CapDrop"] == ["ALL"], name
        assert "no-new-privileges:true" in limits["SecurityOpt"], name


def kill_builder(stack: Stack, workers: list[str]) -> list[str]:
    """Kill the container that is at a build, if one is; return what it was at."""
    for container in workers:
        if "build_warehouse" in str(at_work := list_running(stack, container)):
            stack.docker("kill", container)
            return at_work
    return []


def list_running(stack: Stack, container: str) -> list[str]:
    """The tasks at work in the container, like "load_raw of 2026-08-01"."""
    found = stack.api.call("GET", "dags/~/dagRuns/~/taskInstances", state="running", limit=100)["task_instances"]
    here = [task for task in found if container.startswith(str(task["hostname"]) or "-")]
    return [f"{task['task_id']} of {task['logical_date'][:10]}" for task in here]
