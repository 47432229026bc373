-- Of every paper one reading is shown, and it is the current one of its reader; a reader has one current reading.
select
    paper_id,
    count(*) filter (is_shown) as shown_count,
    count(*) filter (is_current) as current_count,
    count(distinct reader) as reader_count
from {{ ref('paper_readings') }}
where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
group by paper_id
having
    shown_count != 1
    or current_count != reader_count
    or count(distinct reader) filter (is_current) != reader_count
    or count(*) filter (is_shown and not is_current) > 0
