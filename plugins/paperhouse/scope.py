"""Scope: which fetches and batches of readings a build works on, and the raw rows it needs for them.

Every mart row is a pure function of the accepted raw records of its date or paper. A build therefore replaces
whole dates and whole papers, and copies everything that was ever accepted about them; cost follows the scope.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from .inventory import take_inventory
from .judge import Verdict
from .ledger import read_failed_fetches
from .load import insert_rows
from .publish import current_version
from .settings import Settings
from .warehouse import attach_build, attach_version, open_working

COPY_SCOPE = Path(__file__).with_name("scope.sql")


@dataclass(frozen=True)
class Waiting:
    """A loaded fetch or batch of readings that is not published yet, and not rejected or held.

    A batch has its id in `fetch_id`, and a `listing_date` only when it is an imported report.
    """

    fetch_id: str
    listing_date: date | None
    landing_folder: str
    is_judged: bool
    is_batch: bool = False


def list_waiting(settings: Settings, again: Collection[str] = ()) -> list[Waiting]:
    """Loaded fetches without a verdict, and accepted ones that no version holds yet; oldest observation first.

    Those of `again` wait although the current version holds them.
    """
    catch_up_with_hosts(settings)
    with open_working(settings) as working:
        attach_published_ids(working, current_version(settings))
        working.execute("delete from published_ids where list_contains(?, fetch_id)", [list(again)])
        rows = working.execute("""
            with landed as (
                select fetch_id, listing_date, landing_folder, false as is_batch, observed_at from raw.fetches
                union all
                select batch_id, listing_date, landing_folder, true, made_at from raw.reading_batches
            )

            select fetch_id, listing_date, landing_folder, is_accepted is not null, is_batch
            from landed
            left join raw.verdicts using (fetch_id)
            where fetch_id not in (from published_ids) and coalesce(is_accepted and not is_held, true)
            order by observed_at, fetch_id
        """).fetchall()
    return [Waiting(*row) for row in rows]


def catch_up_with_hosts(settings: Settings) -> None:
    """Under the lake target, let the working database know what other hosts landed, judged and held."""
    if settings.target == "lake":
        from .catch_up import catch_up

        catch_up(settings)


def tells_of_held(settings: Settings, version: Path) -> bool:
    """Whether a version tells of what a rollback holds: the rollback was killed before it moved the link."""
    with open_working(settings) as working:
        attach_published_ids(working, version)
        held = "select 1 from raw.verdicts semi join published_ids using (fetch_id) where is_held"
        return working.execute(held).fetchone() is not None


def copy_scope(settings: Settings, build_file: Path, waiting: list[Waiting], *, is_anew: bool = False) -> None:
    """Fill the `raw` schema of a build file with what a build of `waiting` needs.

    With `is_anew`, the file has no marts yet, and all that the current version tells of is built again too.
    """
    ids = [one.fetch_id for one in waiting]
    with open_working(settings) as working:
        take_inventory(working)
        attach_published_ids(working, current_version(settings))
        if is_anew:
            ids += _forget_published_ids(working)
        _copy(settings, working, build_file, ids, "infinity")


def copy_everything(settings: Settings, working: duckdb.DuckDBPyConnection, build_file: Path) -> None:
    """Fill an empty build file with all that is accepted in an open working database, and with its verdicts."""
    working.execute("create temp table published_ids as select fetch_id from raw.verdicts")
    _copy(settings, working, build_file, _forget_published_ids(working), "infinity")
    working.execute("create table build.raw.audit_results as from raw.audit_results semi join waiting using (fetch_id)")


def copy_scope_as_of(settings: Settings, build_file: Path, listing_date: date, moment: datetime) -> int:
    """Fill a build file with what was known at `moment` about one date and its papers; return its fetches' count."""
    with open_working(settings) as working:
        known = working.execute(
            """
            select fetch_id from raw.fetches semi join raw.verdicts using (fetch_id)
            where listing_date = $day and observed_at <= $moment
            union
            select batch_id from raw.reading_batches semi join raw.verdicts on batch_id = fetch_id
            where listing_date = $day and made_at <= $moment
            """,
            {"day": listing_date, "moment": moment},
        ).fetchall()
        # Nothing but this date is wanted: what waits elsewhere counts as published.
        working.execute("create temp table published_ids as select fetch_id from raw.verdicts")
        _copy(settings, working, build_file, [row[0] for row in known], moment.isoformat())
        working.execute("""
            create table build.raw.audit_results as
            from raw.audit_results semi join round using (fetch_id)
        """)
    return len(known)


def _forget_published_ids(working: duckdb.DuckDBPyConnection) -> list[str]:
    """Empty `published_ids`, and return those of them that are accepted."""
    ids = working.execute("""
        select fetch_id from published_ids semi join raw.verdicts using (fetch_id)
        where fetch_id in (select fetch_id from raw.verdicts where is_accepted and not is_held)
    """).fetchall()
    working.execute("delete from published_ids")
    return [row[0] for row in ids]


def _copy(settings: Settings, working: duckdb.DuckDBPyConnection, build_file: Path, ids: list[str], until: str) -> None:
    attach_build(working, build_file)
    working.execute("create temp table round (fetch_id varchar)")
    insert_rows(working, "round", [(one,) for one in ids])
    working.execute(f"set variable until = '{until}'::timestamptz")  # SET takes no parameters
    working.execute(COPY_SCOPE.read_text())
    names = ("listing_date", "failed_at", "message")
    failures = [tuple(map(one.get, names)) for one in read_failed_fetches(settings)]
    insert_rows(working, "build.raw.failed_fetches", failures)
    working.execute("delete from build.raw.failed_fetches where failed_at > getvariable('until')")


def record_verdicts(settings: Settings, build_file: Path, verdicts: list[Verdict]) -> None:
    """Write new verdicts and their checks into the working database, and give the build those it needs."""
    with open_working(settings) as working:
        # Some were judged by a build that was killed before it published.
        known = {row[0] for row in working.execute("select fetch_id from raw.verdicts").fetchall()}
        working.execute("begin")
        insert_verdicts(working, [verdict for verdict in verdicts if verdict.fetch_id not in known], held=set())
        working.execute("commit")
        attach_build(working, build_file)
        working.execute("""
            create temp table waiting as
            select fetch_id from build.raw.waiting_fetches union all select batch_id from build.raw.waiting_batches;
            insert or ignore into build.raw.verdicts
            select * from raw.verdicts semi join waiting using (fetch_id);
            create table build.raw.audit_results as
            select * from raw.audit_results semi join waiting using (fetch_id);
        """)


def insert_verdicts(working: duckdb.DuckDBPyConnection, verdicts: list[Verdict], held: set[str]) -> None:
    """Insert verdicts that `raw.*` does not hold, with their checks; `held` are the ids that a rollback holds."""
    insert_rows(
        working,
        "raw.verdicts",
        [
            (one.fetch_id, one.is_accepted, one.reason, one.judged_at, one.run_id, one.fetch_id in held)
            for one in verdicts
        ],
    )
    insert_rows(
        working,
        "raw.audit_results",
        [
            (one.fetch_id, c.suite, c.check_name, c.severity, c.success, c.observed, c.message)
            for one in verdicts
            for c in one.checks
        ],
    )


def attach_published_ids(working: duckdb.DuckDBPyConnection, version: Path | None) -> None:
    """Fill the temporary table `published_ids` with the fetches and batches whose verdict a version tells of."""
    working.execute("create temp table published_ids (fetch_id varchar)")
    if version is None:
        return
    attach_version(working, version)
    working.execute("""
        insert into published_ids
        select fetch_id from published.main.fetches semi join raw.verdicts using (fetch_id, judged_at)
    """)
    # A version of before papers were read has no such table.
    if working.execute(
        "select 1 from duckdb_tables() where database_name = 'published' and table_name = 'reading_batches'"
    ).fetchone():
        working.execute("""
            insert into published_ids
            select batch_id from published.main.reading_batches as batches
            semi join raw.verdicts on batches.batch_id = verdicts.fetch_id and batches.judged_at = verdicts.judged_at
        """)
