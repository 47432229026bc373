create table if not exists publish_log (
    version varchar primary key,
    base_version varchar,
    published_at timestamptz not null,
    fetch_ids varchar[] not null,
    fetch_count integer not null,
    batch_count integer not null,
    rejected_count integer not null,
    first_listing_date date,
    last_listing_date date,
    papers_added integer not null,
    papers_changed integer not null,
    papers_removed integer not null,
    listings_added integer not null,
    listings_changed integer not null,
    listings_removed integer not null,
    listings_delisted integer not null,
    observations_added integer not null,
    votes_moved bigint not null,
    votes_net bigint not null,
    voted_papers integer not null,
    readings_added integer not null,
    readings_changed integer not null,
    readings_removed integer not null,
    metrics_added integer not null,
    metrics_removed integer not null,
    seconds double not null
);
comment on table publish_log is
    'What each version changed against the one before, this file''s own version last. One row per version.';
comment on column publish_log.version is 'Name of the version; also of its folder, while it is kept.';
comment on column publish_log.base_version is 'The version it was built on and is compared with. NULL for the first.';
comment on column publish_log.published_at is 'When it was published, UTC.';
comment on column publish_log.fetch_ids is 'Accepted fetches and batches of readings that it tells of for the first time.';
comment on column publish_log.fetch_count is 'Fetches among them.';
comment on column publish_log.batch_count is 'Batches of readings among them, imported reports included.';
comment on column publish_log.rejected_count is 'Rejected fetches and batches that it tells of for the first time.';
comment on column publish_log.first_listing_date is 'Earliest listing date it wrote anew. NULL when readings alone came.';
comment on column publish_log.last_listing_date is 'Latest listing date it wrote anew. NULL when readings alone came.';
comment on column publish_log.papers_added is 'Papers that were not there before.';
comment on column publish_log.papers_changed is
    'Papers with another title, abstract, link, domain, reading source or the like; counts of votes, comments and stars do not count.';
comment on column publish_log.papers_removed is 'Papers that are not there any more.';
comment on column publish_log.listings_added is 'Papers on a date that were not on it before.';
comment on column publish_log.listings_changed is
    'Papers on a date whose submitter, time or launch votes changed, or that left the list or came back; a place does not count.';
comment on column publish_log.listings_removed is 'Rows of papers on a date that are gone; a delisted paper keeps its row.';
comment on column publish_log.listings_delisted is 'Papers that left the list of a date; they count as changed, too.';
comment on column publish_log.observations_added is 'New rows of `paper_observations`.';
comment on column publish_log.votes_moved is 'Sum of the differences of `papers.upvotes`, each without its sign.';
comment on column publish_log.votes_net is 'Sum of the differences of `papers.upvotes`, with their signs.';
comment on column publish_log.voted_papers is 'Papers whose upvotes changed.';
comment on column publish_log.readings_added is 'New rows of `paper_readings`.';
comment on column publish_log.readings_changed is 'Readings that say something else than before.';
comment on column publish_log.readings_removed is 'Readings that are not there any more.';
comment on column publish_log.metrics_added is 'New rows of `paper_metrics`.';
comment on column publish_log.metrics_removed is 'Rows of `paper_metrics` that are gone.';
comment on column publish_log.seconds is 'From the start of the build to here, before the swap.';
