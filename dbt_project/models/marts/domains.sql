with recursive tree as (

    select
        domain_id,
        parent_id,
        1 as level,
        name_en,
        name_zh,
        name_en as path_en,
        name_zh as path_zh,
        [domain_id] as lineage,
        hf_task,
        arxiv_category
    from {{ ref('domain_tree') }}
    where parent_id is null

    union all

    select
        child.domain_id,
        child.parent_id,
        tree.level + 1,
        child.name_en,
        child.name_zh,
        tree.path_en || ' > ' || child.name_en,
        tree.path_zh || ' > ' || child.name_zh,
        list_append(tree.lineage, child.domain_id),
        child.hf_task,
        child.arxiv_category
    from {{ ref('domain_tree') }} as child
    inner join tree on child.parent_id = tree.domain_id

)

select domain_id, parent_id, level, name_en, name_zh, path_en, path_zh, lineage, hf_task, arxiv_category
from tree
