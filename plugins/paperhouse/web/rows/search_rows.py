"""Papers that hold all the words of a question, the best first, with the place where they stand."""

import re

import duckdb

from ...report.fetch_rows import fetch_rows
from ..search_index import TEXTS_QUERY

PAGE_SIZE = 20
SNIPPET = 240  # characters around the first word that was found

# All words must occur, whatever the language: Chinese has no borders between words, so each is looked for as it is.
# A word in the title weighs as much as a good rank, and all of them in their order even more.
MATCH_QUERY = """
    select paper_id
    from texts
    where contains(text, $longest) and len(list_filter($words, lambda word: contains(text, word))) = len($words)
    order by
        coalesce(rank_text(paper_id, $question), 0)
            + 2 * len(list_filter($words, lambda word: contains(title, word)))
            + 4 * contains(title, $phrase)::integer desc,
        upvotes desc nulls last,
        paper_id
"""

# The same, of the warehouse itself: ten times as slow, for the first seconds, while there is no index yet.
SLOW_MATCH_QUERY = f"with texts as ({TEXTS_QUERY}) {MATCH_QUERY.replace('rank_text(paper_id, $question)', 'null')}"

WANTED_QUERY = """
    select paper_id
    from papers
    where
        ($from_date is null or first_listed_date >= $from_date)
        and ($to_date is null or first_listed_date <= $to_date)
        and (not $has_code or github_url is not null)
        and (
            $domain = ''
            or paper_id in (
                select paper_id from paper_domains
                where domain_id = $domain or starts_with(domain_id, $domain || '.')
            )
        )
"""

FOUND_QUERY = """
    with found as (
        select
            paper_id, title, abstract, ai_summary, upvotes, github_url, github_stars, first_listed_date,
            primary_domain_id, organization_id
        from papers
        where list_contains($paper_ids, paper_id)
    ),

    said as (
        select paper_id, any_value(concat_ws(' ', contribution, innovations, usage_guide, results)) as reading
        from paper_readings
        where is_shown and paper_id in (select paper_id from found)
        group by paper_id
    )

    select
        found.* exclude (primary_domain_id, organization_id), name_en, name_zh, domain_id, full_name as organization,
        reading
    from found
    left join said using (paper_id)
    left join organizations using (organization_id)
    left join domains on domains.domain_id = found.primary_domain_id
    order by list_position($paper_ids, paper_id)
"""

# Asked of the few papers where the words stand nowhere else.
NAMES_QUERY = """
    select paper_id, string_agg(name, ', ' order by author_position) as names
    from paper_authors
    inner join authors using (author_id)
    where not is_hidden and list_contains($paper_ids, paper_id)
    group by paper_id
"""

DOMAINS_QUERY = "select domain_id, level, name_en, name_zh from domains where level <= 2 order by domain_id"


def split_words(question: str) -> list[str]:
    """The words of a question in lower case; one in quotes may hold spaces."""
    return [(quoted or word).casefold() for quoted, word in re.findall(r'"([^"]+)"|([^\s"]+)', question)][:12]


def match_papers(
    warehouse: duckdb.DuckDBPyConnection, index: duckdb.DuckDBPyConnection | None, question: str
) -> list[str]:
    """All papers that hold every word of `question`, the best first; without an index titles and votes alone count."""
    words = split_words(question)
    if not words:
        return []
    about = {"words": words, "longest": max(words, key=len), "phrase": " ".join(words)}
    if index is None:
        found = warehouse.execute(SLOW_MATCH_QUERY, about)
    else:
        found = index.execute(MATCH_QUERY, about | {"question": question})
    return [paper_id for (paper_id,) in found.fetchall()]


def keep_wanted(warehouse: duckdb.DuckDBPyConnection, paper_ids: list[str], wanted: dict) -> list[str]:
    """Those of the papers, in their order, that `wanted` leaves: from_date, to_date, domain, has_code, if asked for."""
    if not any(wanted.values()):
        return paper_ids
    kept = {paper_id for (paper_id,) in warehouse.execute(WANTED_QUERY, wanted).fetchall()}
    return [paper_id for paper_id in paper_ids if paper_id in kept]


def read_found(warehouse: duckdb.DuckDBPyConnection, paper_ids: list[str], question: str) -> list[dict]:
    """The papers of a page in their order, each with `snippet`: `place` and `text`, where else than in the title a word
    stands, and what is around it; without one `place` is None, and the text the beginning of the abstract.
    """
    words = split_words(question)
    rows = fetch_rows(warehouse, FOUND_QUERY, {"paper_ids": paper_ids})
    snippets = [find_snippet(row, words, ("reading", "abstract", "ai_summary")) for row in rows]
    left = [row["paper_id"] for row, snippet in zip(rows, snippets, strict=True) if snippet is None]
    names = dict(warehouse.execute(NAMES_QUERY, {"paper_ids": left}).fetchall()) if left else {}
    people = [row | {"names": names.get(row["paper_id"])} for row in rows]
    return [
        row | {"snippet": snippet or find_snippet(row, words, ("names", "organization")) or _begin(row["abstract"])}
        for row, snippet in zip(people, snippets, strict=True)
    ]


def find_snippet(row: dict, words: list[str], places: tuple[str, ...]) -> dict | None:
    for place in places:
        text = row[place] or ""
        found = [at for word in words if (at := text.casefold().find(word)) >= 0]
        if found:
            start = max(0, min(found) - SNIPPET // 3)
            cut = text[start : start + SNIPPET]
            return {"place": place, "text": f"{'…' if start else ''}{cut}{'…' if start + SNIPPET < len(text) else ''}"}
    return None


def _begin(abstract: str | None) -> dict:
    return {"place": None, "text": (abstract or "")[:SNIPPET]}
