"""Inventory: which fields the items of each fetch have, of which types, and what holds for how many of them.

It is what drift is measured against. It is taken once a fetch, from its raw records alone, when a build first needs
it; a working database that was made anew takes all of it again, about 20,000 items a second.
"""

from pathlib import Path

import duckdb

TAKE_INVENTORY = Path(__file__).with_name("inventory.sql")


def take_inventory(working: duckdb.DuckDBPyConnection) -> None:
    """Fill `raw.fetch_traits` for every loaded fetch that has no traits yet."""
    working.execute(TAKE_INVENTORY.read_text())
