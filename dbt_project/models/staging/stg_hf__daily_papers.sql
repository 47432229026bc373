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
        json_type(payload, '$.paper.id') as paper_id_type,
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
        fetch_id, listing_date, observed_at, page_number, item_number, payload, paper_id_type,
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
        {{ hf_item_flaw() }} as flaw,
        -- A repository is the code of one paper, at times of two. On three it is a mistake of the source, and so is
        -- the page of an organisation.
        regexp_matches(github_url, '^https?://(www\.)?github\.com/[^/]+/[^/]')
        and count(distinct paper_id) over (partition by fetch_id, lower(github_url)) < 3 as has_own_repository
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
    * exclude (flaw, appearance, first_page_number, paper_id_type, github_url, has_own_repository),
    case when has_own_repository then github_url end as github_url,
    case when not has_own_repository then github_url end as doubtful_github_url,
    -- Votes move between two page requests, so an item may stand on both sides of a page border.
    flaw is null and page_number > first_page_number as is_page_repeat,
    case
        when flaw is null and appearance > 1 and page_number = first_page_number then 'paper stands twice in one page'
        else flaw
    end as reject_reason

from numbered
