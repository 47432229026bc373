-- The names a domain goes by, as tokens: its own two names and the aliases.
with names as (

    select domain_id, name_en as alias from {{ ref('domain_tree') }}
    union
    select domain_id, name_zh from {{ ref('domain_tree') }}
    union
    select domain_id, alias from {{ ref('domain_aliases') }}

),

tokenized as (

    select domain_id, {{ tokenize('alias') }} as tokens
    from names

)

select distinct
    domain_id,
    tokens,
    tokens[1] as first_token,
    len(tokens) as token_count,
    {{ token_pattern('tokens') }} as pattern

from tokenized
