-- What a build needs of `raw`, copied into the attached file `build`. Given: the temporary tables `round` (the ids to
-- work on) and `published_ids`, and the variable `until`, the moment after which nothing is known.
create schema build.raw;

create temp table seen_fetches as from raw.fetches where observed_at <= getvariable('until');
create temp table seen_batches as from raw.reading_batches where made_at <= getvariable('until');

create temp table accepted_ids as
select fetch_id
from raw.verdicts
where
    is_accepted and not is_held
    and fetch_id in (select fetch_id from seen_fetches union all select batch_id from seen_batches);

-- Rejected ones that no version tells of yet travel along, so that audit_results and day_status know them.
create temp table waiting as
select fetch_id from round
union
select fetch_id from raw.verdicts where not is_accepted and fetch_id not in (from published_ids);

create table build.raw.waiting_fetches as
select fetch_id from seen_fetches semi join waiting using (fetch_id);

create table build.raw.unjudged_fetches as
select fetch_id from build.raw.waiting_fetches where fetch_id not in (select fetch_id from raw.verdicts);

create table build.raw.waiting_batches as
select batch_id from seen_batches where batch_id in (from waiting);

create table build.raw.scope_dates as
select listing_date from seen_fetches where fetch_id in (from waiting)
union
select listing_date from seen_batches where batch_id in (from waiting) and listing_date is not null;

create temp table accepted as
select fetch_id, listing_date, observed_at from seen_fetches semi join accepted_ids using (fetch_id);

-- Batches that tell of the papers or dates in scope: the waiting ones, and accepted reports of these dates.
create temp table scope_batches as
from build.raw.waiting_batches
union
select batch_id from seen_batches
where batch_id in (from accepted_ids) and listing_date in (from build.raw.scope_dates);

create table build.raw.scope_papers as
select paper_id from raw.daily_papers
where
    paper_id is not null
    and (
        fetch_id in (from build.raw.waiting_fetches)
        or fetch_id in (select fetch_id from accepted semi join build.raw.scope_dates using (listing_date))
    )
union
select paper_id from raw.readings where batch_id in (from scope_batches);

create table build.raw.daily_papers as
select * from raw.daily_papers
where
    fetch_id in (from build.raw.waiting_fetches)
    or (fetch_id in (select fetch_id from accepted) and paper_id in (from build.raw.scope_papers));

create table build.raw.readings as
select * from raw.readings
where
    batch_id in (from scope_batches)
    or (batch_id in (from accepted_ids) and paper_id in (from build.raw.scope_papers));

create table build.raw.reading_batches as
select * from seen_batches
where
    batch_id in (from scope_batches)
    or batch_id in (select batch_id from build.raw.readings);

create table build.raw.fetches as
select * from seen_fetches
where listing_date in (from build.raw.scope_dates) or fetch_id in (select fetch_id from build.raw.daily_papers);

create table build.raw.verdicts (
    fetch_id varchar primary key, is_accepted boolean, reason varchar, judged_at timestamptz, run_id varchar,
    is_held boolean
);
insert into build.raw.verdicts
select * from raw.verdicts
where
    not is_held
    and (
        fetch_id in (select fetch_id from build.raw.fetches)
        or fetch_id in (select batch_id from build.raw.reading_batches)
    );

create table build.raw.held_fetches as
select fetch_id, listing_date, observed_at
from seen_fetches
where fetch_id in (select fetch_id from raw.verdicts where is_accepted and is_held);

-- What may still be accepted counts among the days that a fetch is compared with: a backfill judges many at once.
create temp table plausible as
select * from seen_fetches
where fetch_id in (from accepted_ids) or fetch_id in (from build.raw.unjudged_fetches);

create table build.raw.day_counts as
select listing_date, max_by(item_count, (observed_at, fetch_id)) as item_count
from plausible
group by listing_date;

create table build.raw.fetch_traits as
select * from raw.fetch_traits
where
    fetch_id in (select fetch_id from plausible)
    and listing_date between (select min(listing_date) - 56 from build.raw.scope_dates)
    and (select max(listing_date) from build.raw.scope_dates);

create table build.raw.known_fields as
select distinct name from raw.fetch_traits where kind = 'field' and fetch_id in (from accepted_ids);

create table build.raw.failed_fetches (listing_date date, failed_at timestamptz, message varchar);
