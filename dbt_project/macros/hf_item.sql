{# Where the fields of an item lie. All are optional; people stand under `name` here and under `user` there. #}
{% macro hf_item_fields() -%}
{{ return({
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
}) }}
{%- endmacro %}

{# A whole number however it is written ("12", 12.0), else NULL. #}
{% macro whole_number(text) -%}
    case when regexp_full_match({{ text }}, '[0-9]+(\.0+)?') then try_cast({{ text }} as bigint) end
{%- endmacro %}

{# Text on one line: abstracts were hard-wrapped until 2025-11-12. NULL when nothing is left. #}
{% macro one_line(text) -%}
    nullif(trim(regexp_replace({{ text }}, '\s+', ' ', 'g')), '')
{%- endmacro %}

{# The first rule that a cleaned item breaks, else NULL. #}
{% macro hf_item_flaw() -%}
        case
            when paper_id is null then 'paper id is missing'
            when paper_id_type != 'VARCHAR' then 'paper id is not text'
            when not regexp_full_match(paper_id, '[0-9]{4}\.[0-9]{4,5}') then 'paper id is not an arXiv id'
            when title is null then 'title is missing'
            when len(authors) = 0 then 'authors are missing'
            when upvotes is null and upvotes_text is not null then 'upvotes is not a whole number'
            when comment_count is null and comment_count_text is not null then 'numComments is not a whole number'
            when github_stars is null and github_stars_text is not null then 'githubStars is not a whole number'
            when submitted_at::date != listing_date then 'listed on another date'
        end
{%- endmacro %}

{# A text without case, punctuation and white space: how titles are compared. #}
{% macro letters(text) -%}
    regexp_replace(lower({{ text }}), '[^\p{L}\p{N}]+', '', 'g')
{%- endmacro %}
