"""A Docker engine for a test, and images that need no registry: Debian by debootstrap, the rest on top of it.

An engine that answers already is used; else, for root, one is started with a data folder of its own. DOCKER_DATA names
a folder that keeps its images for the next time.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from paperhouse.settings import REPO

BASE = "paperhouse-test/debian:bookworm"
IMAGES = {"postgres": "paperhouse-test/postgres:15", "redis": "paperhouse-test/redis:7"}
STAND_INS = Path(__file__).parent / "images"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NO_BUILDKIT = {"DOCKER_BUILDKIT": "0"}  # an extra program, and Debian's docker-compose knows nothing of it


def find_compose() -> list[str] | None:
    """docker-compose, else the plugin of docker, else None."""
    if program := shutil.which("docker-compose"):
        return [program]
    if shutil.which("docker") and not _run("docker", "compose", "version").returncode:
        return ["docker", "compose"]
    return None


@contextmanager
def running_engine() -> Iterator[dict[str, str]]:
    """The environment in which `docker` finds an engine; skips where none can run, and says why."""
    if not shutil.which("docker"):
        pytest.skip("no docker here; Debian has it in the package docker.io")
    if not _run("docker", "info").returncode:
        yield dict(os.environ) | NO_BUILDKIT
        return
    if os.getuid() or not shutil.which("dockerd"):
        pytest.skip("no Docker engine answers, and only root can start one (dockerd, in Debian's docker.io)")
    kept = os.environ.get("DOCKER_DATA")
    folder = Path(tempfile.mkdtemp(prefix="docker-"))  # short: a socket's path has little room
    log = folder / "dockerd.log"
    socket = f"unix://{folder}/docker.sock"
    paths = {
        "data-root": kept or folder / "data",
        "exec-root": folder / "run",
        "pidfile": folder / "pid",
        "host": socket,
    }
    with log.open("w") as output:
        engine = subprocess.Popen(
            ["dockerd", *(f"--{name}={value}" for name, value in paths.items())],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    environment = os.environ | NO_BUILDKIT | {"DOCKER_HOST": socket}
    try:
        _wait_for_engine(engine, environment, log)
        yield environment
    finally:
        engine.send_signal(signal.SIGTERM)  # it ends its containers and containerd
        with suppress(subprocess.TimeoutExpired):
            engine.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def build_images(environment: dict[str, str]) -> None:
    """Debian, Postgres and Redis; what is there from last time is taken."""
    if _run("docker", "image", "inspect", BASE, environment=environment).returncode:
        _import_debian(environment)
    for name, image in IMAGES.items():
        arguments = ("--file", STAND_INS / f"{name}.Dockerfile", "--build-arg", f"BASE_IMAGE={BASE}", "--tag", image)
        check_run("docker", "build", *arguments, STAND_INS, environment=environment)


def check_run(*command: object, environment: dict[str, str] | None = None) -> str:
    """Run a command that must succeed; returns its standard output."""
    done = _run(*command, environment=environment)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def _import_debian(environment: dict[str, str]) -> None:
    """A minimal Debian with Python, as an image that trusts whom this machine trusts."""
    if not shutil.which("debootstrap"):
        pytest.skip("no debootstrap here, which makes the base image; Debian has it in the package of that name")
    with tempfile.TemporaryDirectory(prefix="debian-") as folder:
        check_run("debootstrap", "--variant=minbase", "--include=python3,python3-venv", "bookworm", folder)
        changes = []
        if CERTIFICATES.exists():
            target = Path(folder, str(CERTIFICATES)[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CERTIFICATES, target)
            changes = ["--change", f"ENV PIP_CERT={CERTIFICATES}"]
        archive = Path(folder).with_suffix(".tar")
        try:
            check_run("tar", "--directory", folder, "--create", "--file", archive, ".")
            check_run("docker", "import", *changes, archive, BASE, environment=environment)
        finally:
            archive.unlink(missing_ok=True)


def _wait_for_engine(engine: subprocess.Popen, environment: dict[str, str], log: Path) -> None:
    deadline = time.monotonic() + 60
    while _run("docker", "info", environment=environment).returncode:
        if engine.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text().splitlines()
            pytest.skip(f"no Docker engine can run here; dockerd says: {lines[-1][-300:] if lines else 'nothing'}")
        time.sleep(0.5)


def _run(*command: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, env=environment, cwd=REPO, capture_output=True, text=True, check=False)
