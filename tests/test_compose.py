"""docker-compose.yaml, as docker-compose itself understands it."""

import os
import shutil
import subprocess
from tempfile import NamedTemporaryFile

import pytest
import yaml
from paperhouse.settings import REPO

ENDS_BY_ITSELF = {"prepare"}


def run_config(**variables: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` with the given variables and no others of ours."""
    command = [shutil.which("docker-compose") or ""]
    if not command[0]:
        has_plugin = (
            shutil.which("docker")
            and not subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
        )
        if not has_plugin:
            pytest.skip("neither docker-compose nor docker compose is installed; docker-compose.yaml goes unchecked")
        command = ["docker", "compose"]
    kept = {name: value for name, value in os.environ.items() if name not in {"POSTGRES_PASSWORD", "BASE_IMAGE"}}
    # An empty file in place of the user's own .env, which may hold a password.
    with NamedTemporaryFile(suffix=".env") as empty:
        return subprocess.run(
            [*command, "--env-file", empty.name, "--file", str(REPO / "docker-compose.yaml"), "config"],
            env=kept | variables,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def services() -> dict[str, dict]:
    config = run_config(POSTGRES_PASSWORD="chosen1")
    assert config.returncode == 0, config.stderr
    return yaml.safe_load(config.stdout)["services"]


def test_nothing_starts_without_a_password() -> None:
    config = run_config()
    assert config.returncode != 0
    assert "export POSTGRES_PASSWORD first" in config.stderr


def test_the_parts_of_airflow_are_there(services: dict[str, dict]) -> None:
    assert set(services) == {"postgres", "prepare", "api-server", "scheduler", "dag-processor", "triggerer"}


def test_every_service_that_stays_has_a_health_check(services: dict[str, dict]) -> None:
    assert {name for name, service in services.items() if "healthcheck" not in service} == ENDS_BY_ITSELF


def test_no_service_runs_as_root(services: dict[str, dict]) -> None:
    assert {service.get("user") for service in services.values()} == {"50000:50000", "postgres"}


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
    for name in set(services) - {"postgres"}:
        assert services[name]["environment"]["PAPERHOUSE_DATA_DIR"] == "/data"
        assert "data" in str(services[name]["volumes"][0])


def test_the_password_is_written_nowhere_else_than_to_the_database_parts(services: dict[str, dict]) -> None:
    for service in services.values():
        named = [name for name, value in service["environment"].items() if "chosen1" in str(value)]
        assert named in (["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"], ["POSTGRES_PASSWORD"])
