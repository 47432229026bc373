"""Papers as cards in a list: what stands on one, for a page of papers that was found otherwise."""

import duckdb

from ...report.fetch_rows import fetch_rows
from ...report.readings import choose_readings, name_outcome

CARDS_QUERY = """
    select
        paper_id, title, upvotes, github_url, github_stars, ai_summary, full_name as organization,
        domain_id, name_en, name_zh
    from papers
    left join organizations using (organization_id)
    left join domains on domains.domain_id = papers.primary_domain_id
    where list_contains($paper_ids, paper_id)
"""

READINGS_QUERY = """
    select paper_id, reading_source, reader, language, state, contribution, is_shown
    from paper_readings
    where is_current and list_contains($paper_ids, paper_id)
"""


def read_cards(warehouse: duckdb.DuckDBPyConnection, found: list[dict], language: str) -> list[dict]:
    """Rows that have a `paper_id`, in their order, with all that a card shows; it shows no reported numbers."""
    about = {"paper_ids": [row["paper_id"] for row in found]}
    papers = {row["paper_id"]: row for row in fetch_rows(warehouse, CARDS_QUERY, about)}
    readings = choose_readings(fetch_rows(warehouse, READINGS_QUERY, about), language)
    return [row | _make_card(papers[row["paper_id"]], readings.get(row["paper_id"])) for row in found]


def _make_card(paper: dict, reading: dict | None) -> dict:
    reading = reading and reading | {"outcome": name_outcome(reading), "claims": []}
    primary = {name: paper[name] for name in ("domain_id", "name_en", "name_zh")} | {"is_primary": True}
    return paper | {"reading": reading, "domains": [primary] if paper["domain_id"] else []}
