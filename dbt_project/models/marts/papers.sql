{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_papers() }}"
) }}

with records as (

    select * from {{ ref('int_newest_records') }}

),

-- A domain named in the title, the keywords and the abstract outweighs one that is only mentioned once.
ranked_domains as (

    select
        paper_domains.paper_id,
        paper_domains.domain_id,
        row_number() over (
            partition by paper_domains.paper_id
            order by sum(paper_domains.score) desc, any_value(domains.level) desc, paper_domains.domain_id
        ) as domain_rank
    from {{ ref('paper_domains') }} as paper_domains
    inner join {{ ref('domains') }} as domains using (domain_id)
    where paper_domains.paper_id in (select paper_id from records)
    group by paper_domains.paper_id, paper_domains.domain_id

),

pages as (

    select paper_id, withdrawn_at, total_counts
    from {{ ref('int_paper_pages') }}
    where is_newest

),

listed as (

    select paper_id, min(listing_date) as first_listed_date, max(listing_date) as last_listed_date
    from {{ ref('paper_listings') }}
    where paper_id in (select paper_id from records)
    group by paper_id

),

shown_readings as (

    select paper_id, reading_source
    from {{ ref('paper_readings') }}
    where is_shown and (state = 'read' or (reading_source = 'abstract' and state != 'failed'))

)

select
    records.paper_id,
    records.title,
    records.abstract,
    records.published_at,
    coalesce(pages.withdrawn_at, records.withdrawn_at) as withdrawn_at,
    listed.first_listed_date,
    listed.last_listed_date,
    records.upvotes,
    records.comment_count,
    records.github_url,
    records.github_stars,
    records.project_url,
    records.media_url,
    records.thumbnail_url,
    records.discussion_id,
    records.is_author_participating,
    records.organization ->> '$._id' as organization_id,
    records.ai_summary,
    records.ai_summary_model,
    records.ai_keywords,
    pages.total_counts.model as model_count,
    pages.total_counts.dataset as dataset_count,
    pages.total_counts.space as space_count,
    ranked_domains.domain_id as primary_domain_id,
    shown_readings.reading_source,
    'https://huggingface.co/papers/' || records.paper_id as hf_url,
    'https://arxiv.org/abs/' || records.paper_id as arxiv_url,
    records.observed_at as last_observed_at

from records
left join listed using (paper_id)
left join pages using (paper_id)
left join shown_readings using (paper_id)
left join ranked_domains
    on records.paper_id = ranked_domains.paper_id and ranked_domains.domain_rank = 1
-- What is asked for together lies together: a reader of one day unpacks its texts alone.
order by records.paper_id
