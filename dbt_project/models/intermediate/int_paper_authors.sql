-- Hugging Face gives an author a new id with every paper, so the name is the only thing that links papers.
with positioned as (

    select
        paper_id,
        generate_subscripts(authors, 1)::integer as author_position,
        unnest(authors) as author
    from {{ ref('int_newest_records') }}

),

named as (

    select
        paper_id,
        author_position,
        trim(regexp_replace(author ->> '$.name', '\s+', ' ', 'g')) as name,
        coalesce(author ->> '$.user.name', author ->> '$.user.user') as account,
        coalesce(try_cast(author ->> '$.hidden' as boolean), false) as is_hidden
    from positioned

)

select paper_id, author_position, md5(name) as author_id, name, account, is_hidden
from named
where name != ''
