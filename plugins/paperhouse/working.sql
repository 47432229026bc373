-- The private tables of `working.duckdb`. A change here makes every working database anew from the landing zone.
create schema raw;
create table raw.fetches (
    fetch_id varchar primary key,
    listing_date date not null,
    source varchar not null,
    landing_folder varchar not null,
    observed_at timestamptz not null,
    page_count integer not null,
    page_limit integer not null,
    item_count integer not null,
    problem varchar,
    problem_detail varchar
);
create table raw.daily_papers (
    fetch_id varchar not null,
    listing_date date not null,
    observed_at timestamptz not null,
    page_number integer not null,
    item_number integer not null,
    paper_id varchar,
    payload json not null,
    landing_file varchar not null,
    sha256 varchar not null
);
create table raw.fetch_traits (
    fetch_id varchar not null,
    listing_date date not null,
    kind varchar not null,
    name varchar not null,
    json_type varchar,
    holds_count bigint not null,
    of_count bigint not null
);
create table raw.reading_batches (
    batch_id varchar primary key,
    kind varchar not null,
    listing_date date,
    made_at timestamptz not null,
    source varchar not null,
    landing_folder varchar not null,
    reading_count integer not null,
    envelope json
);
create table raw.readings (
    batch_id varchar not null,
    reading_number integer not null,
    paper_id varchar not null,
    payload json not null
);
create table raw.verdicts (
    fetch_id varchar primary key,
    is_accepted boolean not null,
    reason varchar,
    judged_at timestamptz not null,
    run_id varchar,
    is_held boolean not null
);
create table raw.audit_results (
    fetch_id varchar not null,
    suite varchar not null,
    check_name varchar not null,
    severity varchar not null,
    success boolean not null,
    observed varchar,
    message varchar
);
