"""What programs ask for: the published tables as they are, in lists that are read on from where one stopped.

Each list has a total order and is asked for one row more than shown, to know whether it goes on. It goes on behind the
last row, not after a number of rows, so nothing is missed when a day is published meanwhile.
"""

from datetime import date

import duckdb

from ...report.fetch_rows import fetch_rows
from ...report.rows import DateNotInWarehouse
from .paper_rows import PaperNotInWarehouse

DAYS_QUERY = """
    from day_status
    where ($since is null or listing_date >= $since) and ($after is null or listing_date < $after)
    order by listing_date desc
    limit $limit
"""

DAY_QUERY = "from day_status where listing_date = $listing_date"

AUDIT_QUERY = """
    select * exclude (listing_date)
    from audit_results
    where listing_date = $listing_date
    order by checked_at desc, fetch_id, suite, check_name
"""

LISTED_QUERY = """
    select
        listings.* exclude (listing_date), title, upvotes, comment_count, github_url, github_stars, project_url,
        organizations.full_name as organization, primary_domain_id, reading_source, hf_url, arxiv_url
    from (from paper_listings where listing_date = $listing_date) as listings
    inner join papers using (paper_id)
    left join organizations using (organization_id)
    order by delisted_at is not null, position, paper_id
"""

# A paper changes when it is looked at, read, listed or taken off a list.
PAPERS_QUERY = """
    with moments as (
        select paper_id, observed_at as moment from paper_observations
        union all
        select paper_id, read_at from paper_readings
        union all
        select paper_id, greatest(first_observed_at, delisted_at) from paper_listings
    ),

    changed as (
        select paper_id, max(moment) as changed_at
        from moments
        group by paper_id
        having
            ($since is null or changed_at >= $since)
            and ($after is null or changed_at > $after or (changed_at = $after and paper_id > $after_id))
        order by changed_at, paper_id
        limit $limit
    )

    select changed_at, papers.*
    from papers
    inner join changed using (paper_id)
    order by changed_at, paper_id
"""

PAPER_QUERY = "from papers where paper_id = $paper_id"

# By the name in the answer; rows of `papers` and the tables around it.
PAPER_QUERIES = {
    "organization": """
        from organizations
        where organization_id = (select organization_id from papers where paper_id = $paper_id)
    """,
    # Hugging Face marks an author as hidden who does not want to be shown with the paper.
    "authors": """
        select author_position, author_id, name
        from (from paper_authors where paper_id = $paper_id and not is_hidden)
        inner join authors using (author_id)
        order by author_position
    """,
    "domains": """
        select domain_id, path_en, path_zh, source, evidence, score
        from (from paper_domains where paper_id = $paper_id)
        inner join domains using (domain_id)
        order by score desc, domain_id, source
    """,
    "keywords": """
        select keyword, has_domain from paper_keywords where paper_id = $paper_id order by keyword_position
    """,
    "links": "select * exclude (paper_id) from paper_links where paper_id = $paper_id order by kind, position",
    "listings": """
        select * exclude (paper_id)
        from (from paper_listings where paper_id = $paper_id)
        left join (from paper_votes where paper_id = $paper_id) using (listing_date, paper_id)
        order by listing_date
    """,
    "observations": """
        select * exclude (paper_id) from paper_observations where paper_id = $paper_id order by observed_at
    """,
    "readings": """
        select * exclude (paper_id)
        from paper_readings
        where paper_id = $paper_id
        order by is_shown desc, is_current desc, read_at desc, reader, reading_source
    """,
    "numbers": """
        select * exclude (paper_id)
        from paper_metrics
        where paper_id = $paper_id
        order by role = 'result' desc, reader, section, claim_id
    """,
    "sentences": """
        select * exclude (paper_id)
        from paper_sentences
        where paper_id = $paper_id
        order by reader, reading_source, section, sentence_number
    """,
}

DOMAINS_QUERY = """
    select domains.*, coalesce(paper_count, 0) as paper_count
    from domains
    left join (
        select domain_id, count(distinct paper_id) as paper_count
        from (select paper_id, unnest(lineage) as domain_id from paper_domains inner join domains using (domain_id))
        group by domain_id
    ) using (domain_id)
    order by domain_id
"""

NUMBERS_QUERY = """
    with wanted as (
        select claim_id, first_listed_date, title, coalesce(first_listed_date, date '1970-01-01') as sorted_date
        from paper_metrics
        inner join papers using (paper_id)
        where
            ($dataset = '' or lower(dataset) = lower($dataset))
            and ($metric = '' or metric_id = $metric or lower(metric) = lower($metric))
            and ($since is null or first_listed_date >= $since)
            and ($after is null or sorted_date < $after or (sorted_date = $after and claim_id > $after_id))
        order by sorted_date desc, claim_id
        limit $limit
    )

    select sorted_date, first_listed_date, title, paper_metrics.*
    from paper_metrics
    inner join wanted using (claim_id)
    order by sorted_date desc, claim_id
"""

CHANGES_QUERY = """
    from publish_log
    where ($since is null or published_at >= $since) and ($after is null or version < $after)
    order by version desc
    limit $limit
"""


def read_api_day(connection: duckdb.DuckDBPyConnection, listing_date: date) -> dict:
    """`day`, `audit` of all its fetches, the newest first, and `papers` in their order; raise DateNotInWarehouse."""
    about = {"listing_date": listing_date}
    days = fetch_rows(connection, DAY_QUERY, about)
    if not days:
        raise DateNotInWarehouse(f"{listing_date} is not in the warehouse yet; run it: make run DATE={listing_date}")
    return {
        "day": days[0],
        "audit": fetch_rows(connection, AUDIT_QUERY, about),
        "papers": fetch_rows(connection, LISTED_QUERY, about),
    }


def read_api_paper(connection: duckdb.DuckDBPyConnection, paper_id: str) -> dict:
    """`paper`, its `organization` or None, and lists of rows by what they are; raise PaperNotInWarehouse."""
    about = {"paper_id": paper_id}
    papers = fetch_rows(connection, PAPER_QUERY, about)
    if not papers:
        raise PaperNotInWarehouse(f"{paper_id} is not in the warehouse; load a day that lists it: make run DATE=…")
    around = {name: fetch_rows(connection, query, about) for name, query in PAPER_QUERIES.items()}
    return {"paper": papers[0], **around, "organization": next(iter(around["organization"]), None)}
