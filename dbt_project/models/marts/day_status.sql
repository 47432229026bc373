-- Why a day is in its state is decided once, as `reason`; the state and the words follow from it.
with reasoned as (

    select
        *,
        listing_date::timestamptz + interval 1 day as ends_at,
        last_submitted_at < listing_date::timestamptz + interval 8 hours as is_filling,
        coalesce(paper_count < 0.25 * usual_count, false) as is_small,
        case
            when fetch_count = 0 and last_error_at is not null then 'failed'
            when fetch_count = 0 then 'never_fetched'
            when item_count = 50 then 'capped'
            when last_seen_at < ends_at then 'open: during the day'
            when expected_count = 0 and isodow(listing_date) >= 6 then 'quiet'
            when expected_count = 0 then 'partial: empty'
            when settled_at is null then 'open: soon after'
            when is_filling and not is_confirmed then 'partial: filling'
            when is_small and last_submitted_at is null and not (is_small_in_other_years or is_confirmed)
                then 'partial: small'
            else 'settled'
        end as reason,
        coalesce(last_held_at > last_seen_at, held_count > 0) as is_held
    from {{ ref('int_days') }}

)

select
    listing_date,
    case when is_held then 'held' else split_part(reason, ':', 1) end as state,
    split_part(reason, ':', 1) as list_state,
    expected_count,
    paper_count,
    usual_count,
    rejected_count,
    fetch_count,
    held_count,
    first_seen_at,
    last_seen_at,
    case when reason in ('settled', 'quiet') and not is_held then settled_at end as settled_at,
    case
        when not is_held then ''
        when held_count = 1 then '1 newer accepted fetch is held by a rollback until `paperhouse release`; without it: '
        else held_count || ' newer accepted fetches are held by a rollback until `paperhouse release`; without them: '
    end
    || case reason
        when 'never_fetched' then if(reported_count is null, 'never asked for', 'known from an imported report alone')
        when 'failed' then 'no accepted fetch'
        when 'capped' then 'exactly 50 papers, the size at which the source cuts a list'
        when 'open: during the day' then
            'last seen while the day was on, at ' || strftime(last_seen_at, '%H:%M') || ' UTC'
        when 'open: soon after' then 'last seen less than two days after the day began'
        when 'quiet' then 'empty after the end of a ' || weekday || ', as weekends are'
        when 'partial: empty' then 'empty after the end of a ' || weekday || ', and only weekends are'
        when 'partial: filling' then
            'taken while it was filling: no paper was put on the list after '
            || strftime(last_submitted_at, '%H:%M') || ' UTC, and lists grow until the evening'
        when 'partial: small' then 'papers seen: ' || paper_count || ', usual on this weekday: ' || usual_count
        else 'seen at least two days after the day began'
    end
    || if(reason = 'partial: empty' and usual_count > 0, ', usual on this weekday: ' || usual_count, '')
    || case
        when reason != 'settled' or not (is_small or coalesce(is_filling, false)) then ''
        when is_filling or is_confirmed then ', short, but the same since ' || strftime(settled_at, '%Y-%m-%d')
        when last_submitted_at is null then ', short as in other years'
        else ', short, but papers came until ' || strftime(last_submitted_at, '%H:%M') || ' UTC'
    end
    || if(paper_count > first_count, ', grown from ' || first_count || ' to ' || paper_count, '')
    || if(expected_count > paper_count, ', shrunk by ' || expected_count - paper_count
        || ' until ' || strftime(last_delisted_at, '%Y-%m-%d'), '')
    || if(last_error_at > last_seen_at, ', a newer fetch was not accepted', '') as evidence,
    last_error,
    last_error_at,
    reported_count,
    unreported_paper_ids

from reasoned
