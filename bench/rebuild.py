"""A rebuild beside its physical floor: the same landed files and the same SQL in plain DuckDB, once, in one process.

The floor reads the landed files, the seeds and nothing else, and creates each model from its compiled SQL, into a
file. It has no hashes to check, no verdicts to weigh, no constraints, descriptions or tests, no second copy and no
dbt. Imports and dbt's compilation are in neither time; dbt's own start and parsing are in the rebuild's.
"""

import json
import os
import statistics
import time
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
from paperhouse.content_hash import hash_content
from paperhouse.rebuild import rebuild_warehouse
from paperhouse.settings import REPO, Settings
from paperhouse.transform import DbtFailed, hash_project

from .machine import count_dbt_tests

FLOOR = Path(__file__).with_name("floor.sql")


def measure_rebuild(data: Path, repeats: int) -> dict:
    """Rebuild the data folder; the median of the seconds, and the content hash of what it published."""
    import dbt.adapters.duckdb
    import dbt.cli.main  # noqa: F401 - a second and a half that is not the rebuild's

    hash_project()  # read once a process
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        rebuilt = rebuild_warehouse(Settings(data_dir=data), say=lambda line: None)
        seconds.append(round(time.perf_counter() - started, 2))
    return {
        "seconds": statistics.median(seconds),
        "repeats": seconds,
        "equal_to_before": rebuilt.hash_before == rebuilt.hash_after,
        "content_hash": rebuilt.hash_after,
    }


def measure_floor(data: Path, work: Path, repeats: int) -> dict:
    """Make the same marts without paperhouse; the seconds of the median run, and the number of dbt's tests."""
    manifest = compile_project(work)
    measured = [_build_floor(Settings(data_dir=data).landing_dir, work / str(n), manifest) for n in range(repeats)]
    measured.sort(key=lambda one: one["seconds"])
    repeats_s = [one["seconds"] for one in measured]
    return measured[len(measured) // 2] | {"repeats": repeats_s, "dbt_tests_by_kind": count_dbt_tests(manifest)}


def compile_project(work: Path) -> dict:
    """dbt's manifest with the SQL of every model, compiled for an empty database."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    work.mkdir(parents=True, exist_ok=True)
    os.environ["PAPERHOUSE_BUILD_DATABASE"] = str(work / "warehouse.duckdb")
    project = ["--project-dir", str(REPO / "dbt_project"), "--profiles-dir", str(REPO / "dbt_project")]
    quiet = ["--log-level", "none", "--log-path", str(work / "logs"), "--no-version-check"]
    outcome = dbtRunner().invoke(
        [*quiet, "compile", "--select", "resource_type:model", *project, "--target-path", str(work)]
    )
    DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise DbtFailed(f"dbt could not compile the project: {outcome.exception or work / 'logs'}")
    return json.loads((work / "manifest.json").read_bytes())


def _build_floor(landing: Path, folder: Path, manifest: dict) -> dict:
    folder.mkdir()
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in {"seed", "model"}}
    order = TopologicalSorter({key: node["depends_on"].get("nodes", []) for key, node in nodes.items()}).static_order()
    statements = [_create(nodes[key]) for key in order if key in nodes and nodes[key]["relation_name"]]
    # The name of the file is the name of the database in the compiled SQL.
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
    connection.execute("set variable landing = $landing", {"landing": str(landing)})
    started = time.perf_counter()
    connection.execute(FLOOR.read_text())
    read = time.perf_counter()
    for statement in statements:
        connection.execute(statement)
    connection.execute("checkpoint")
    ended = time.perf_counter()
    content_hash = hash_content(connection)
    connection.close()
    return {
        "seconds": round(ended - started, 3),
        "read_seconds": round(read - started, 3),
        "model_seconds": round(ended - read, 3),
        "models": len(statements),
        "content_hash": content_hash,
    }


def _create(node: dict) -> str:
    if node["resource_type"] == "model":
        return f"create table {node['relation_name']} as {node['compiled_code']}"
    file = REPO / "dbt_project" / node["original_file_path"]
    types = f", types = {node['config']['column_types']}" if node["config"]["column_types"] else ""
    return f"create table {node['relation_name']} as from read_csv('{file}'{types})"
