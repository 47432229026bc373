"""Rebuild: the whole warehouse anew, from the landing zone and the verdicts in it alone.

The order of the end makes it safe to kill anywhere. First the new working database takes the place of the old one:
both tell of the same fetches, so the version before stays right. Then the new version takes over.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from .build import LOCK_TIMEOUT, prepare_build
from .content_hash import compare_content, hash_version
from .coordination import hold_shared_lock
from .errors import PaperhouseError
from .locking import hold_lock
from .publish import current_version, follow_lake, name_version, publish_build, sync_path
from .publish_log import record_publish
from .read_landing import Unusable, read_landing
from .scope import copy_everything
from .settings import Settings
from .transform import run_dbt
from .verify import is_whole
from .warehouse import WORKING_LOCK_TIMEOUT, create_raw_tables, open_build, open_version


class NothingToRebuild(PaperhouseError):
    """No usable fetch or batch was ever accepted; what is published stays."""


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild made. `hash_before` is None without a readable version before it.

    `differences` are lines like "papers: 2 rows only before, 3 only after", by table, and empty for equal hashes.
    """

    version: Path
    unusable: list[Unusable]
    hash_before: str | None
    hash_after: str
    differences: list[str]


def rebuild_warehouse(settings: Settings, say: Callable[[str], None] = print) -> Rebuilt:
    """Make the working database and the published version anew; nothing is fetched and nothing is judged again.

    Landed folders that are not what was received are left out and named; fetches without a verdict wait for the next
    build. Raises NothingToRebuild, DbtFailed, ReadBackFailed, LockTimeout; the warehouse is as before then.
    """
    started, started_at = time.monotonic(), datetime.now(UTC)
    draft = settings.data_dir / "rebuild" / "working.duckdb"
    with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings):
        base = current_version(settings)
        shutil.rmtree(draft.parent, ignore_errors=True)  # of a killed rebuild; the lock says that nobody is in it
        with open_build(draft) as working:
            create_raw_tables(working)
            read_landing(settings, working, say)
            build_file = _copy_accepted(settings, working, say)
        run_dbt(settings, build_file, "build", "--exclude", "resource_type:unit_test")
        say(f"{time.monotonic() - started:.1f} s: built and tested")
        unusable = _replace_working(settings, draft)
        name = name_version(base)
        # A damaged version has no say in the log of the next.
        record_publish(build_file, base if base and is_whole(base) else None, name, started_at)
        version = publish_build(settings, build_file, base, name)
        shutil.rmtree(settings.build_dir)
        shutil.rmtree(draft.parent)
    say(f"{time.monotonic() - started:.1f} s: published {version.parent.name}")
    return _sum_up(base, version, unusable, say)


def _copy_accepted(settings: Settings, working: duckdb.DuckDBPyConnection, say: Callable) -> Path:
    accepted, rejected, held = working.execute("""
        select
            count(*) filter (is_accepted and not is_held), count(*) filter (not is_accepted), count(*) filter (is_held)
        from raw.verdicts
    """).fetchone()
    if not accepted:
        raise NothingToRebuild(
            f"{settings.landing_dir} has no accepted fetch or batch; load a day first: make run DATE=2025-12-25"
        )
    say(f"building {accepted} accepted fetches and batches; {rejected} were rejected, {held} are held")
    build_file = prepare_build(settings, None)
    copy_everything(settings, working, build_file)
    return build_file


def _replace_working(settings: Settings, draft: Path) -> list[Unusable]:
    """Put the new working database in the place of the old one; return every unusable folder."""
    with hold_lock(settings.locks_dir / "working.lock", WORKING_LOCK_TIMEOUT):
        # Runs went on landing and loading meanwhile, into the old file, and will not load again.
        with open_build(draft) as working:
            unusable = read_landing(settings, working, say=lambda line: None)
            working.execute("checkpoint")
        # The log of a killed writer would not fit to the new file, and the old file needs it until the very end.
        log = settings.working_database.with_name(settings.working_database.name + ".wal")
        if log.exists():
            with suppress(duckdb.Error), open_build(settings.working_database):
                pass
            log.unlink(missing_ok=True)
        draft.replace(settings.working_database)
        sync_path(settings.data_dir)
    return unusable


def _sum_up(base: Path | None, version: Path, unusable: list[Unusable], say: Callable) -> Rebuilt:
    for folder, reason in unusable:
        say(f"unusable: {folder.parent.name}/{folder.name}: {reason}")
    hash_before, hash_after = base and hash_version(base), hash_version(version)
    differences = compare_content(base, version) if hash_before not in (None, hash_after) else []
    with open_version(version) as warehouse:
        dates, papers = warehouse.execute(
            "select (select count(*) from day_status), (select count(*) from papers)"
        ).fetchone()
    say(f"rebuilt: {dates} dates, {papers} papers, {len(unusable)} unusable folders")
    say(f"content hash before: {hash_before or 'there was no version that can be read'}")
    say(f"content hash after:  {hash_after}{', equal' if hash_before == hash_after else ''}")
    for line in differences:
        say(line)
    return Rebuilt(version, unusable, hash_before, hash_after, differences)
