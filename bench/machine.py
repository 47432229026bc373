"""What a measurement ran on, and how many checks it carried."""

import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

import psutil
from paperhouse.settings import REPO

PACKAGES = ("paperhouse", "apache-airflow", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations")


def describe_machine() -> dict:
    """Processors, memory and system; the load says whether others were at work when the run began."""
    return {
        "cpu": _name_cpu(),
        "cpu_count": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def list_versions() -> dict:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def count_dbt_tests(manifest: dict) -> dict:
    """Data tests, which every build runs, and unit tests, which `make test` runs."""
    data_tests = sum(node["resource_type"] == "test" for node in manifest["nodes"].values())
    return {"data_tests": data_tests, "unit_tests": len(manifest["unit_tests"])}


def count_expectations() -> dict:
    """Expectations by suite of Great Expectations."""
    suites = sorted((REPO / "expectations" / "suites").glob("*.json"))
    return {suite.stem: len(json.loads(suite.read_bytes())["expectations"]) for suite in suites}


def _name_cpu() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.processor() or platform.machine()
