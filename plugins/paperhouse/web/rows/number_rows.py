"""Numbers that papers report: which metrics and benchmarks there are, and what was reported of one of them."""

from typing import NamedTuple

import duckdb

from ...report.claims import describe_claim
from ...report.fetch_rows import fetch_rows

PAGE_SIZE, CHART_POINTS = 25, 200
LISTED, OFFERED = 20, 200  # names on the page, and names that a field offers while one types

# Names are as papers have them, so two that differ in case are one. Counted are papers, because readers of a paper,
# and its text and tables, say the same number several times.
METRICS_QUERY = """
    select
        coalesce(metric_id, lower(metric)) as key, min(metric) as name, any_value(metric_name_en) as name_en,
        any_value(metric_name_zh) as name_zh, count(distinct paper_id) as paper_count
    from paper_metrics
    where metric is not null and ($dataset = '' or lower(dataset) = $dataset)
    group by key
    order by paper_count desc, key
    limit $most
"""

DATASETS_QUERY = """
    select lower(dataset) as key, min(dataset) as name, count(distinct paper_id) as paper_count
    from paper_metrics
    where dataset is not null and ($metric = '' or coalesce(metric_id, lower(metric)) = $metric)
    group by key
    order by paper_count desc, key
    limit $most
"""

# A name, whole or a part of it; the whole one comes first.
FIND_METRICS_QUERY = """
    select
        coalesce(metric_id, lower(metric)) as key, min(metric) as name, any_value(metric_name_en) as name_en,
        any_value(metric_name_zh) as name_zh, count(distinct paper_id) as paper_count,
        bool_or($asked in (metric_id, lower(metric), lower(metric_name_en), lower(metric_name_zh))) as is_exact
    from paper_metrics
    where contains(lower(concat_ws(chr(10), metric_id, metric, metric_name_en, metric_name_zh)), $asked)
    group by key
    order by key = $asked desc, is_exact desc, paper_count desc, key
    limit $most
"""

FIND_DATASETS_QUERY = """
    select
        lower(dataset) as key, min(dataset) as name, count(distinct paper_id) as paper_count, key = $asked as is_exact
    from paper_metrics
    where contains(lower(dataset), $asked)
    group by key
    order by is_exact desc, paper_count desc, key
    limit $most
"""

# The same number, said again in another place or by another reader, stands once; the one with a place to look at.
WANTED = """
    with wanted as (
        select
            claim_id, paper_id, role, kind, dataset, coalesce(standard_value, value) as comparable,
            coalesce(standard_unit_id, unit) || coalesce('/' || unit_per, '') as measure_unit,
            concat_ws(' ', kind, measure_unit) as measure
        from paper_metrics
        where
            ($dataset = '' or lower(dataset) = $dataset)
            and ($metric = '' or coalesce(metric_id, lower(metric)) = $metric)
        qualify row_number() over (
            partition by paper_id, coalesce(metric_id, lower(metric)), measure, comparable, lower(dataset), role
            order by reading_source = 'html' desc, claim_id
        ) = 1
    ),

    dated as (
        select wanted.*, title, coalesce((published_at at time zone 'UTC')::date, first_listed_date) as reported_on
        from wanted
        inner join papers using (paper_id)
        where $measure is null or measure = $measure
    )
"""

MEASURES_QUERY = f"""
    {WANTED}
    select
        measure, any_value(kind) as kind, any_value(measure_unit) as unit, count(*) as number_count,
        count(*) filter (role = 'result') as result_count
    from dated
    group by measure
    order by result_count desc, number_count desc, measure
"""  # noqa: S608 - of our own words

NUMBERS_QUERY = f"""
    {WANTED},

    shown as (
        select claim_id, title, reported_on, count(*) over () as total
        from dated
        order by reported_on desc nulls last, paper_id, role = 'result' desc, claim_id
        limit $page_size offset $skipped
    )

    select paper_metrics.*, shown.* exclude (claim_id)
    from paper_metrics
    inner join shown using (claim_id)
    order by reported_on desc nulls last, paper_id, role = 'result' desc, claim_id
"""  # noqa: S608

POINTS_QUERY = f"""
    {WANTED}
    select reported_on, comparable, coalesce(dataset, '') as dataset
    from dated
    where role = 'result' and reported_on is not null and isfinite(comparable)
    order by reported_on desc, claim_id
    limit $most
"""  # noqa: S608


class Asked(NamedTuple):
    """Which numbers: keys of a data set and a metric, and a measure (kind and unit). Empty leaves all in."""

    dataset: str = ""
    metric: str = ""
    measure: str | None = None  # '' is none: a number may have no kind and no unit


def list_metrics(connection: duckdb.DuckDBPyConnection, dataset: str = "", most: int = LISTED) -> list[dict]:
    """Metrics of a data set, those of most papers first: key, name, name_en, name_zh, paper_count."""
    return fetch_rows(connection, METRICS_QUERY, {"dataset": dataset, "most": most})


def list_datasets(connection: duckdb.DuckDBPyConnection, metric: str = "", most: int = LISTED) -> list[dict]:
    """Data sets on which a metric is reported, those of most papers first: key, name, paper_count."""
    return fetch_rows(connection, DATASETS_QUERY, {"metric": metric, "most": most})


def find_metrics(connection: duckdb.DuckDBPyConnection, asked: str) -> list[dict]:
    """Metrics with these words in their name; with `is_exact`, the one that is called so, first."""
    return fetch_rows(connection, FIND_METRICS_QUERY, {"asked": asked, "most": LISTED})


def find_datasets(connection: duckdb.DuckDBPyConnection, asked: str) -> list[dict]:
    """Data sets with these words in their name; with `is_exact`, the one that is called so, first."""
    return fetch_rows(connection, FIND_DATASETS_QUERY, {"asked": asked, "most": LISTED})


def read_measures(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict]:
    """Kinds and units in which a metric is reported, most results first. Only numbers of one of them compare."""
    return fetch_rows(connection, MEASURES_QUERY, asked._replace(measure=None)._asdict())


def read_numbers(connection: duckdb.DuckDBPyConnection, asked: Asked, page: int) -> list[dict]:
    """A page of numbers, the newest paper first, described as `describe_claim` does, with `total`."""
    about = asked._asdict() | {"page_size": PAGE_SIZE, "skipped": (page - 1) * PAGE_SIZE}
    return [describe_claim(row) for row in fetch_rows(connection, NUMBERS_QUERY, about)]


def read_points(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict]:
    """The newest results as reported_on, comparable and dataset, at most CHART_POINTS."""
    return fetch_rows(connection, POINTS_QUERY, asked._asdict() | {"most": CHART_POINTS})
