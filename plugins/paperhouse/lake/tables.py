"""Tables: published ones, made in one attached database as they are in another, with every description."""

from typing import NamedTuple

import duckdb

from ..warehouse import quote


class Column(NamedTuple):
    name: str
    data_type: str
    is_nullable: bool


class Table(NamedTuple):
    """`comments` has that of the table under None, and those of its columns under their names."""

    columns: tuple[Column, ...]
    comments: dict[str | None, str | None]


class Macro(NamedTuple):
    """A table macro. `comment` is lost in a lake: DuckLake keeps none of macros."""

    name: str
    parameters: tuple[str, ...]
    definition: str
    comment: str | None


def describe_tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Table]:
    """The tables of the schema `main`, by name."""
    rows = connection.execute(
        """
        select table_name, tables.comment, column_name, data_type, is_nullable, columns.comment
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
        where database_name = ? and schema_name = 'main'
        order by table_name, column_index
        """,
        [database],
    ).fetchall()
    tables: dict[str, Table] = {}
    for table, table_comment, column, data_type, is_nullable, comment in rows:
        known = tables.get(table, Table((), {None: table_comment}))
        tables[table] = Table(
            (*known.columns, Column(column, data_type, is_nullable)), {**known.comments, column: comment}
        )
    return tables


def create_table(connection: duckdb.DuckDBPyConnection, database: str, name: str, table: Table) -> None:
    """Create an empty table, without keys: DuckLake has none."""
    columns = ", ".join(
        f'"{column.name}" {column.data_type}{"" if column.is_nullable else " not null"}' for column in table.columns
    )
    connection.execute(f'create or replace table {database}.main."{name}" ({columns})')


def write_comments(
    connection: duckdb.DuckDBPyConnection, database: str, name: str, wanted: Table, found: Table | None = None
) -> None:
    """Describe a table and its columns; only what differs is written."""
    for column, comment in wanted.comments.items():
        if comment != (found.comments.get(column) if found else None):
            of = f'{database}.main."{name}"'
            target = f"table {of}" if column is None else f'column {of}."{column}"'
            connection.execute(f"comment on {target} is {_literal(comment)}")


def describe_macros(connection: duckdb.DuckDBPyConnection, database: str) -> list[Macro]:
    """The table macros of the schema `main`; one that another names comes before it."""
    macros = [
        Macro(*row)
        for row in connection.execute(
            """
            select function_name, parameters, macro_definition, comment from duckdb_functions()
            where database_name = ? and schema_name = 'main' and function_type = 'table_macro' and not internal
            """,
            [database],
        ).fetchall()
    ]
    return sorted(macros, key=lambda one: sum(f"{other.name}(" in one.definition for other in macros))


def create_macros(connection: duckdb.DuckDBPyConnection, database: str, macros: list[Macro]) -> None:
    """Create table macros, or replace them. They name tables without database or schema, so it is used meanwhile."""
    before = connection.execute("select current_database()").fetchone()[0]
    connection.execute(f"use {database}")
    for macro in macros:
        head = f'create or replace macro main."{macro.name}"({", ".join(macro.parameters)}) as table '
        connection.execute(head + macro.definition)
    connection.execute(f"use {before}")


def write_macro_comments(connection: duckdb.DuckDBPyConnection, database: str, macros: list[Macro]) -> None:
    """Describe table macros, where they can be described: not in a lake."""
    for macro in macros:
        connection.execute(f'comment on macro table {database}.main."{macro.name}" is {_literal(macro.comment)}')


def _literal(text: str | None) -> str:
    return "null" if text is None else f"'{quote(text)}'"
