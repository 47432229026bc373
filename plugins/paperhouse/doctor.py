"""Doctor: everything that can go wrong in a data folder, looked at without changing it or waiting for anybody."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .checkup.days import check_days
from .checkup.files import check_leftovers, check_link, check_locks, check_versions_read, check_write_ahead_logs
from .checkup.finding import Finding, Level, find_problem, find_warning
from .checkup.lake import check_lake
from .checkup.landed import check_landing
from .checkup.machine import check_disk, check_packages, check_settings
from .operate.check_airflow import check_airflow
from .settings import SettingInvalid, Settings

STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.PROBLEM: "bold red"}


def examine(settings: Settings, every: bool = False) -> list[Finding]:
    """Return what was found, in the order in which it is best put right.

    With `every`, all that landed and all kept versions are read, instead of the newest. Nothing is written, no lock is
    taken, nobody is asked; a check that breaks is a finding like any other.
    """
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "packages": lambda: check_packages(settings),
        "settings": lambda: check_settings(settings),
        "disk": lambda: check_disk(settings),
        "first steps": lambda: _check_first_steps(settings),
        "link": lambda: check_link(settings),
        "current version": lambda: check_versions_read(settings, every),
        "lake": lambda: check_lake(settings),
        "write-ahead log": lambda: check_write_ahead_logs(settings),
        "locks": lambda: check_locks(settings),
        "leftovers": lambda: check_leftovers(settings),
        "landing": lambda: check_landing(settings, every),
        "days": lambda: check_days(settings),
        "Airflow": lambda: check_airflow(settings),
    }
    findings = []
    for name, check in checks.items():
        try:
            findings += check()
        except Exception as error:  # what is broken in a way that nobody foresaw must not hide the rest
            seen = f"could not be looked at: {type(error).__name__}: {' '.join(str(error).split())}"
            findings.append(find_problem(name, seen, "what it names is damaged; put that right and look again"))
    return findings


def find_exit_code(findings: list[Finding]) -> int:
    """0 when all is well, 1 when there are warnings, 2 when there are problems."""
    levels = {finding.level for finding in findings}
    return 2 if Level.PROBLEM in levels else 1 if Level.WARNING in levels else 0


def refuse_settings(error: SettingInvalid) -> list[Finding]:
    """What is found when the settings cannot be read: nothing else can be looked at."""
    return [find_problem("settings", str(error), "export it again, or put it right in .env")]


def print_findings(findings: list[Finding], form: str) -> None:
    """Print a table for people, or JSON for programs: a list of name, level, seen, advice."""
    if form == "json":
        print(json.dumps([asdict(finding) for finding in findings], indent=1, ensure_ascii=False))
        return
    table = Table.grid(padding=(0, 2))
    for one in findings:
        words = f"{one.seen}\n-> {one.advice}" if one.advice else one.seen
        table.add_row(Text(one.level, style=STYLES[one.level]), one.name, Text(words, overflow="fold"))
    # Piped output keeps its lines whole; a terminal wraps them.
    Console(width=None if sys.stdout.isatty() else 10_000, markup=False, highlight=False).print(table)


def _check_first_steps(settings: Settings) -> Iterator[Finding]:
    """An empty folder is what a new installation has, and a disk that was not mounted."""
    if settings.warehouse_link.is_symlink() or settings.versions_dir.exists():
        return
    if not settings.landing_dir.exists():
        yield find_warning(
            "first steps",
            f"{settings.data_dir} {'is empty' if settings.data_dir.exists() else 'does not exist'}",
            "try make demo, or load a day: make run DATE=2025-12-25; if there was data, find where it went",
        )
    else:
        yield find_warning(
            "first steps", "something landed, and nothing was ever published", "load a day: make run DATE=2025-12-25"
        )
