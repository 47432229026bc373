"""The papers of a day, each with its authors and domains.

Three flat queries, put together here: as one query, with lists of structs, it takes almost half as long again.
"""

from collections import defaultdict
from datetime import date

import duckdb

from .fetch_rows import fetch_rows

SHOWN_AUTHORS = 5

# Times are written in UTC here, so that a reader's session time zone cannot change a report.
PAPERS_QUERY = """
    select
        papers.paper_id,
        papers.title,
        papers.abstract,
        papers.upvotes,
        papers.comment_count,
        papers.primary_domain_id,
        paper_listings.upvotes_at_listing,
        (papers.last_observed_at at time zone 'UTC')::date as observed_on,
        organizations.full_name as organization,
        papers.github_url,
        papers.github_stars,
        papers.project_url,
        papers.hf_url,
        papers.arxiv_url,
        papers.ai_summary,
        papers.ai_summary_model
    from paper_listings
    inner join papers using (paper_id)
    left join organizations using (organization_id)
    where paper_listings.listing_date = $listing_date and paper_listings.delisted_at is null
    order by papers.upvotes desc nulls last, paper_listings.position, papers.paper_id
"""

# Hugging Face marks an author as hidden who does not want to be shown with the paper.
AUTHORS_QUERY = """
    select paper_authors.paper_id, authors.name
    from paper_listings
    inner join paper_authors using (paper_id)
    inner join authors using (author_id)
    where
        paper_listings.listing_date = $listing_date
        and paper_listings.delisted_at is null
        and not paper_authors.is_hidden
    order by paper_authors.paper_id, paper_authors.author_position
"""

# A row for each source that names a domain of a paper, the strongest first.
MATCHES_QUERY = """
    select
        paper_domains.paper_id,
        domains.domain_id,
        domains.name_en,
        domains.name_zh,
        domains.path_en,
        domains.path_zh,
        domains.level,
        paper_domains.score,
        paper_domains.source,
        paper_domains.evidence
    from paper_listings
    inner join paper_domains using (paper_id)
    inner join domains using (domain_id)
    where paper_listings.listing_date = $listing_date and paper_listings.delisted_at is null
    order by paper_domains.score desc, paper_domains.source
"""


def read_papers(connection: duckdb.DuckDBPyConnection, listing_date: date) -> list[dict]:
    """The papers still listed, most votes first, as the columns of PAPERS_QUERY with authors and domains.

    These are `first_authors` (at most SHOWN_AUTHORS names), `author_count`, and `domains`, the primary one first and
    then the strongest, each with its names, `is_primary` and `matches`: where it is named, and by which words.
    """
    about = {"listing_date": listing_date}
    authors = defaultdict(list)
    for author in fetch_rows(connection, AUTHORS_QUERY, about):
        authors[author["paper_id"]].append(author["name"])
    matches = defaultdict(lambda: defaultdict(list))
    for match in fetch_rows(connection, MATCHES_QUERY, about):
        matches[match["paper_id"]][match["domain_id"]].append(match)
    return [
        paper
        | {
            "first_authors": authors[paper["paper_id"]][:SHOWN_AUTHORS],
            "author_count": len(authors[paper["paper_id"]]),
            "domains": _list_domains(matches[paper["paper_id"]], paper["primary_domain_id"]),
        }
        for paper in fetch_rows(connection, PAPERS_QUERY, about)
    ]


def _list_domains(matches: dict[str, list[dict]], primary_domain_id: str | None) -> list[dict]:
    def rank(domain_id: str) -> tuple:
        found = matches[domain_id]
        score = sum(match["score"] for match in found)
        return domain_id != primary_domain_id, -score, -found[0]["level"], domain_id

    return [
        {name: matches[domain_id][0][name] for name in ("domain_id", "name_en", "name_zh", "path_en", "path_zh")}
        | {
            "is_primary": domain_id == primary_domain_id,
            "matches": [{name: match[name] for name in ("source", "evidence")} for match in matches[domain_id]],
        }
        for domain_id in sorted(matches, key=rank)
    ]
