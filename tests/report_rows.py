"""Rows of the published tables that a report reads, made by hand."""

from datetime import UTC, date, datetime

DAY = date(2026, 3, 2)
SEEN = datetime(2026, 3, 5, 8, 30, tzinfo=UTC)

TABLES = """
create table day_status (
    listing_date date, state varchar, expected_count integer, paper_count integer, rejected_count integer,
    last_seen_at timestamptz, evidence varchar, last_error varchar, last_error_at timestamptz, reported_count integer,
    unreported_paper_ids varchar[]);
create table papers (
    paper_id varchar, title varchar, abstract varchar, upvotes bigint, comment_count bigint, github_url varchar,
    github_stars bigint, project_url varchar, organization_id varchar, ai_summary varchar, ai_summary_model varchar,
    primary_domain_id varchar, hf_url varchar, arxiv_url varchar, last_observed_at timestamptz);
create table paper_listings (
    listing_date date, paper_id varchar, position integer, upvotes_at_listing bigint, delisted_at timestamptz);
create table organizations (organization_id varchar, full_name varchar);
create table authors (author_id varchar, name varchar);
create table paper_authors (paper_id varchar, author_id varchar, author_position integer, is_hidden boolean);
create table domains (
    domain_id varchar, level integer, name_en varchar, name_zh varchar, path_en varchar, path_zh varchar,
    lineage varchar[]);
create table paper_domains (paper_id varchar, domain_id varchar, source varchar, evidence varchar, score double);
create table domain_metrics_daily (domain_id varchar, listing_date date, paper_count integer, upvotes bigint);
create table fetches (fetch_id varchar, listing_date date, observed_at timestamptz, is_accepted boolean);
create table audit_results (
    fetch_id varchar, suite varchar, check_name varchar, severity varchar, success boolean, observed varchar,
    message varchar);
create table domain_agreement (
    listing_date date, paper_count integer, same_root_count integer, same_branch_count integer);
create table paper_readings (
    paper_id varchar, paper_version integer, reading_source varchar, reader varchar, language varchar, state varchar,
    reason varchar, domain_text varchar, contribution varchar, usage_guide varchar, innovations varchar,
    results varchar, dropped_claim_count integer, is_current boolean, is_shown boolean);
create table paper_metrics (
    claim_id varchar, paper_id varchar, paper_version integer, role varchar, metric varchar, value double,
    value_text varchar, unit varchar, comparator varchar, kind varchar, method varchar, baseline varchar,
    baseline_value double, dataset varchar, evidence varchar, evidence_location varchar, reading_source varchar,
    reader varchar, delta double, is_better boolean);
insert into domains values
    ('cv', 1, 'Computer vision', '计算机视觉', 'Computer vision', '计算机视觉', ['cv']),
    ('cv.3d', 2, '3D vision', '三维视觉', 'Computer vision > 3D vision', '计算机视觉 > 三维视觉', ['cv', 'cv.3d']);
"""


def insert(warehouse, table, **row):
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    warehouse.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def add_status(warehouse, state="settled", paper_count=1, **row):
    defaults = {"expected_count": paper_count, "rejected_count": 0, "last_seen_at": SEEN, "evidence": "why"}
    insert(warehouse, "day_status", listing_date=DAY, state=state, paper_count=paper_count, **{**defaults, **row})


def add_paper(warehouse, paper_id="2603.00001", position=1, upvotes_at_listing=None, delisted_at=None, **row):
    insert(
        warehouse,
        "papers",
        paper_id=paper_id,
        hf_url=f"https://huggingface.co/papers/{paper_id}",
        arxiv_url=f"https://arxiv.org/abs/{paper_id}",
        last_observed_at=SEEN,
        **{"title": f"Paper {paper_id}", "upvotes": 1, "comment_count": 0, **row},
    )
    insert(
        warehouse,
        "paper_listings",
        listing_date=DAY,
        paper_id=paper_id,
        position=position,
        upvotes_at_listing=upvotes_at_listing,
        delisted_at=delisted_at,
    )
