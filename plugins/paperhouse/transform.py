"""Transform: dbt on one private build file, in this process."""

import hashlib
import os
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


def hash_project() -> str:
    """The sha256 (hex) of what makes the marts: models, seeds, macros and configuration of the dbt project."""
    folder = REPO / "dbt_project"
    files = (file for part in PROJECT_FOLDERS for file in (folder / part).rglob("*") if file.suffix in PROJECT_SUFFIXES)
    total = hashlib.sha256()
    for file in [folder / "dbt_project.yml", *sorted(files)]:
        total.update(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def run_dbt(settings: Settings, build_file: Path, command: str, *arguments: str) -> None:
    """Run one dbt command ("run", "build", "docs generate", …) on `build_file`; raise DbtFailed.

    Every handle is closed on return, so the file can be opened, copied or renamed.
    """
    # A second and a half, unless the process that forked us has it loaded.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["PAPERHOUSE_BUILD_DATABASE"] = str(build_file)
    try:
        # A copy: dbt writes into the manifest what it compiled, and would take it for done the next time.
        outcome = dbtRunner(manifest=parse_project(settings).deepcopy()).invoke(
            _complete(settings.data_dir / "dbt", *command.split(), *arguments)
        )
    finally:
        # One connection for all nodes is a third faster than one a node, but dbt would keep the file locked.
        DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise DbtFailed(_explain(outcome, build_file))


def parse_project(settings: Settings):
    """dbt's manifest of the project as it is now; parsed once a process, or in the one that forked it."""
    return _parse_project(settings.data_dir / "dbt", hash_project())


@lru_cache(maxsize=1)
def _parse_project(work: Path, _project: str):
    from dbt.cli.main import dbtRunner

    # The profile names the build file, and nothing is opened here.
    os.environ.setdefault("PAPERHOUSE_BUILD_DATABASE", "warehouse.duckdb")
    outcome = dbtRunner().invoke(_complete(work, "parse"))
    if not outcome.success:
        raise DbtFailed(f"dbt could not read its project: {outcome.exception}")
    return outcome.result


def _complete(work: Path, command: str, *arguments: str) -> list[str]:
    folder = str(REPO / "dbt_project")
    return [
        # What fails is in the error that is raised. Logging every step, to no reader, was a tenth of a build.
        *("--log-level", "none", "--log-level-file", "none", "--log-path", str(work / "logs")),
        *("--no-use-colors", "--no-version-check", "--no-write-json"),
        command,
        *("--target-path", str(work / "target"), "--project-dir", folder, "--profiles-dir", folder),
        *arguments,
    ]


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
