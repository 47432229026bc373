"""The files of the warehouse: the link, its versions, locks, write-ahead logs, and what killed processes left."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil

from ..landing import name_landed
from ..publish import current_version, list_versions
from ..settings import Settings
from ..storage import is_in_bucket, list_landed
from ..verify import FIX, VersionDamaged, verify_version
from .finding import Finding, find_ok, find_problem, find_warning, list_some

OLD = 3600  # seconds; a build, and a fetch, take far less
LOCKED = "Could not set lock"  # DuckDB's words
REMADE = "paperhouse rebuild makes it again from landing/"


def check_link(settings: Settings) -> Iterator[Finding]:
    """What readers open must be a relative symlink to a version."""
    link = settings.warehouse_link
    kept = list_versions(settings)
    newest = f"versions/{kept[-1].parent.name}/{link.name}" if kept else None
    way_back = f"let it point to the newest version: ln -sfn {newest} {link}" if newest else REMADE
    if not link.is_symlink():
        if link.exists():
            yield find_problem("link", f"{link} is a file and no link", f"move it away; {way_back}")
        elif kept:
            yield find_problem("link", f"{link} is missing, {len(kept)} versions are there", way_back)
        return
    target = link.readlink()
    if not link.exists():
        yield find_problem("link", f"{link} points to {target}, which is not there", way_back)
    elif settings.versions_dir.resolve() not in link.resolve().parents:
        yield find_problem("link", f"{link} points to {target}, outside of {settings.versions_dir}", way_back)
    elif target.is_absolute():
        yield find_warning(
            "link", f"{link} points to {target}, an absolute path", f"before the folder moves, {way_back}"
        )
    else:
        yield find_ok("link", f"{link.name} -> {target}")


def check_versions_read(settings: Settings, every: bool) -> Iterator[Finding]:
    """The current version is as published; with `every`, the older ones too, as a rollback needs them."""
    current, kept = current_version(settings), list_versions(settings)
    chosen = [one for one in kept if every or one == current]
    broken = {one: fault for one in chosen if (fault := _find_fault(one))}
    if current in broken and LOCKED in broken[current]:
        yield find_problem(
            "current version", broken[current], "a program has it open for writing and keeps readers out: close it"
        )
    elif current in broken:
        good = [one for one in kept if one < current and one not in broken]
        yield find_problem(
            "current version",
            broken[current],
            "paperhouse rollback gives readers the one before; then paperhouse rebuild" if good else REMADE,
        )
    elif current:
        yield find_ok("current version", f"{current.parent.name} is as published; {len(kept)} kept")
    for one, fault in broken.items():
        if one != current:
            yield find_warning("older version", fault, f"remove {one.parent}, so that no rollback takes it")


def check_locks(settings: Settings) -> Iterator[Finding]:
    """Who holds the two locks of the warehouse. A lock file that nobody holds is no leftover: it stays for ever."""
    held = {name: find_holders(settings.locks_dir / f"{name}.lock") for name in ("publish", "working")}
    seen = [f"{name}.lock: {' and '.join(who)}" for name, who in held.items() if who]
    age = _find_age(settings.build_dir) if held["publish"] else 0
    if age > OLD:
        yield find_warning(
            "locks",
            f"{'; '.join(seen)}; its build has been at work for {age / 3600:.1f} h",
            "look into its log; when it hangs, end it: the lock is free at once, and the next build begins anew",
        )
    else:
        yield find_ok("locks", "; ".join(seen) or "nobody holds one")


def check_write_ahead_logs(settings: Settings) -> Iterator[Finding]:
    """A write-ahead log beside a file that nobody writes: rows that a copy of the file alone would lose."""
    for file in [*list_versions(settings), settings.warehouse_link]:
        if _name_log(file).exists():
            yield find_problem(
                "write-ahead log",
                f"{_name_log(file)}: somebody opened the published file for writing",
                f"close that program and remove the log; open the warehouse read-only; {REMADE}",
            )
    writers = {settings.working_database: "working", settings.build_dir / "warehouse.duckdb": "publish"}
    for file, lock in writers.items():
        if _name_log(file).exists() and not find_holders(settings.locks_dir / f"{lock}.lock"):
            yield find_warning(
                "write-ahead log",
                f"{_name_log(file)} was left by a killed process",
                "leave it: the next run takes it in; copy neither file without the other until then",
            )


def check_leftovers(settings: Settings) -> Iterator[Finding]:
    """What killed processes left. Nothing of it does harm, and most of it goes with the next build."""
    left = []
    if not find_holders(settings.locks_dir / "publish.lock"):
        left = [path for path in (settings.build_dir, settings.data_dir / "rebuild") if path.exists()]
    if left:
        yield find_warning("leftovers", f"{list_some(left)}: a build was killed", "nothing; the next one removes it")
    records = {"fetch.json": ("hf/daily", 2), "look.json": ("hf/papers", 2), "text.json": ("texts", 2)}
    records |= {"batch.json": ("readings", 1), "query.json": ("arxiv/query", 1)}
    halves = [
        name_landed(settings, folder)
        for last, (place, depth) in records.items()
        for folder, names in list_landed(settings.landing_dir / place, depth).items()
        if last not in names and _find_landed_age(folder) > OLD
    ]
    if halves:
        yield find_warning("leftovers", f"never landed whole: {list_some(halves)}", "remove them; nobody reads them")
    drafts = [*settings.data_dir.glob(".warehouse.duckdb.*")]
    if not is_in_bucket(settings.landing_dir):
        drafts += settings.landing_dir.rglob(".*.[0-9]*")
    old = [os.path.relpath(path, settings.data_dir) for path in drafts if _find_age(path) > OLD]
    if old:
        yield find_warning("leftovers", f"drafts of killed processes: {list_some(old)}", "remove them")
    if not left and not halves and not old:
        yield find_ok("leftovers", "none")


def find_holders(lock: Path) -> list[str]:
    """Who holds a lock file, like "process 4711 (paperhouse), which started at 2025-12-26 09:00 UTC".

    The kernel's own list is read: trying the lock would take it for a moment. Where there is none, nobody is named.
    """
    try:
        inode = lock.stat().st_ino
        rows = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return []
    fields = [row.split() for row in rows if " FLOCK " in row and "->" not in row]
    return [_describe_process(int(row[4])) for row in fields if row[5].rpartition(":")[2] == str(inode)]


def _describe_process(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        started = time.strftime("%Y-%m-%d %H:%M", time.gmtime(process.create_time()))
        return f"process {pid} ({process.name()}), which started at {started} UTC"
    except (psutil.Error, ValueError):
        return f"process {pid}"


def _find_fault(version: Path) -> str | None:
    try:
        verify_version(version)
    except VersionDamaged as error:
        return str(error).removesuffix(f"; {FIX}")
    return None


def _name_log(file: Path) -> Path:
    return file.with_name(f"{file.name}.wal")


def _find_landed_age(folder: Path) -> float:
    """In a bucket there are no folders with an age; their names begin with their moment."""
    if not is_in_bucket(folder):
        return _find_age(folder)
    return time.time() - datetime.strptime(f"{folder.name[:15]}+0000", "%Y%m%dT%H%M%S%z").timestamp()


def _find_age(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
