-- Good rows of accepted fetches: for the dates and papers in scope, everything ever accepted about them.
select records.* exclude (reject_reason, is_page_repeat, upvotes_text, comment_count_text, github_stars_text)
from {{ ref('stg_hf__daily_papers') }} as records
inner join {{ source('raw', 'verdicts') }} as verdicts using (fetch_id)
where
    verdicts.is_accepted
    and records.reject_reason is null
    and not records.is_page_repeat
