"""The content hash: two warehouses with the same hash tell the same story.

It covers what was read from the source, not when this installation looked or which run did.
"""

import hashlib

import duckdb

# Table → what is hashed of it. Our own clock and run ids stay out, and so do days that hold nothing but a failure:
# a rebuild knows of them, and a warehouse that published nothing since does not.
HASHED = {
    "papers": "select * exclude (last_observed_at) from papers",
    "paper_listings": """
        select * exclude (first_observed_at, delisted_at), delisted_at is not null as is_delisted from paper_listings
    """,
    "paper_votes": "select * exclude (upvotes_per_day, observation_count, last_observed_at) from paper_votes",
    "paper_links": "select * exclude (observed_at) from paper_links",
    "authors": "from authors",
    "paper_authors": "from paper_authors",
    "organizations": "select * exclude (last_observed_at) from organizations",
    "domains": "from domains",
    "paper_domains": "from paper_domains",
    "paper_readings": "select * exclude (batch_id, reading_number, read_at) from paper_readings",
    "paper_sentences": "from paper_sentences",
    "paper_metrics": "from paper_metrics",
    "imported_reports": "select * exclude (batch_id, imported_at) from imported_reports",
    "imported_entries": "from imported_entries",
    # A date that is only known by its report may fail to be fetched later, and knows no more then.
    "day_status": """
        select listing_date, state, expected_count, paper_count, reported_count, unreported_paper_ids
        from day_status
        where state not in ('failed', 'never_fetched')
    """,
}


def hash_content(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the sha256 (hex) over the content of an open published warehouse, whatever its row order."""
    total = hashlib.sha256()
    for table, query in HASHED.items():
        digest = connection.execute(
            f"select coalesce(sha256(string_agg(row, chr(10) order by row)), '') "  # noqa: S608 - our own queries
            f"from (select to_json(content)::varchar as row from ({query}) as content)"
        ).fetchone()[0]
        total.update(f"{table} {digest}\n".encode())
    return total.hexdigest()
