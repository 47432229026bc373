{#
    Macros of the published file: from papers_as_of('2026-01-08 12:00'), from search_papers('diffusion policy').
    They name no file and no schema, because a reader may copy or rename the file; a view would not survive it.
    What changes is answered as of the moment: votes, comments, stars and lists. Titles are those of today.
    The search is a pattern, made once a query: five times as fast as ilike over all abstracts.
#}
{% macro create_published_macros() -%}
    create or replace macro papers_as_of(moment) as table
    select
        paper_id,
        any_value(papers.title) as title,
        max_by(observations.upvotes, observations.observed_at) as upvotes,
        max_by(observations.comment_count, observations.observed_at) as comment_count,
        max_by(observations.github_stars, observations.observed_at) as github_stars,
        max(observations.observed_at) as last_observed_at
    from paper_observations as observations
    inner join papers using (paper_id)
    where observations.observed_at <= moment::timestamptz
    group by paper_id;

    create or replace macro listings_as_of(moment) as table
    select
        listings.listing_date,
        paper_id,
        listings.upvotes_at_listing,
        known.upvotes,
        listings.first_observed_at,
        case when listings.delisted_at <= moment::timestamptz then listings.delisted_at end as delisted_at
    from paper_listings as listings
    left join papers_as_of(moment) as known using (paper_id)
    where listings.first_observed_at <= moment::timestamptz;

    create or replace macro search_papers(words) as table
    select paper_id, title, first_listed_date, upvotes, primary_domain_id, hf_url, abstract
    from papers
    where regexp_matches(
        concat_ws(chr(10), title, abstract),
        '(?i)' || replace(regexp_escape(regexp_replace(trim(words), '[\s-]+', ' ', 'g')), '\ ', '[\s-]+')
    );

    comment on macro table papers_as_of is
    'Votes, comments and stars of each paper as last observed at a moment (timestamptz). One row per paper seen by then.';
    comment on macro table listings_as_of is
    'The lists as they were known at a moment (timestamptz). One row per paper and listing date seen by then.';
    comment on macro table search_papers is
    'Papers with these words side by side in title or abstract, in any case. One row per paper.'
{%- endmacro %}
