-- Every field is read as text in one pass over the JSON, then cast; optional fields are absent rather than null.
{% set fields = hf_item_fields() %}

with items as (

    select
        fetch_id,
        listing_date,
        observed_at,
        page_number,
        item_number,
        payload,
        json_extract_string(payload, {{ fields.values() | list }}) as field

    from {{ source('raw', 'daily_papers') }}

),

named as (

    select
        * exclude (field),
        {% for name in fields %}
        field[{{ loop.index }}] as {{ name }}{{ "," if not loop.last }}
        {% endfor %}

    from items

),

cleaned as (

    select
        fetch_id, listing_date, observed_at, page_number, item_number, payload,
        paper_id,
        {{ one_line('title') }} as title,
        {{ one_line('coalesce(paper_summary, item_summary)') }} as abstract,
        try_cast(published_at as timestamptz) as published_at,
        try_cast(submitted_at as timestamptz) as submitted_at,
        coalesce(submitter_name, daily_submitter_name, daily_submitter_user) as submitter,
        {% for count in ['upvotes', 'comment_count', 'github_stars'] %}
        {{ count }} as {{ count }}_text,
        {{ whole_number(count) }} as {{ count }},
        {% endfor %}
        nullif(trim(github_url), '') as github_url,
        nullif(trim(project_url), '') as project_url,
        {{ one_line('ai_summary') }} as ai_summary,
        ai_summary_model,
        coalesce(try_cast(ai_keywords as varchar[]), []) as ai_keywords,
        coalesce(try_cast(authors as json[]), []) as authors,
        thumbnail_url,
        coalesce(media_url, first_media_url) as media_url,
        discussion_id,
        try_cast(withdrawn_at as timestamptz) as withdrawn_at,
        try_cast(is_author_participating as boolean) as is_author_participating,
        try_cast(coalesce(paper_organization, item_organization, submitter_organization) as json) as organization
    from named

),

checked as (

    select
        *,
        case
            when paper_id is null then 'paper id is missing'
            when not regexp_full_match(paper_id, '[0-9]{4}\.[0-9]{4,5}') then 'paper id is not an arXiv id'
            when title is null then 'title is missing'
            when upvotes is null and upvotes_text is not null then 'upvotes is not a whole number'
            when comment_count is null and comment_count_text is not null then 'numComments is not a whole number'
            when github_stars is null and github_stars_text is not null then 'githubStars is not a whole number'
            when submitted_at::date != listing_date then 'listed on another date'
        end as flaw
    from cleaned

),

numbered as (

    select
        *,
        row_number() over appearances as appearance,
        first_value(page_number) over appearances as first_page_number
    from checked
    -- The first usable row of a paper counts; a broken one before it must not hide it.
    window appearances as (partition by fetch_id, paper_id, flaw is null order by page_number, item_number)

)

select
    * exclude (flaw, appearance, first_page_number),
    -- Votes move between two page requests, so an item may stand on both sides of a page border.
    flaw is null and page_number > first_page_number as is_page_repeat,
    case
        when flaw is null and appearance > 1 and page_number = first_page_number then 'paper stands twice in one page'
        else flaw
    end as reject_reason

from numbered
