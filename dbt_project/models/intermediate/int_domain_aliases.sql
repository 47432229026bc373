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
    array_to_string(tokens[1:2], ' ') as opening,
    len(tokens) as token_count

from tokenized
