-- Where a domain's names stand in a paper's own words. The longest name wins where names overlap:
-- "vision-language model" is no "language model".
with texts as (

    select paper_id, 'title' as source, 0 as text_number, title as text
    from {{ ref('int_newest_records') }}
    union all
    select paper_id, 'abstract', 0, abstract
    from {{ ref('int_newest_records') }}
    union all
    select paper_id, 'ai_keywords', generate_subscripts(ai_keywords, 1), unnest(ai_keywords)
    from {{ ref('int_newest_records') }}

),

tokenized as (

    select paper_id, source, text_number, text, {{ tokenize('text') }} as tokens
    from texts
    where text is not null

),

positioned as (

    select
        paper_id, source, text_number, tokens,
        generate_subscripts(tokens, 1) as start_at,
        unnest(tokens) as token
    from tokenized

),

matches as (

    select
        positioned.paper_id,
        positioned.source,
        positioned.text_number,
        positioned.start_at,
        positioned.start_at + aliases.token_count - 1 as end_at,
        aliases.domain_id,
        aliases.pattern
    from positioned
    inner join {{ ref('int_domain_aliases') }} as aliases on positioned.token = aliases.first_token
    where positioned.tokens[positioned.start_at:positioned.start_at + aliases.token_count - 1] = aliases.tokens

),

longest as (

    select matches.*
    from matches
    anti join matches as longer
        on matches.paper_id = longer.paper_id
        and matches.source = longer.source
        and matches.text_number = longer.text_number
        and matches.start_at >= longer.start_at
        and matches.end_at <= longer.end_at
        and matches.end_at - matches.start_at < longer.end_at - longer.start_at

),

quoted as (

    select
        longest.paper_id,
        longest.source,
        longest.text_number,
        longest.start_at,
        longest.domain_id,
        regexp_extract(tokenized.text, longest.pattern, 1) as evidence
    from longest
    inner join tokenized using (paper_id, source, text_number)

)

-- Tokens carry no accents and the text may: without words to show there is no match.
select *
from quoted
where evidence != ''
