"""Starting paperhouse as its users do: as a command, with its own data folder."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

PAPERHOUSE = Path(sys.executable).with_name("paperhouse")


def make_environment(data_dir: Path, source_url: str | None = None, **extra: str) -> dict[str, str]:
    """The caller's environment without any setting of paperhouse or Airflow but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAPERHOUSE_", "AIRFLOW"))}
    names = ("PAPERHOUSE_HF_URL", "PAPERHOUSE_ARXIV_URL", "PAPERHOUSE_ARXIV_API_URL")
    sources = dict.fromkeys(names, source_url or "http://127.0.0.1:9")
    return kept | sources | {"PAPERHOUSE_DATA_DIR": str(data_dir)} | extra


@dataclass(frozen=True)
class Up:
    """A running `paperhouse up`."""

    url: str
    password: str
    data_dir: Path
    environment: dict[str, str]
    pid: int


@contextmanager
def start_up(data_dir: Path, source_url: str, **extra: str) -> Iterator[Up]:
    """`paperhouse up` until the block ends; nothing of it may be left then."""
    data_dir.mkdir(parents=True, exist_ok=True)
    terminal = data_dir / "terminal.txt"
    environment = make_environment(data_dir, source_url, AIRFLOW__API__PORT=str(find_free_port()), **extra)
    with terminal.open("w") as output:
        process = subprocess.Popen([PAPERHOUSE, "up"], env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            while not (shown := re.search(r"runs at (\S+) .*\n.*password (\S+)", terminal.read_text())):
                assert process.poll() is None, terminal.read_text()
                time.sleep(0.2)
            yield Up(shown[1], shown[2], data_dir, environment, process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(120)
    assert list_airflow_processes(data_dir) == []


def run_paperhouse(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a `paperhouse` command to its end; stdout and stderr come together, as on a terminal."""
    return subprocess.run(
        [PAPERHOUSE, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def run_python(code: str, environment: dict[str, str]) -> str:
    """What `code` prints, run in a Python of its own; Airflow reads its settings once a process."""
    return subprocess.run(
        [sys.executable, "-c", dedent(code)], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def list_airflow_processes(data_dir: Path) -> list[int]:
    """The processes that work in this data folder, by what their environment says."""
    mark = f"PAPERHOUSE_DATA_DIR={data_dir}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if mark in variables and b"airflow" in command:
            found.append(int(folder.name))
    return found
