-- Every field is read as text in one pass over the JSON, then cast; optional fields are absent rather than null.
{% set fields = {
    'paper_id': '$.paper.id',
    'title': '$.paper.title',
    'paper_summary': '$.paper.summary',
    'item_summary': '$.summary',
    'published_at': '$.paper.publishedAt',
    'submitted_at': '$.paper.submittedOnDailyAt',
    'submitter_name': '$.submittedBy.name',
    'daily_submitter_name': '$.paper.submittedOnDailyBy.name',
    'daily_submitter_user': '$.paper.submittedOnDailyBy.user',
    'upvotes': '$.paper.upvotes',
    'comment_count': '$.numComments',
    'github_url': '$.paper.githubRepo',
    'github_stars': '$.paper.githubStars',
    'project_url': '$.paper.projectPage',
    'ai_summary': '$.paper.ai_summary',
    'ai_summary_model': '$.paper.ai_summary_model',
    'ai_keywords': '$.paper.ai_keywords',
    'authors': '$.paper.authors',
    'thumbnail_url': '$.thumbnail',
    'media_url': '$.mediaUrls[0]',
    'first_media_url': '$.mediaUrl',
    'discussion_id': '$.paper.discussionId',
    'withdrawn_at': '$.paper.withdrawnAt',
    'is_author_participating': '$.isAuthorParticipating',
    'paper_organization': '$.paper.organization',
    'item_organization': '$.organization',
    'submitter_organization': '$.submitterOrganization',
} %}
{% set whole_number = "'[0-9]+(\\.0+)?'" %}

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
        fetch_id,
        listing_date,
        observed_at,
        page_number,
        item_number,
        payload,
        paper_id,
        trim(regexp_replace(title, '\s+', ' ', 'g')) as title,
        trim(regexp_replace(coalesce(paper_summary, item_summary), '\s+', ' ', 'g')) as abstract,
        try_cast(published_at as timestamptz) as published_at,
        try_cast(submitted_at as timestamptz) as submitted_at,
        coalesce(submitter_name, daily_submitter_name, daily_submitter_user) as submitter,
        upvotes as upvotes_text,
        comment_count as comment_count_text,
        github_stars as github_stars_text,
        {% for count in ['upvotes', 'comment_count', 'github_stars'] %}
        case when regexp_full_match({{ count }}, {{ whole_number }}) then try_cast({{ count }} as bigint) end
            as {{ count }},
        {% endfor %}
        nullif(trim(github_url), '') as github_url,
        nullif(trim(project_url), '') as project_url,
        nullif(trim(regexp_replace(ai_summary, '\s+', ' ', 'g')), '') as ai_summary,
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

numbered as (

    select
        *,
        row_number() over (partition by fetch_id, paper_id order by page_number, item_number) as appearance,
        first_value(page_number) over (partition by fetch_id, paper_id order by page_number, item_number)
            as first_page_number

    from cleaned

)

select
    * exclude (appearance, first_page_number),
    -- Votes move between two page requests, so an item may stand on both sides of a page border.
    appearance > 1 and page_number > first_page_number as is_page_repeat,
    case
        when paper_id is null then 'paper id is missing'
        when not regexp_full_match(paper_id, '[0-9]{4}\.[0-9]{4,5}') then 'paper id is not an arXiv id'
        when coalesce(title, '') = '' then 'title is missing'
        when upvotes is null and upvotes_text is not null then 'upvotes is not a whole number'
        when comment_count is null and comment_count_text is not null then 'numComments is not a whole number'
        when github_stars is null and github_stars_text is not null then 'githubStars is not a whole number'
        when submitted_at::date != listing_date then 'listed on another date'
        when appearance > 1 and page_number = first_page_number then 'paper stands twice in one page'
    end as reject_reason

from numbered
