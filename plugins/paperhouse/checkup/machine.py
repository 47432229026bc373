"""The installation: versions of what was installed, settings, room on the disk."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from ..landing import name_source
from ..publish import current_version
from ..settings import LOOPBACK, REPO, Settings
from .finding import Finding, find_ok, find_problem, find_warning

PINNED = ("apache-airflow", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations")
PYTHONS = ((3, 11), (3, 14))  # from, and before
COPIES = 3  # of the current version: the build, its compacted copy, and the version it becomes
LEAST_ROOM = 500 * 1024 * 1024  # bytes; logs, Data Docs and Airflow's metadata grow too


def check_packages(settings: Settings) -> Iterator[Finding]:
    """Python, and the packages whose versions were tried together, against requirements/runtime.txt."""
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    if not PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]:
        yield find_problem("packages", f"{python} runs", "use Python 3.11, 3.12 or 3.13: remove .venv, then make venv")
        return
    pins = _read_pins(REPO / "requirements" / "runtime.txt")
    found = {name: _find_version(name) for name in PINNED}
    others = [
        f"{name} {found[name] or 'missing'} instead of {pins[name]}" for name in pins if found[name] != pins[name]
    ]
    if others:
        yield find_problem("packages", "; ".join(others), "install what was tested: make clean, then make venv")
        return
    listed = ", ".join(f"{name} {number}" for name, number in found.items())
    yield find_ok("packages", f"{python}, {listed}{', as pinned' if pins else ''}")


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Addresses, tokens (present or not, never shown), and whether the data folder belongs to this source."""
    urls = (settings.hf_url, settings.arxiv_url, settings.arxiv_api_url)
    live = [host for host in dict.fromkeys(urlsplit(url).hostname for url in urls) if host not in LOOPBACK]
    file = settings.landing_dir / "source.txt"
    source = file.read_text() if file.exists() else None
    if source not in {None, name_source(settings.hf_url)}:
        yield find_problem(
            "source",
            f"{settings.data_dir} holds papers of {source}, and PAPERHOUSE_HF_URL is {settings.hf_url}",
            "set PAPERHOUSE_DATA_DIR to another folder for this source, or PAPERHOUSE_HF_URL back",
        )
    elif live and len(live) < len(set(urls)):
        yield find_warning(
            "source",
            f"some sources are real and some are on this machine: {', '.join(urls)}",
            "set all of PAPERHOUSE_HF_URL, PAPERHOUSE_ARXIV_URL, PAPERHOUSE_ARXIV_API_URL, or none",
        )
    else:
        yield find_ok("source", source or ", ".join(live) or "offline source")
    secrets = {"PAPERHOUSE_HF_TOKEN": settings.hf_token, "PAPERHOUSE_LLM_KEY": settings.llm_key}
    seen = [f"{name} is {'set' if value else 'not set'}" for name, value in secrets.items()]
    if live and not settings.contact:
        yield find_warning(
            "settings",
            f"PAPERHOUSE_CONTACT is not set; {', '.join(seen)}",
            f"set it to an address where {', '.join(live)} can reach you, before they block an unknown caller",
        )
    else:
        yield find_ok("settings", ", ".join(seen))


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the next build finds room, and may write."""
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    version_file = current_version(settings)
    size = version_file.stat().st_size if version_file else 0
    needed = COPIES * size
    free = shutil.disk_usage(folder).free
    seen = f"{_format_size(free)} free, a build needs {_format_size(needed)}"
    if not os.access(folder, os.W_OK | os.X_OK):
        yield find_problem("disk", f"{folder} cannot be written by this user", "run as its owner, or chown it")
    elif free < needed:
        yield find_problem("disk", seen, "make room, or move the data folder to a larger disk; nothing old is lost")
    elif free < needed + LEAST_ROOM:
        yield find_warning("disk", seen, "make room soon: landing/ and logs grow every day")
    else:
        yield find_ok("disk", seen)


def _read_pins(file: Path) -> dict[str, str]:
    """Where the project is installed without its requirements there are no pins to compare with."""
    text = file.read_text() if file.exists() else ""
    pins = dict(re.findall(r"^([a-z-]+)==([^\s;\\]+)", text, re.MULTILINE))
    return {name: pins[name] for name in PINNED if name in pins}


def _find_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _format_size(size: int) -> str:
    megabytes = size / 1024 / 1024
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.0f} MB"
