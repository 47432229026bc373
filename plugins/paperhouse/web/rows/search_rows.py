"""Papers that hold all the words of a question, the best first, with the place where they stand."""

import re

import duckdb

from ...report.fetch_rows import fetch_rows
from ..search_index import TEXTS_QUERY

PAGE_SIZE = 20
SNIPPET = 240  # characters around the first word that was found

# All words must occur, whatever the language: Chinese has no borders between words, so each is looked for as it is.
MATCH_QUERY = """
    select paper_id, coalesce(rank_text(paper_id, $question), 0) as score
    from texts
    where len(list_filter($words, lambda word: contains(text, word))) = len($words)
"""

# The same, of the warehouse itself: ten times as slow, for the first seconds, while there is no index yet.
SLOW_MATCH_QUERY = f"""
    with texts as ({TEXTS_QUERY})

    select paper_id, 0 as score
    from texts
    where len(list_filter($words, lambda word: contains(lower(text), word))) = len($words)
"""  # noqa: S608 - two constants

# A word in the title weighs as much as a good rank, and all of them in their order even more.
FOUND_QUERY = """
    with matched as (
        select unnest($paper_ids) as paper_id, unnest($scores) as score
    ),

    found as (
        select
            paper_id, title, abstract, ai_summary, upvotes, github_url, github_stars, first_listed_date,
            primary_domain_id, organization_id, count(*) over () as total,
            score
                + 2 * len(list_filter($words, lambda word: contains(lower(title), word)))
                + 4 * contains(lower(title), $phrase)::integer as score
        from papers
        inner join matched using (paper_id)
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
        order by score desc, upvotes desc nulls last, paper_id
        limit $page_size offset $skipped
    ),

    people as (
        select paper_id, string_agg(name, ', ' order by author_position) as names
        from paper_authors
        inner join authors using (author_id)
        where not is_hidden and paper_id in (select paper_id from found)
        group by paper_id
    ),

    said as (
        select paper_id, any_value(concat_ws(' ', contribution, innovations, usage_guide, results)) as reading
        from paper_readings
        where is_shown and paper_id in (select paper_id from found)
        group by paper_id
    )

    select
        found.* exclude (primary_domain_id, organization_id), name_en, name_zh, domain_id, full_name as organization,
        reading, names
    from found
    left join people using (paper_id)
    left join said using (paper_id)
    left join organizations using (organization_id)
    left join domains on domains.domain_id = found.primary_domain_id
    order by score desc, upvotes desc nulls last, paper_id
"""

DOMAINS_QUERY = "select domain_id, level, name_en, name_zh from domains where level <= 2 order by domain_id"


def split_words(question: str) -> list[str]:
    """The words of a question in lower case; one in quotes may hold spaces."""
    return [(quoted or word).casefold() for quoted, word in re.findall(r'"([^"]+)"|([^\s"]+)', question)][:12]


def match_papers(
    warehouse: duckdb.DuckDBPyConnection, index: duckdb.DuckDBPyConnection | None, question: str
) -> dict[str, float]:
    """Paper → score, of all that hold every word of `question`; without an index the scores are 0."""
    words = split_words(question)
    if not words:
        return {}
    if index is None:
        return dict(warehouse.execute(SLOW_MATCH_QUERY, {"words": words}).fetchall())
    return dict(index.execute(MATCH_QUERY, {"words": words, "question": question}).fetchall())


def find_papers(
    warehouse: duckdb.DuckDBPyConnection, question: str, scores: dict[str, float], wanted: dict, page: int
) -> list[dict]:
    """A page of the papers of `scores`, the best first, each with `score`, `total` and `snippet`.

    `wanted` has from_date, to_date, domain and has_code, as far as they are asked for.
    """
    words = split_words(question)
    rows = fetch_rows(
        warehouse,
        FOUND_QUERY,
        {
            "words": words,
            "phrase": " ".join(words),
            "paper_ids": list(scores),
            "scores": list(scores.values()),
            "page_size": PAGE_SIZE,
            "skipped": (page - 1) * PAGE_SIZE,
            **wanted,
        },
    )
    return [row | {"snippet": find_snippet(row, words)} for row in rows]


def find_snippet(row: dict, words: list[str]) -> dict:
    """`place` and `text`: where else than in the title a word stands, and what is around it."""
    for place in ("reading", "abstract", "ai_summary", "names", "organization"):
        text = row[place] or ""
        places = [at for word in words if (at := text.casefold().find(word)) >= 0]
        if places:
            start = max(0, min(places) - SNIPPET // 3)
            cut = text[start : start + SNIPPET]
            return {"place": place, "text": f"{'…' if start else ''}{cut}{'…' if start + SNIPPET < len(text) else ''}"}
    return {"place": None, "text": (row["abstract"] or "")[:SNIPPET]}
