"""The published tables as they describe themselves: for who is about to write a query."""

import duckdb

from ...report.fetch_rows import fetch_rows

# A comment may go on below an empty line with what only its model needs to know; its first paragraph says the grain.
TABLES_QUERY = """
    select table_name as name, comment, estimated_size as row_count
    from duckdb_tables()
    where not internal
    order by table_name
"""

COLUMNS_QUERY = """
    select table_name, column_name as name, data_type as type, comment
    from duckdb_columns()
    where not internal
    order by table_name, column_index
"""

MACROS_QUERY = """
    select function_name as name, parameters, comment
    from duckdb_functions()
    where not internal and function_type = 'table_macro'
    order by function_name
"""


def read_schema(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict]]:
    """`tables`, each with its `columns`, and `macros`, which are asked like tables."""
    tables = {table["name"]: table | {"columns": []} for table in fetch_rows(connection, TABLES_QUERY, {})}
    for column in fetch_rows(connection, COLUMNS_QUERY, {}):
        if column["table_name"] in tables:
            tables[column["table_name"]]["columns"].append(column)
    return {"tables": list(tables.values()), "macros": fetch_rows(connection, MACROS_QUERY, {})}
