-- The traits of the items of every fetch that has none yet: which fields they have, of which JSON types, and for how
-- many of them each of a few statements holds. `of_count` is the number of items that could have the trait.
insert into raw.fetch_traits by name
with items as (

    select fetch_id, listing_date, page_number, item_number, payload
    from raw.daily_papers
    where fetch_id not in (select fetch_id from raw.fetch_traits)

),

counts as (

    select fetch_id, count(*) as of_count from items group by fetch_id

),

-- json_structure() tells an item's fields without their values; a list is told by the shape its members share.
shapes as (

    select fetch_id, listing_date, page_number, item_number, json_structure(payload) as shape from items

),

fields as (

    select
        shapes.* exclude (shape),
        ltrim(replace(replace(field.fullkey[2:], '[0]', '[]'), '"', ''), '.') as name,
        case coalesce(field.atom ->> '$', field.type)
            when 'VARCHAR' then 'string'
            when 'UBIGINT' then 'integer'
            when 'BIGINT' then 'integer'
            when 'DOUBLE' then 'number'
            when 'JSON' then 'mixed'
            else lower(coalesce(field.atom ->> '$', field.type))
        end as json_type
    from shapes, json_tree(shapes.shape) as field

),

field_counts as (

    select
        fetch_id,
        listing_date,
        'field' as kind,
        name,
        json_type,
        count(distinct (page_number, item_number)) as holds_count
    from fields
    where name != ''
    group by fetch_id, listing_date, name, json_type
    -- A source gone mad must not fill the disk with names.
    qualify row_number() over (partition by fetch_id order by holds_count desc, name, json_type) <= 1000

),

texts as (

    select
        fetch_id,
        listing_date,
        json_extract_string(payload, [
            '$.publishedAt', '$.paper.publishedAt', '$.paper.submittedOnDailyAt', '$.title', '$.paper.title',
            '$.paper.summary', '$.submittedBy.name', '$.paper.submittedOnDailyBy.user', '$.paper.submittedOnDailyBy.name'
        ]) as t
    from items

),

-- Each of these was true of every item, or of none, until the source changed what the field means.
statements as (

    select fetch_id, listing_date, 'publishedAt of the item follows that of the paper' as name,
        date_diff('minute', try_cast(t[1] as timestamptz), try_cast(t[2] as timestamptz)) in (240, 300) as holds
    from texts
    union all
    select fetch_id, listing_date, 'paper.publishedAt is midnight', t[2][12:19] = '00:00:00' from texts
    union all
    select fetch_id, listing_date, 'paper.submittedOnDailyAt is midnight', t[3][12:19] = '00:00:00' from texts
    union all
    select fetch_id, listing_date, 'title of the item is that of the paper', t[4] = t[5] from texts
    union all
    select fetch_id, listing_date, 'paper.summary is wrapped into lines', contains(t[6], chr(10)) from texts
    union all
    select fetch_id, listing_date, 'submittedBy.name is the handle of submittedOnDailyBy', t[7] = coalesce(t[8], t[9])
    from texts

),

statement_counts as (

    select fetch_id, listing_date, 'statement' as kind, name, null as json_type,
        count(*) filter (holds) as holds_count, count(holds) as of_count
    from statements
    group by all
    having count(holds) > 0

)

select fetch_id, listing_date, kind, name, json_type, holds_count, of_count
from field_counts inner join counts using (fetch_id)
union all
select fetch_id, listing_date, kind, name, json_type, holds_count, of_count from statement_counts;
