"""Papers whose votes moved after they were listed. Only what was seen at the right time counts, no estimates."""

from operator import itemgetter

import duckdb

from ...report.fetch_rows import fetch_rows
from ..periods import Period

SHOWN_COUNT = 10

# Both lists from one look at the votes.
MOVED_QUERY = """
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

    select
        *,
        row_number() over (order by gained desc nulls last, paper_id) as riser_place,
        row_number() over (order by is_late_bloomer desc, upvotes_after_d7 desc nulls last, paper_id) as late_place
    from moved
    qualify (gained > 0 and riser_place <= $shown_count) or (is_late_bloomer and late_place <= $shown_count)
"""


def read_risers(warehouse: duckdb.DuckDBPyConnection, period: Period) -> dict:
    """`risers`, by votes gained since they were listed, and `late_bloomers`, by votes gained after day 7."""
    about = {"first": period.first, "last": period.last, "shown_count": SHOWN_COUNT}
    moved = fetch_rows(warehouse, MOVED_QUERY, about)
    risers = [row for row in moved if row["riser_place"] <= SHOWN_COUNT and (row["gained"] or 0) > 0]
    late = [row for row in moved if row["late_place"] <= SHOWN_COUNT and row["is_late_bloomer"]]
    return {
        "risers": sorted(risers, key=itemgetter("riser_place")),
        "late_bloomers": sorted(late, key=itemgetter("late_place")),
    }
