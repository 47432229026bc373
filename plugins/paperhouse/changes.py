"""Changes: which rows of a newer version are new, other or gone against an older one."""

from pathlib import Path

import duckdb

from .warehouse import attach_version

# Table → its key, what of it moves with every look and makes no other row, and which rows a build may touch.
COMPARED = {
    "papers": (
        ["paper_id"],
        ["upvotes", "comment_count", "github_stars", "last_observed_at"],
        "paper_id in (from raw.scope_papers)",
    ),
    "paper_listings": (
        ["listing_date", "paper_id"],
        ["position", "first_observed_at"],
        "listing_date in (from raw.scope_dates)",
    ),
    "paper_observations": (["paper_id", "observed_at"], [], "paper_id in (from raw.scope_papers)"),
    "paper_readings": (
        ["paper_id", "paper_version", "reading_source", "reader"],
        ["batch_id", "reading_number", "read_at", "is_current", "is_shown"],
        "paper_id in (from raw.scope_papers)",
    ),
    "paper_metrics": (["claim_id"], [], "paper_id in (from raw.scope_papers)"),
}
# The moment moves with every look at the list; whether the paper is on it does not.
COMPARED_AS = {"delisted_at": "delisted_at is null"}

COUNTS_QUERY = """
    select
        (select count(*) from changes_of_papers where change = 'added') as papers_added,
        (select count(*) from changes_of_papers where change = 'changed') as papers_changed,
        (select count(*) from changes_of_papers where change = 'removed') as papers_removed,
        (select count(*) from changes_of_paper_listings where change = 'added') as listings_added,
        (select count(*) from changes_of_paper_listings where change = 'changed') as listings_changed,
        (select count(*) from changes_of_paper_listings where change = 'removed') as listings_removed,
        (select count(*) from delisted) as listings_delisted,
        (select count(*) from changes_of_paper_observations where change = 'added') as observations_added,
        (select coalesce(sum(abs(difference)), 0) from moved_votes) as votes_moved,
        (select coalesce(sum(difference), 0) from moved_votes) as votes_net,
        (select count(*) from moved_votes) as voted_papers,
        (select count(*) from changes_of_paper_readings where change = 'added') as readings_added,
        (select count(*) from changes_of_paper_readings where change = 'changed') as readings_changed,
        (select count(*) from changes_of_paper_readings where change = 'removed') as readings_removed,
        (select count(*) from changes_of_paper_metrics where change = 'added') as metrics_added,
        (select count(*) from changes_of_paper_metrics where change = 'removed') as metrics_removed
"""


def find_changes(newer: duckdb.DuckDBPyConnection, base: Path | None, is_scoped: bool = False) -> None:
    """Attach `base` as `published` and fill temporary tables with what differs; with no base everything is new.

    `changes_of_<table>` holds the key and `change` (added, changed, removed), `moved_votes` paper_id, upvotes and
    difference, `delisted` the keys of listings. With `is_scoped`, only rows of the build's `raw.scope_*` are compared.
    """
    if base:
        attach_version(newer, base)
    for table, (key, volatile, scope) in COMPARED.items():
        where = scope if is_scoped else "true"
        is_known = base and has_table(newer, "published", table)  # a base of an older release may lack a table
        old = f"published.main.{table}" if is_known else f"(from main.{table} limit 0)"
        newer.execute(f"create or replace temp view old_{table} as from {old} where {where}")
        newer.execute(f"create or replace temp view new_{table} as from main.{table} where {where}")
        compared = _list_common_columns(newer, table, {*key, *volatile})
        newer.execute(_changes_query(table, key, compared))
    newer.execute("""
        create or replace temp table moved_votes as
        select paper_id, new.upvotes, new.upvotes - old.upvotes as difference
        from new_papers as new
        inner join old_papers as old using (paper_id)
        where new.upvotes != old.upvotes;

        create or replace temp table delisted as
        select listing_date, paper_id
        from new_paper_listings as new
        inner join old_paper_listings as old using (listing_date, paper_id)
        where new.delisted_at is not null and old.delisted_at is null;
    """)


def count_changes(newer: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The counts of `publish_log`, after `find_changes`."""
    return fetch_row(newer, COUNTS_QUERY)


def has_table(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> bool:
    query = "select 1 from duckdb_tables() where database_name = ? and schema_name = 'main' and table_name = ?"
    return connection.execute(query, [database, table]).fetchone() is not None


def fetch_row(connection: duckdb.DuckDBPyConnection, query: str, parameters: list | None = None) -> dict | None:
    """The first row of a query by column name, or None."""
    cursor = connection.execute(query, parameters)
    names, row = [column[0] for column in cursor.description], cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def _list_common_columns(newer: duckdb.DuckDBPyConnection, table: str, left_out: set[str]) -> list[str]:
    columns = [{row[0] for row in newer.execute(f"describe {side}_{table}").fetchall()} for side in ("new", "old")]
    return sorted((columns[0] & columns[1]) - left_out)


def _changes_query(table: str, key: list[str], compared: list[str]) -> str:
    content = ", ".join(COMPARED_AS.get(name, name) for name in compared) or "true"
    sides = {
        side: f"(select {', '.join(key)}, hash({content}) as content from {side}_{table}) as {side}_rows"  # noqa: S608
        for side in ("new", "old")
    }
    return f"""
        create or replace temp table changes_of_{table} as
        select
            {", ".join(f"coalesce(new_rows.{name}, old_rows.{name}) as {name}" for name in key)},
            case
                when old_rows.content is null then 'added'
                when new_rows.content is null then 'removed'
                else 'changed'
            end as change
        from {sides["new"]}
        full join {sides["old"]}
            on {" and ".join(f"new_rows.{name} is not distinct from old_rows.{name}" for name in key)}
        where new_rows.content is distinct from old_rows.content
    """  # noqa: S608 - our own names
