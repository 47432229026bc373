-- The raw tables of a rebuild, straight from the landed files. Given: the variable `landing`, the folder.
create schema raw;
create schema staging;
create schema intermediate;

create temp table landed as
from read_json(
    getvariable('landing') || '/hf/daily/*/*/fetch.json',
    columns = {
        fetch_id: 'varchar', listing_date: 'date', source: 'varchar', page_limit: 'integer',
        pages: 'struct(file varchar, sha256 varchar, observed_at timestamptz)[]'
    }
);

create temp table judged as
from read_json(
    getvariable('landing') || '/hf/daily/*/*/verdict.json',
    columns = {
        fetch_id: 'varchar', is_accepted: 'boolean', reason: 'varchar', judged_at: 'timestamptz', run_id: 'varchar',
        checks: 'struct(suite varchar, check_name varchar, severity varchar, success boolean, observed varchar,
            message varchar)[]'
    }
);

-- A page is one list, so that the place of an item in it is known.
create table raw.daily_papers as
with items as (

    select filename, generate_subscripts(items, 1) as item_number, unnest(items) as payload
    from read_json(
        getvariable('landing') || '/hf/daily/*/*/page-*.json',
        format = 'unstructured', records = 'false', columns = {items: 'json[]'}, filename = true
    )

),

pages as (

    select fetch_id, listing_date, unnest(pages) as page, generate_subscripts(pages, 1) - 1 as page_number
    from landed

)

select
    pages.fetch_id, pages.listing_date, pages.page.observed_at, pages.page_number, items.item_number,
    items.payload ->> '$.paper.id' as paper_id, items.payload, items.filename as landing_file, pages.page.sha256
from items
inner join pages
    on parse_path(items.filename)[-2] = pages.fetch_id and parse_filename(items.filename) = pages.page.file;

create table raw.fetches as
select
    landed.fetch_id, landed.listing_date, landed.source,
    'landing/hf/daily/' || landed.listing_date || '/' || landed.fetch_id as landing_folder,
    landed.pages[1].observed_at as observed_at, len(landed.pages)::integer as page_count, landed.page_limit,
    coalesce(counts.item_count, 0)::integer as item_count,
    null::varchar as problem, null::varchar as problem_detail
from landed
left join (select fetch_id, count(*) as item_count from raw.daily_papers group by fetch_id) as counts using (fetch_id);

create table raw.verdicts as
select fetch_id, is_accepted, reason, judged_at, run_id, false as is_held from judged;

create table raw.audit_results as
select fetch_id, unnest(checks, recursive := true) from judged;

create table raw.waiting_fetches as select fetch_id from raw.fetches;
create table raw.scope_dates as select distinct listing_date from raw.fetches;
create table raw.scope_papers as select distinct paper_id from raw.daily_papers where paper_id is not null;
create table raw.day_counts as
select listing_date, max_by(item_count, (observed_at, fetch_id)) as item_count from raw.fetches group by listing_date;

-- Nothing was read, held, or failed.
create table raw.waiting_batches (batch_id varchar);
create table raw.held_fetches (fetch_id varchar, listing_date date, observed_at timestamptz);
create table raw.failed_fetches (listing_date date, failed_at timestamptz, message varchar);
create table raw.readings (batch_id varchar, reading_number integer, paper_id varchar, payload json);
create table raw.reading_batches (
    batch_id varchar, kind varchar, listing_date date, made_at timestamptz, source varchar, landing_folder varchar,
    reading_count integer, envelope json
);
