"""Transform: dbt on one private build file, in this process."""

import hashlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from .errors import PaperhouseError
from .settings import REPO, Settings
from .warehouse import open_build

SAMPLE_ROWS = 3
PROJECT_FOLDERS = ("macros", "models", "seeds")
PROJECT_SUFFIXES = {".sql", ".yml", ".csv"}


class DbtFailed(PaperhouseError):
    """A model or a data test failed; the message names it and shows rows."""


def hash_project(parts: tuple[str, ...] = PROJECT_FOLDERS) -> str:
    """The sha256 (hex) of what makes the marts: models, seeds, macros and configuration of the dbt project."""
    folder = REPO / "dbt_project"
    files = (file for part in parts for file in (folder / part).rglob("*") if file.suffix in PROJECT_SUFFIXES)
    total = hashlib.sha256()
    for file in [folder / "dbt_project.yml", *sorted(files)]:
        total.update(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def run_dbt(settings: Settings, build_file: Path, command: str, *arguments: str) -> None:
    """Run one dbt command ("run", "build", "docs generate", …) on `build_file`; raise DbtFailed.

    Every handle is closed on return, so the file can be opened, copied or renamed. Ctrl-C and the timeout of a task
    interrupt the running query and are raised as what they are.
    """
    # A second and a half, unless the process that forked us has it loaded.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["PAPERHOUSE_BUILD_DATABASE"] = str(build_file)
    try:
        # A copy: dbt writes into the manifest what it compiled, and would take it for done the next time.
        runner = dbtRunner(manifest=parse_project(settings).deepcopy())
        with _timeout_as_interrupt():
            outcome = runner.invoke(_complete(settings.data_dir / "dbt", command, *arguments))
    finally:
        # One connection for all nodes is a third faster than one a node, but dbt would keep the file locked.
        DuckDBConnectionManager.close_all_connections()
    _raise_if_stopped(outcome)
    if not outcome.success:
        raise DbtFailed(_explain(outcome, build_file))


@contextmanager
def _timeout_as_interrupt() -> Iterator[None]:
    """Let what a SIGALRM raises reach dbt as Ctrl-C.

    Airflow's execution_timeout is an exception in the main thread, while the query runs in one of dbt's. For Ctrl-C
    dbt interrupts its queries; for any other exception it waits for them, that is for ever when one never ends.
    """
    on_alarm = signal.getsignal(signal.SIGALRM)
    if not callable(on_alarm) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: object) -> None:
        try:
            on_alarm(number, frame)
        except BaseException as reason:
            raise KeyboardInterrupt from reason

    signal.signal(signal.SIGALRM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, on_alarm)


def parse_project(settings: Settings):
    """dbt's manifest of the project as it is now; parsed once a process, or in the one that forked it."""
    # Tests make no mart, but a task must not run those that its scheduler read before somebody mended one.
    return _parse_project(settings.data_dir / "dbt", hash_project((*PROJECT_FOLDERS, "tests")))


@lru_cache(maxsize=1)
def _parse_project(work: Path, _project: str):
    from dbt.cli.main import dbtRunner

    # The profile names the build file, and nothing is opened here.
    os.environ.setdefault("PAPERHOUSE_BUILD_DATABASE", "warehouse.duckdb")
    outcome = dbtRunner().invoke(_complete(work, "parse"))
    _raise_if_stopped(outcome)
    if not outcome.success:
        raise DbtFailed(f"dbt could not read its project: {outcome.exception}")
    return outcome.result


def _complete(work: Path, command: str, *arguments: str) -> list[str]:
    folder = str(REPO / "dbt_project")
    return [
        # What fails is in the error that is raised. Logging every step, to no reader, was a tenth of a build.
        *("--log-level", "none", "--log-level-file", "none", "--log-path", str(work / "logs")),
        *("--no-use-colors", "--no-version-check", "--no-write-json"),
        # The static parser keeps threads that a fork does not take along: a task forked from a scheduler that had
        # parsed the project waited for them for ever when the project had changed since. It is no faster here.
        "--no-static-parser",
        *command.split(),
        *("--target-path", str(work / "target"), "--project-dir", folder, "--profiles-dir", folder),
        *arguments,
    ]


def _raise_if_stopped(outcome) -> None:
    """dbt hands back Ctrl-C and timeouts like any error; to a caller they mean "stop", not "a model is wrong"."""
    if outcome.exception and not isinstance(outcome.exception, Exception):
        raise outcome.exception.__cause__ or outcome.exception


def _explain(outcome, build_file: Path) -> str:
    if outcome.exception:
        return f"dbt could not run: {outcome.exception}"
    failed = [result for result in outcome.result if result.status in {"error", "fail", "runtime error"}]
    return "; ".join(_explain_node(result, build_file) for result in failed) or "dbt failed without saying why"


def _explain_node(result, build_file: Path) -> str:
    node = result.node
    message = f"{node.resource_type} {node.name}: {' '.join((result.message or '').split())}"
    code = getattr(node, "compiled_code", None)
    if result.status == "fail" and code:
        with open_build(build_file) as connection:
            rows = connection.execute(f"from ({code}) limit {SAMPLE_ROWS}").fetchall()
        message += f", for example {rows}"
    return message
