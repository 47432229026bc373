"""A private Postgres on loopback, as a catalog for the lake and for Airflow; it ends with the block, or with us."""

import getpass
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .airflow_service import find_free_port

USER, PASSWORD = "paperhouse", "kept-by-tests-only"
STARTED_WITHIN = 60  # seconds; one when nothing else runs


@dataclass(frozen=True)
class Postgres:
    """A running server. `dsn` is of a database that is always there; take one of your own with `make_database`."""

    port: int
    pid: int
    folder: Path

    @property
    def dsn(self) -> str:
        return self.dsn_of("postgres")

    def dsn_of(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make_database(self) -> str:
        """The address of a new, empty database."""
        name = f"db_{secrets.token_hex(4)}"
        self.execute(f"create database {name}")
        return self.dsn_of(name)

    def execute(self, statement: str, dsn: str | None = None) -> list[tuple]:
        """Run one statement, outside of a transaction; return its rows, if it has any."""
        import psycopg2  # only here: tests that never start a server do without

        connection = psycopg2.connect(dsn or self.dsn)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@contextmanager
def start_postgres(max_connections: int = 100) -> Iterator[Postgres]:
    """A server with an empty cluster until the block ends; skips the test where Debian's postgresql is missing."""
    pytest.importorskip("psycopg2", reason="no driver of Postgres here; make venv-cluster installs it")
    programs = find_programs()
    if programs is None:
        pytest.skip("no Postgres server here; Debian has it in the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        _make_cluster(programs, folder)
        with _serve(programs, folder, find_free_port(), max_connections) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def find_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest of several; Debian keeps it out of PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def _serve(programs: Path, folder: Path, port: int, max_connections: int) -> Iterator[Postgres]:
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": max_connections,
        "fsync": "off",  # nothing here outlives a power cut
    }
    flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            _as_postgres(programs / "postgres", "-D", folder / "data", *flags),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Postgres(port, process.pid, folder)
    try:
        _wait_until_open(server, process, log)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # closes connections that a test left open, and ends
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_until_open(server: Postgres, process: subprocess.Popen, log: Path) -> None:
    from psycopg2 import OperationalError

    deadline = time.monotonic() + STARTED_WITHIN
    while True:
        try:
            server.execute("select 1")
        except OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return


def _make_cluster(programs: Path, folder: Path) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    if os.getuid() == 0:
        for path in (folder, password):
            shutil.chown(path, "postgres", "postgres")
    options = ("-U", USER, f"--pwfile={password}", "--auth=scram-sha-256", "--no-sync", "--locale=C.UTF-8")
    done = subprocess.run(
        _as_postgres(programs / "initdb", "-D", folder / "data", *options), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _as_postgres(*command: object) -> list[str]:
    """The command as a user that Postgres runs for, which root is not; it ends when this process is killed."""
    account = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if getpass.getuser() == "root" else []
    return ["setpriv", *account, "--pdeathsig=INT", *map(str, command)]
