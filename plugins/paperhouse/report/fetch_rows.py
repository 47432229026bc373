"""Rows of a query as dictionaries, for the queries of the report."""

import duckdb


def fetch_rows(connection: duckdb.DuckDBPyConnection, query: str, about: dict) -> list[dict]:
    """Run a query with named parameters; a row has the columns of the query as keys."""
    result = connection.execute(query, about)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
