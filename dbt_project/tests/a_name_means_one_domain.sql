-- A name may belong to a domain and to one above or below it, but not to two domains side by side.
select one.tokens, one.domain_id, other.domain_id as other_domain_id
from {{ ref('int_domain_aliases') }} as one
inner join {{ ref('int_domain_aliases') }} as other
    on one.tokens = other.tokens and one.domain_id < other.domain_id
inner join {{ ref('domains') }} as one_domain on one.domain_id = one_domain.domain_id
inner join {{ ref('domains') }} as other_domain on other.domain_id = other_domain.domain_id
where
    not list_contains(one_domain.lineage, other.domain_id)
    and not list_contains(other_domain.lineage, one.domain_id)
