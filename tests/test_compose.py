"""docker-compose.yaml, as docker-compose itself understands it, and the secrets that it takes from `.env`."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
import yaml
from paperhouse.operate.compose_env import MADE, write_secrets
from paperhouse.settings import REPO

from tests.distributed.containers import find_compose

ENDS_BY_ITSELF = {"prepare"}
PLAIN = {"postgres", "prepare", "api-server", "scheduler", "dag-processor", "triggerer"}
USERS = {"postgres": "postgres", "redis": "redis"}
READ = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "BASE_IMAGE", "TASK_EXECUTOR", "WAREHOUSE_TARGET", "COMPOSE_PROFILES"}


def run_config(**variables: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` with the given variables and no others of ours."""
    command = find_compose()
    if command is None:
        pytest.skip("neither docker-compose nor docker compose is installed; docker-compose.yaml goes unchecked")
    kept = {name: value for name, value in os.environ.items() if name not in READ}
    # An empty file in place of the user's own .env, which may hold a password.
    with NamedTemporaryFile(suffix=".env") as empty:
        return subprocess.run(
            [*command, "--env-file", empty.name, "--file", str(REPO / "docker-compose.yaml"), "config"],
            env=kept | variables,
            capture_output=True,
            text=True,
            check=False,
        )


def read_services(**variables: str) -> dict[str, dict]:
    config = run_config(**variables)
    assert config.returncode == 0, config.stderr
    return yaml.safe_load(config.stdout)["services"]


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    """Of both ways, the plain one first: what holds for the larger holds for the smaller."""
    return read_services(POSTGRES_PASSWORD="chosen1", REDIS_PASSWORD="chosen2", COMPOSE_PROFILES="celery")


def test_nothing_starts_without_a_password() -> None:
    config = run_config()
    assert config.returncode != 0
    assert "export POSTGRES_PASSWORD first" in config.stderr


def test_the_parts_of_airflow_are_there(services: dict[str, dict]) -> None:
    assert set(services) == PLAIN | {"redis", "worker"}


def test_without_the_profile_tasks_run_beside_the_scheduler() -> None:
    services = read_services(POSTGRES_PASSWORD="chosen1")
    # docker-compose 1.29 prints what no profile asked for as well, docker compose does not.
    assert {name for name, service in services.items() if service.get("profiles") != ["celery"]} == PLAIN
    assert services["scheduler"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert services["scheduler"]["environment"]["PAPERHOUSE_TARGET"] == "local"


def test_every_service_that_stays_has_a_health_check(services: dict[str, dict]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == ENDS_BY_ITSELF


def test_no_service_runs_as_root(services: dict[str, dict]) -> None:
    for name, service in services.items():
        assert service["user"] == USERS.get(name, "50000:50000")
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_service_has_limits_and_starts_again(services: dict[str, dict]) -> None:
    for name, service in services.items():
        assert service["mem_limit"], name
        assert float(service["cpus"]) > 0, name
        assert service["restart"] in {"unless-stopped", "on-failure"}, name


def test_there_are_two_workers_unless_told(services: dict[str, dict]) -> None:
    assert services["worker"]["scale"] == 2
    more = read_services(POSTGRES_PASSWORD="chosen1", COMPOSE_PROFILES="celery", WORKER_COUNT="5")
    assert more["worker"]["scale"] == 5


def test_only_the_ui_is_published_and_only_to_this_machine(services: dict[str, dict]) -> None:
    published = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(published) == {"api-server"}
    (port,) = published["api-server"]
    # docker-compose 1.29 prints the short form, docker compose the long one.
    if isinstance(port, dict):
        port = f"{port['host_ip']}:{port['published']}:{port['target']}/{port['protocol']}"
    assert port == "127.0.0.1:8080:8080/tcp"


def test_every_image_has_a_fixed_tag(services: dict[str, dict]) -> None:
    for service in services.values():
        _, _, tag = service["image"].partition(":")
        assert tag[:1].isdigit(), service["image"]


def test_all_parts_of_airflow_share_one_data_volume(services: dict[str, dict]) -> None:
    for name in set(services) - USERS.keys():
        assert services[name]["environment"]["PAPERHOUSE_DATA_DIR"] == "/data"
        assert "data" in str(services[name]["volumes"][0])


def test_a_password_is_written_nowhere_else_than_to_those_who_need_it(services: dict[str, dict]) -> None:
    airflow = {"chosen1": ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "PAPERHOUSE_LAKE_CATALOG"]}
    airflow["chosen2"] = ["AIRFLOW__CELERY__BROKER_URL"]
    own = {"postgres": {"chosen1": ["POSTGRES_PASSWORD"]}, "redis": {"chosen2": ["REDIS_PASSWORD"]}}
    for name, service in services.items():
        for password in ("chosen1", "chosen2"):
            named = [key for key, value in service["environment"].items() if password in str(value)]
            assert named == own.get(name, {} if name in USERS else airflow).get(password, []), name
            assert password not in f"{service.get('command')} {service.get('entrypoint')}"


def test_secrets_are_made_once_and_are_private(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PAPERHOUSE_CONTACT=me@example.org\nREDIS_PASSWORD=mine")
    added = write_secrets(file)
    assert "POSTGRES_PASSWORD" in added
    assert "REDIS_PASSWORD" not in added
    assert file.stat().st_mode & 0o777 == 0o600
    made = file.read_text()
    assert made.startswith("PAPERHOUSE_CONTACT=me@example.org\nREDIS_PASSWORD=mine\n")
    assert write_secrets(file) == []
    assert file.read_text() == made


def test_what_compose_init_writes_starts_the_workers(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    script = REPO / "plugins" / "paperhouse" / "operate" / "compose_env.py"
    subprocess.run([sys.executable, "-I", script, file], check=True)
    made = dict(line.split("=") for line in file.read_text().splitlines() if not line.startswith("#"))
    assert len({made["POSTGRES_PASSWORD"], made["REDIS_PASSWORD"]}) == 2
    assert all(len(made[name]) == 48 for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD"))
    environment = read_services(**made)["worker"]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert environment["PAPERHOUSE_TARGET"] == "lake"


def test_no_program_outside_of_the_containers_reads_what_compose_init_writes() -> None:
    """`.env` holds the settings of `make up` as well, and a lake in a container is not for them."""
    assert not [name for name in MADE if name.startswith(("PAPERHOUSE_", "AIRFLOW", "AWS_"))]
