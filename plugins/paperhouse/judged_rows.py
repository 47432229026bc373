"""What the suites of Great Expectations look at: one query a frame, over a build whose staging models are there."""

PROFILE_QUERY = "select * from staging.stg_hf__fetch_profiles where fetch_id = ?"

FIELDS_QUERY = """
    select
        *,
        concat(
            name, ' in ', round(100 * share)::integer, ' % of the items',
            ', usually ' || round(100 * usual_share)::integer || ' %', ', as ' || json_types
        ) as finding
    from staging.stg_hf__fetch_fields
    where fetch_id = ?
    -- The strangest first: a check shows a few of its findings.
    order by fill_surprise desc, meaning_surprise desc, kind, name
"""

RECORDS_QUERY = """
    select
        paper_id, title, nullif(abstract, '') as abstract, len(abstract) as abstract_length, upvotes, comment_count,
        github_url, github_stars, project_url, len(authors) as author_count,
        date_diff('day', published_at::date, listing_date) as age_days
    from staging.stg_hf__daily_papers
    where fetch_id = ? and reject_reason is null and not is_page_repeat
    order by page_number, item_number
"""

READINGS_QUERY = """
    select
        paper_id,
        payload ->> '$.reader' as reader,
        payload ->> '$.state' as state,
        payload ->> '$.reading_source' as reading_source,
        (payload ->> '$.state' = 'read') = (payload ->> '$.reading_source' in ('html', 'markdown')) as is_state_fitting,
        payload ->> '$.contribution' as contribution,
        (payload ->> '$.dropped_claim_count')::integer as dropped_count,
        json_array_length(payload -> '$.claims')::integer as claim_count,
        len(list_filter(json_extract(payload, '$.claims[*]'), lambda claim:
            coalesce(claim ->> '$.value_text', '') = ''
            or not coalesce(contains(claim ->> '$.evidence', claim ->> '$.value_text'), false)
        )) as unproven_count,
        len(list_filter(json_extract(payload, '$.claims[*]'), lambda claim:
            not coalesce(isfinite(try_cast(claim ->> '$.value' as double)), false)
        )) as infinite_count
    from raw.readings
    where batch_id = ?
    order by reading_number
"""

PAGES_QUERY = """
    select
        paper_id,
        payload ->> '$.look_id' as look_id,
        payload ->> '$.state' as state,
        (payload ->> '$.upvotes')::bigint as upvotes,
        list_max([
            len(list_filter(json_extract(payload, '$.links[*]'), lambda link: link ->> '$.kind' = kind))
            - (payload -> '$.total_counts' ->> kind)::bigint
            for kind in ['model', 'dataset', 'space']
        ]) as surplus_count
    from raw.readings
    where batch_id = ?
    order by reading_number
"""

# Kind of batch → its suite and its query.
BATCH_SUITES = {
    "reading": ("readings", READINGS_QUERY),
    "report": ("readings", READINGS_QUERY),
    "pages": ("paper_pages", PAGES_QUERY),
}
