"""Papers whose votes moved after they were listed. Only what was seen at the right time counts, no estimates."""

import duckdb

from ...report.fetch_rows import fetch_rows
from ..periods import Period

SHOWN_COUNT = 10

_MOVED = """
    with moved as (
        select
            listing_date, paper_id, title, upvotes_at_listing, upvotes_at_d1, upvotes_at_d3, upvotes_at_d7,
            upvotes, upvotes - upvotes_at_listing as gained, upvotes_after_d7, is_late_bloomer,
            rank_at_listing, rank_now
        from paper_listings
        inner join paper_votes using (listing_date, paper_id)
        inner join papers using (paper_id)
        where listing_date between $first and $last and delisted_at is null
    )

    select *
    from moved
"""

RISERS_QUERY = _MOVED + "where gained > 0 order by gained desc, paper_id limit $shown_count"

LATE_QUERY = _MOVED + "where is_late_bloomer order by upvotes_after_d7 desc, paper_id limit $shown_count"


def read_risers(warehouse: duckdb.DuckDBPyConnection, period: Period) -> dict:
    """`risers`, by votes gained since they were listed, and `late_bloomers`, by votes gained after day 7."""
    about = {"first": period.first, "last": period.last, "shown_count": SHOWN_COUNT}
    return {
        "risers": fetch_rows(warehouse, RISERS_QUERY, about),
        "late_bloomers": fetch_rows(warehouse, LATE_QUERY, about),
    }
