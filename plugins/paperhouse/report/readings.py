"""What readings add to a day: of each listed paper the one reading that a report shows, with its best claims."""

from collections import defaultdict
from datetime import date

import duckdb

from ..readers.reading import SECTIONS
from .claims import choose_claims, describe_claim
from .fetch_rows import fetch_rows

READINGS_QUERY = """
    select
        paper_id, paper_version, reading_source, reader, language, state, reason,
        domain_text, contribution, usage_guide, innovations, results, dropped_claim_count, is_shown
    from paper_readings
    where
        is_current
        and starts_with(reader, $source)
        and paper_id in (select paper_id from paper_listings where listing_date = $listing_date and delisted_at is null)
"""

CLAIMS_QUERY = """
    select
        claim_id, paper_id, paper_version, reader, reading_source, metric, value, value_text, unit, comparator, kind,
        method, baseline, baseline_value, dataset, evidence, evidence_location, delta, is_better
    from paper_metrics
    where
        role = 'result'
        and starts_with(reader, $source)
        and paper_id in (select paper_id from paper_listings where listing_date = $listing_date and delisted_at is null)
"""

# A paper that nobody has read has this reading, so that a template need not ask first.
UNREAD = dict.fromkeys(("reader", "language", "state", "reason", "paper_version", "reading_source", *SECTIONS)) | {
    "dropped_claim_count": 0,
    "is_shown": False,
    "outcome": "unread",
    "claims": [],
}


def read_readings(
    connection: duckdb.DuckDBPyConnection, listing_date: date, language: str, source: str | None
) -> dict[str, dict]:
    """Paper → the reading to show, as the columns of READINGS_QUERY with `outcome` and `claims`.

    A reading in full comes first, then one in `language`, then the one the warehouse shows. With `source` only readers
    whose name starts with it count. `outcome` is html or markdown (read in full), abstract, unreadable or unread.
    A paper without a reading is not in the answer; UNREAD stands for it.
    """
    about = {"listing_date": listing_date, "source": source or ""}
    claims = defaultdict(list)
    for claim in fetch_rows(connection, CLAIMS_QUERY, about):
        claims[claim["paper_id"], claim["reader"], claim["reading_source"]].append(claim)
    readings = {}
    for paper_id, reading in choose_readings(fetch_rows(connection, READINGS_QUERY, about), language).items():
        found = choose_claims(claims[paper_id, reading["reader"], reading["reading_source"]])
        reading |= {"outcome": name_outcome(reading), "claims": [describe_claim(claim) for claim in found]}
        readings[paper_id] = reading
    return readings


def choose_readings(readings: list[dict], language: str) -> dict[str, dict]:
    """Paper → of its current readings the one to show: read in full, in `language`, shown by the warehouse."""

    def rank(reading: dict) -> tuple:
        state = {"read": 1, "failed": 3}.get(reading["state"], 2)
        return state, reading["language"] != language, not reading["is_shown"], reading["reader"]

    # Of equal papers the last one stays.
    return {reading["paper_id"]: reading for reading in sorted(readings, key=rank, reverse=True)}


def name_outcome(reading: dict) -> str:
    """Return html or markdown (read in full), abstract, unreadable or unread."""
    if reading["state"] == "read":
        return reading["reading_source"]
    if reading["state"] == "failed" and reading["reader"].startswith("report:"):
        return "unread"  # an imported report that only lists the paper
    return "unreadable" if reading["state"] in ("unusable", "failed") else "abstract"
