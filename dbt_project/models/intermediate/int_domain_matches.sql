-- Where a domain's names stand in a paper's own words. The longest name wins where names overlap:
-- "vision-language model" is no "language model".
with openings as (

    -- Where a name may begin: one word, or two words that stand side by side.
    select text_id, generate_subscripts(tokens, 1) as start_at, unnest(tokens) as opening
    from {{ ref('int_domain_texts') }}
    union all
    select
        text_id,
        generate_subscripts(tokens, 1),
        unnest(list_transform(tokens, lambda token, i: token || ' ' || tokens[i + 1]))
    from {{ ref('int_domain_texts') }}

),

candidates as (

    select
        openings.text_id,
        openings.start_at,
        openings.start_at + aliases.token_count - 1 as end_at,
        aliases.domain_id,
        aliases.tokens
    from openings
    inner join {{ ref('int_domain_aliases') }} as aliases
        on openings.opening = aliases.opening

),

-- Only names of three words and more are not settled by how they begin.
matches as (

    select candidates.* exclude (tokens)
    from candidates
    inner join {{ ref('int_domain_texts') }} as texts using (text_id)
    where len(candidates.tokens) <= 2 or texts.tokens[candidates.start_at:candidates.end_at] = candidates.tokens

),

longest as (

    select matches.*
    from matches
    anti join matches as longer
        on matches.text_id = longer.text_id
        and matches.start_at >= longer.start_at
        and matches.end_at <= longer.end_at
        and matches.end_at - matches.start_at < longer.end_at - longer.start_at

),

-- The first mention speaks for all of them.
mentions as (

    select text_id, domain_id, min(start_at) as start_at, min_by(end_at, start_at) as end_at
    from longest
    group by text_id, domain_id

),

worded as (

    select paper_id, source, text_number, text_id, {{ split_words('text') }} as words
    from {{ ref('int_domain_texts') }}

)

select
    worded.paper_id,
    worded.source,
    worded.text_number,
    mentions.start_at,
    mentions.domain_id,
    array_to_string(worded.words[mentions.start_at:mentions.end_at - 1], '')
    || regexp_extract(worded.words[mentions.end_at], '{{ word_pattern() }}') as evidence

from mentions
inner join worded using (text_id)
