"""Papers that hold all the words of a question, the best first, with the place where they stand."""

import re

import duckdb

from ...report.fetch_rows import fetch_rows

PAGE_SIZE = 20
SNIPPET = 240  # characters around the first word that was found

# All words must occur, whatever the language: Chinese has no borders between words, so each is looked for as it is.
# Without an index the score counts the words in the title.
FOUND_QUERY = """
    with scored as (
        select unnest($paper_ids) as paper_id, unnest($scores) as score
    ),

    people as (
        select paper_id, string_agg(name, ', ') as names
        from paper_authors
        inner join authors using (author_id)
        where not is_hidden
        group by paper_id
    ),

    said as (
        select paper_id, any_value(concat_ws(' ', contribution, innovations, usage_guide, results)) as reading
        from paper_readings
        where is_shown
        group by paper_id
    ),

    candidates as (
        select
            papers.paper_id, title, abstract, ai_summary, upvotes, github_url, github_stars, first_listed_date,
            primary_domain_id, full_name as organization, reading, names,
            lower(concat_ws(' ', papers.paper_id, title, abstract, ai_summary, reading, names, full_name,
                array_to_string(ai_keywords, ' '))) as text
        from papers
        left join people using (paper_id)
        left join said using (paper_id)
        left join organizations using (organization_id)
        where
            ($from_date is null or first_listed_date >= $from_date)
            and ($to_date is null or first_listed_date <= $to_date)
            and (not $has_code or github_url is not null)
            and (
                $domain = ''
                or papers.paper_id in (
                    select paper_id from paper_domains
                    where domain_id = $domain or starts_with(domain_id, $domain || '.')
                )
            )
    ),

    found as (
        select
            * exclude (text),
            coalesce(score, 0)
                + 2 * len(list_filter($words, lambda word: contains(lower(title), word)))
                + 4 * contains(lower(title), $phrase)::integer as score
        from candidates
        left join scored using (paper_id)
        where len(list_filter($words, lambda word: contains(text, word))) = len($words)
    )

    select found.* exclude (primary_domain_id), name_en, name_zh, domain_id, count(*) over () as total
    from found
    left join domains on domains.domain_id = found.primary_domain_id
    order by score desc, upvotes desc nulls last, paper_id
    limit $page_size offset $skipped
"""

RANK_QUERY = """
    select paper_id, score
    from (select paper_id, fts_main_texts.match_bm25(paper_id, $question) as score from texts)
    where score is not null
    order by score desc
    limit 2000
"""

DOMAINS_QUERY = "select domain_id, level, name_en, name_zh from domains where level <= 2 order by domain_id"


def split_words(question: str) -> list[str]:
    """The words of a question in lower case; one in quotes may hold spaces."""
    return [(quoted or word).casefold() for quoted, word in re.findall(r'"([^"]+)"|([^\s"]+)', question)][:12]


def rank_papers(index: duckdb.DuckDBPyConnection | None, question: str) -> dict[str, float] | None:
    """Paper → score by the index; None where the index cannot tell: there is none, or the words are Chinese."""
    if index is None or re.search("[\u3400-\u9fff]", question):
        return None
    return dict(index.execute(RANK_QUERY, {"question": question}).fetchall())


def find_papers(
    warehouse: duckdb.DuckDBPyConnection, question: str, scores: dict[str, float] | None, wanted: dict, page: int
) -> list[dict]:
    """A page of papers with all words of `question`, each with `score`, `total` and `snippet`.

    `wanted` has from_date, to_date, domain and has_code, as far as they are asked for.
    """
    words = split_words(question)
    if not words:
        return []
    ranked = scores or {}
    rows = fetch_rows(
        warehouse,
        FOUND_QUERY,
        {
            "words": words,
            "phrase": " ".join(words),
            "paper_ids": list(ranked),
            "scores": list(ranked.values()),
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
