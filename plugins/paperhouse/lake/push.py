"""Push: a finished version becomes the newest publication of the lake, in one transaction.

Only rows that differ from the base are written. Rows are compared and replaced in groups of one value of their table's
first column, such as a paper or a date, so no table has to name its key.
"""

from pathlib import Path

import duckdb

from ..coordination import hold_shared_lock
from ..publish import BaseIsStale
from ..settings import Settings
from ..warehouse import quote
from .attach import LakeUnusable, open_lake
from .snapshots import describe_manifest, find_newest, find_snapshot_id
from .tables import Table, create_macros, create_table, describe_macros, describe_tables, write_comments

MAKING_TIMEOUT = 60  # seconds; one is enough
DIGEST = "select count(*), coalesce(sum(hash(t)), 0)::varchar from {} as t {}"


def push_version(settings: Settings, file: Path, base: Path | None, name: str, manifest: dict) -> None:
    """Publish `file` as the version `name`, given that `base` is published now.

    `base` is a file of this host, and None stands for an empty lake. Raises BaseIsStale when something else is
    published, or was in the meantime, and LakeUnusable; the lake is as before then.
    """
    make_lake(settings)
    with open_lake(settings, read_only=False) as lake:
        lake.execute(f"attach '{quote(file)}' as build (read_only)")
        if base:
            lake.execute(f"attach '{quote(base)}' as base (read_only)")
        told = _describe_version(lake, name, manifest)
        lake.execute("begin")
        # From here on, any other commit stops ours.
        (snapshot_id,) = lake.execute("from lake.current_snapshot()").fetchone()
        newest = find_newest(settings)
        published = newest.version if newest else None
        if published != (base.parent.name if base else None):
            raise BaseIsStale(f"the lake's version is {published}, this build began on {base and base.parent.name}")
        if newest and newest.snapshot_id != snapshot_id:
            for table in newest.manifest["row_counts"]:  # somebody else wrote to the lake: to other tables?
                _compare(lake, table, "", "base")
        _write_tables(lake, base is not None)
        macros = describe_macros(lake, "build")
        if not newest or newest.manifest["macros"] != told["macros"]:
            create_macros(lake, "lake", macros)
        lake.execute(
            "call lake.set_commit_message('paperhouse', ?, extra_info => ?)",
            [f"version {name}", describe_manifest(told)],
        )
        _commit(settings, lake, snapshot_id)


def make_lake(settings: Settings) -> None:
    """Make the catalog, unless it is there. Raises LakeUnusable, LockTimeout."""
    if find_snapshot_id(settings) is None:
        # Two that make it at once would fail, one of them half way.
        with hold_shared_lock(settings, "catalog", MAKING_TIMEOUT), open_lake(settings, read_only=False):
            pass


def _describe_version(lake: duckdb.DuckDBPyConnection, name: str, manifest: dict) -> dict:
    """The manifest, with what another host needs to make and check the same file, which has another sha256 there."""
    of_each = {table: f'build.main."{table}"' for table in sorted(describe_tables(lake, "build"))}
    macros = describe_macros(lake, "build")
    return {
        "version": name,
        **{key: value for key, value in manifest.items() if key != "sha256"},
        "digests": {table: lake.execute(DIGEST.format(full, "")).fetchone()[1] for table, full in of_each.items()},
        "digests_by": duckdb.__version__,
        "macros": [[one.name, list(one.parameters), one.definition, one.comment] for one in macros],
    }


def _write_tables(lake: duckdb.DuckDBPyConnection, has_base: bool) -> None:
    wanted, found = describe_tables(lake, "build"), describe_tables(lake, "lake")
    base = describe_tables(lake, "base") if has_base else {}
    for name in base.keys() - wanted.keys() & found.keys():
        lake.execute(f'drop table lake.main."{name}"')
    for name, table in wanted.items():
        known = found.get(name)
        if known and base.get(name) and known.columns == base[name].columns == table.columns:
            _write_changes(lake, name, table)
        else:
            create_table(lake, "lake", name, table)
            lake.execute(f'insert into lake.main."{name}" from build.main."{name}"')
            known = None
            _compare(lake, name, "")
        write_comments(lake, "lake", name, table, known)


def _write_changes(lake: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    key = f'"{table.columns[0].name}"'
    base, build = (
        f'(select {key} as key, count(*) as n, sum(hash(t)) as digest from {side}.main."{name}" as t group by all)'  # noqa: S608
        for side in ("base", "build")
    )
    (count,) = lake.execute(f"""
        create or replace temp table changed as
        select coalesce(base.key, build.key) as key
        from {base} as base full join {build} as build on base.key is not distinct from build.key
        where (base.n, base.digest) is distinct from (build.n, build.digest)
    """).fetchone()  # noqa: S608
    if count:
        among = f"where exists (select 1 from changed where changed.key is not distinct from t.{key})"  # noqa: S608
        lake.execute(f'delete from lake.main."{name}" as t {among}')  # noqa: S608
        lake.execute(f'insert into lake.main."{name}" select t.* from build.main."{name}" as t {among}')  # noqa: S608
        _compare(lake, name, among)


def _compare(lake: duckdb.DuckDBPyConnection, name: str, among: str, wanted_of: str = "build") -> None:
    """Read back what was written, before anybody sees it; and the table must be as long as it should."""
    for query in (DIGEST.format(f'{{}}.main."{name}"', among), f'select count(*) from {{}}.main."{name}"'):  # noqa: S608
        written, wanted = (lake.execute(query.format(side)).fetchone() for side in ("lake", wanted_of))
        if written != wanted:
            raise LakeUnusable(
                f"the table {name} of the lake is not what was written to it ({written} instead of {wanted}); "
                "nothing is published. If somebody wrote to the lake, give it a new catalog and data folder, and "
                "publish there: paperhouse migrate --to lake"
            )


def _commit(settings: Settings, lake: duckdb.DuckDBPyConnection, snapshot_id: int) -> None:
    try:
        lake.execute("commit")
    except duckdb.Error:
        # DuckLake says the same of a commit that was overtaken, may not write or has lost its Postgres.
        if find_snapshot_id(settings) != snapshot_id:
            raise BaseIsStale("somebody else wrote to the lake in the meantime") from None
        raise
