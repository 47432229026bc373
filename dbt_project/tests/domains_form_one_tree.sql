-- Every domain hangs below its parent, one level deeper; one that no root leads to (a circle) is missing from `domains`.
select domain_tree.domain_id, domain_tree.parent_id, domains.level, parents.level as parent_level
from {{ ref('domain_tree') }} as domain_tree
left join {{ ref('domains') }} as domains on domain_tree.domain_id = domains.domain_id
left join {{ ref('domains') }} as parents on domains.parent_id = parents.domain_id
where
    domains.level is null
    or domains.level != coalesce(parents.level, 0) + 1
    or (domains.parent_id is null) != (domains.level = 1)
    or domains.lineage[-1] != domains.domain_id
