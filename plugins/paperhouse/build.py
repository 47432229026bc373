"""Build: every waiting fetch is judged, the accepted ones become the next version, together and once."""

import json
import shutil
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .coordination import hold_shared_lock
from .judge import Judge, Verdict, read_verdict
from .landing import find_named
from .publish import (
    BaseIsStale,
    current_version,
    follow_lake,
    is_of_this_project,
    name_version,
    publish_build,
    remove_halves,
)
from .publish_log import record_publish, summarize_changes
from .scope import Waiting, copy_scope, list_waiting, record_verdicts, tells_of_held
from .settings import Settings
from .storage import write_file
from .transform import DbtFailed, run_dbt
from .warehouse import open_build

STAGING = ("path:models/staging", "hf_fields")  # what the judge looks at; all else comes after its verdict
LOCK_TIMEOUT = 3600  # seconds; a queue of builds, each of a few seconds


@dataclass(frozen=True)
class Built:
    """What a build did, in fetches and batches. `version` is None when nothing new was accepted.

    `changes` has a line for each version it published, like "+17 papers, 2 changed, votes +34".
    """

    version: Path | None = None
    accepted_count: int = 0
    rejected_count: int = 0
    changes: tuple[str, ...] = ()


def build_warehouse(
    settings: Settings,
    fetch_id: str | None = None,
    run_id: str | None = None,
    again: Collection[str] = (),
    say: Callable[[str], None] = print,
) -> Built:
    """Judge and publish all that waits; with `fetch_id`, until that fetch or batch is done, by us or another run.

    One unjudged fetch a date and round, the oldest first, so that each is judged against what was accepted before.
    Published ones of `again` are built once more.
    Raises DbtFailed, GateUnusable, ReadBackFailed, LockTimeout; readers keep the last version then.
    """
    total = Built()
    with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings) as find_newest:
        remove_halves(settings)
        judge = Judge(settings)
        while waiting := list_waiting(settings, again):
            if fetch_id and fetch_id not in {one.fetch_id for one in waiting}:
                break
            try:
                built = _build_group(settings, judge, _pick_round(waiting), fetch_id, run_id, say)
            except BaseIsStale as stale:
                # What was published since may hold some of this group, so the round is picked anew as well.
                say(f"{stale}; building again")
                find_newest()
                continue
            finally:
                shutil.rmtree(settings.build_dir, ignore_errors=True)  # room is needed most when a build has failed
            again = ()
            total = Built(
                built.version or total.version,
                total.accepted_count + built.accepted_count,
                total.rejected_count + built.rejected_count,
                total.changes + built.changes,
            )
        judge.publish_docs()
    return total


def _pick_round(waiting: list[Waiting]) -> list[Waiting]:
    """Batches, everything judged before (a killed build, lost versions), and the oldest unjudged fetch of each date."""
    ready = [one for one in waiting if one.is_judged or one.is_batch]
    oldest = {one.listing_date: one for one in reversed(waiting) if one not in ready}
    return ready + list(oldest.values())


def _build_group(
    settings: Settings,
    judge: Judge,
    group: list[Waiting],
    fetch_id: str | None,
    run_id: str | None,
    say: Callable,
) -> Built:
    try:
        return _build_round(settings, judge, group, run_id, say)
    except DbtFailed as error:
        asked = [one for one in group if one.fetch_id == fetch_id]
        own = [one for one in group if one in asked or _share_date(one, asked)]
        if not own or own == group:
            raise
        say(f"{len(group)} did not build together ({error}); building {own[0].listing_date or fetch_id} alone")
        return _build_round(settings, judge, own, run_id, say)


def _find_why_anew(settings: Settings, base: Path) -> str | None:
    """Why a version cannot be extended, or None."""
    if not is_of_this_project(base):
        return "was made by another state of the dbt project"
    if tells_of_held(settings, base):
        return "still has what a rollback holds that was cut short"
    return None


def _share_date(one: Waiting, others: list[Waiting]) -> bool:
    return any(not (one.is_batch or other.is_batch) and one.listing_date == other.listing_date for other in others)


def _build_round(settings: Settings, judge: Judge, group: list[Waiting], run_id: str | None, say: Callable) -> Built:
    started_at = datetime.now(UTC)
    base = current_version(settings)
    old = base and _find_why_anew(settings, base)
    is_anew = base is None or bool(old)
    if old:
        say(f"{base.parent.name} {old}; everything accepted is built anew")
    build_file = prepare_build(settings, None if is_anew else base)
    copy_scope(settings, build_file, group, is_anew=is_anew)
    run_dbt(settings, build_file, "build", "--select", *STAGING, "--exclude", "resource_type:unit_test")
    verdicts = _judge_group(settings, judge, build_file, group, run_id)
    record_verdicts(settings, build_file, verdicts)
    for verdict in verdicts:
        say(f"{verdict.fetch_id}: {'accepted' if verdict.is_accepted else 'rejected, ' + str(verdict.reason)}")
    accepted_count = sum(verdict.is_accepted for verdict in verdicts)
    version, changes = None, ()
    if accepted_count:
        run_dbt(settings, build_file, "build", "--exclude", *STAGING, "resource_type:unit_test")
        name = name_version(base)
        changes = (summarize_changes(record_publish(build_file, base, name, started_at)),)
        version = publish_build(settings, build_file, base, name)
        say(f"published {name} with {accepted_count} new fetches or batches: {changes[0]}")
    return Built(version, accepted_count, len(verdicts) - accepted_count, changes)


def prepare_build(settings: Settings, base: Path | None) -> Path:
    """Return the path of a new build file, a copy of `base` or not there yet. The caller holds the publish lock."""
    # A killed build leaves its folder; the lock says that nobody works in it any more.
    shutil.rmtree(settings.build_dir, ignore_errors=True)
    settings.build_dir.mkdir(parents=True)
    build_file = settings.build_dir / "warehouse.duckdb"
    if base:
        shutil.copyfile(base, build_file)
    return build_file


def _judge_group(
    settings: Settings, judge: Judge, build_file: Path, group: list[Waiting], run_id: str | None
) -> list[Verdict]:
    verdicts = []
    with open_build(build_file) as build:
        for one in group:
            file = find_named(settings, one.landing_folder) / "verdict.json"
            if file.exists():
                verdict = read_verdict(file)
            else:
                verdict = (judge.judge_batch if one.is_batch else judge.judge)(build, one.fetch_id, run_id)
                write_file(file, json.dumps(asdict(verdict), indent=1, ensure_ascii=False).encode())
            verdicts.append(verdict)
    return verdicts
