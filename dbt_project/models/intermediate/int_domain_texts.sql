-- The words in which domains are looked for: title, abstract, keywords, and the labels of the shown reading.
-- Labels are cut where no name of a domain goes on: "视觉-语言模型" and "分类/回归" stay whole here.
with labels as (

    select
        paper_id,
        list_transform(
            regexp_split_to_array(
                regexp_replace(domain_text, '[*`#]|(?m)^\s*(?:[-•·]|\d+[.、])\s+', '', 'g'),
                '[\n,，、;；:：。|>→]|\s[-–—/]+\s|—|\.(?:\s|$)|以及'
            ),
            lambda label: trim(regexp_replace(
                regexp_replace(label, '^([^（(]*)[）)]\s*$', '\1'),
                '^[\s（]*(?:具体(?:涉及|细分为|包括)|主要涉及|特别是|特别针对|尤其是|适用于下游的|包括|涉及)?', ''
            ))
        ) as labels
    from {{ ref('paper_readings') }}
    where is_shown and paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

),

texts as (

    select paper_id, 'title' as source, 0 as text_number, title as text
    from {{ ref('int_newest_records') }}
    union all
    select paper_id, 'abstract', 0, abstract
    from {{ ref('int_newest_records') }}
    union all
    select paper_id, 'ai_keywords', generate_subscripts(ai_keywords, 1), unnest(ai_keywords)
    from {{ ref('int_newest_records') }}
    union all
    select paper_id, 'reading', generate_subscripts(labels, 1), nullif(unnest(labels), '')
    from labels
    semi join {{ ref('int_newest_records') }} using (paper_id)

)

select row_number() over () as text_id, paper_id, source, text_number, text, {{ tokenize('text') }} as tokens
from texts
where text is not null
