{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ forget_scope_lists() }}",
    post_hook="{{ create_published_macros() }}"
) }}

with listings as (

    select listing_date, paper_id, upvotes_at_listing, delisted_at is null as is_listed
    from {{ ref('paper_listings') }}
    where listing_date in {{ scope_lists() }}

),

observed as (

    select
        listings.listing_date,
        paper_id,
        observations.upvotes,
        observations.observed_at,
        (epoch(observations.observed_at) - epoch(listings.listing_date)) / 3600 as age_hours,
        max(observations.observed_at) over (partition by listings.listing_date, paper_id) as last_observed_at
    from listings
    inner join {{ ref('paper_observations') }} as observations using (paper_id)
    where observations.upvotes is not null

),

curves as (

    select
        listing_date,
        paper_id,
        -- The nearest look within 12 hours of the age; between looks nobody counted.
        {% for day in [1, 3, 7] %}
        min_by(upvotes, (abs(age_hours - {{ 24 * day }}), observed_at))
            filter (abs(age_hours - {{ 24 * day }}) <= 12) as upvotes_at_d{{ day }},
        {% endfor %}
        count(*)::integer as observation_count,
        max(observed_at) as last_observed_at,
        arg_max(upvotes, observed_at) filter (age_hours > 7.5 * 24) as late_upvotes,
        -- Looks a few minutes apart would show chance, not speed.
        arg_max(upvotes, observed_at) - arg_max(upvotes, observed_at) filter (is_earlier) as gained,
        (epoch(max(observed_at)) - epoch(max(observed_at) filter (is_earlier))) / 86400 as gained_days
    from (select *, observed_at <= last_observed_at - interval 12 hours as is_earlier from observed)
    group by listing_date, paper_id

)

select
    listing_date,
    paper_id,
    curves.upvotes_at_d1,
    curves.upvotes_at_d3,
    curves.upvotes_at_d7,
    curves.late_upvotes - curves.upvotes_at_d7 as upvotes_after_d7,
    curves.late_upvotes > 2 * curves.upvotes_at_d7 as is_late_bloomer,
    curves.gained / curves.gained_days as upvotes_per_day,
    {% for votes, rank in [('listings.upvotes_at_listing', 'rank_at_listing'), ('papers.upvotes', 'rank_now')] %}
    case when listings.is_listed and {{ votes }} is not null then (rank() over (
        partition by listing_date, listings.is_listed order by {{ votes }} desc nulls last
    ))::integer end as {{ rank }},
    {% endfor %}
    coalesce(curves.observation_count, 0) as observation_count,
    curves.last_observed_at

from listings
inner join {{ ref('papers') }} as papers using (paper_id)
left join curves using (listing_date, paper_id)
