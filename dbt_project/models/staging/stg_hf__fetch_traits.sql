-- Each trait of a fetch to be judged beside the same trait in the weeks before: eight of them for fields, whose rates vary,
-- four for statements, which change at once and then stay. Dates that wait too count, or the answer would depend on
-- how many dates are judged together.
with traits as (

    select
        fetch_id,
        listing_date,
        kind,
        name,
        max(of_count) as of_count,
        -- A field that is null says no more than one that is absent.
        least(coalesce(sum(holds_count) filter (json_type is distinct from 'null'), 0), max(of_count)) as holds_count
    from {{ source('raw', 'fetch_traits') }}
    where fetch_id not in (select fetch_id from {{ source('raw', 'verdicts') }} where not is_accepted)
    group by all

),

sizes as (

    select fetch_id, listing_date, max(of_count) as item_count
    from traits
    where kind = 'field'
    group by all

),

waiting as (

    select sizes.*
    from sizes
    inner join {{ source('raw', 'unjudged_fetches') }} as unjudged using (fetch_id)

),

earlier as (

    select
        waiting.fetch_id,
        sizes.fetch_id as earlier_id,
        sizes.item_count,
        sizes.listing_date >= waiting.listing_date - 28 as is_recent
    from waiting
    inner join sizes on sizes.listing_date between waiting.listing_date - 56 and waiting.listing_date - 1

),

named as (

    select distinct earlier.fetch_id, traits.kind, traits.name
    from earlier inner join traits on earlier.earlier_id = traits.fetch_id
    union
    select fetch_id, kind, name from traits semi join waiting using (fetch_id)

),

owned as (

    select
        named.*,
        coalesce(traits.holds_count, 0) as holds_count,
        case named.kind when 'field' then waiting.item_count else coalesce(traits.of_count, 0) end as of_count,
        coalesce(traits.holds_count, 0) / nullif(coalesce(traits.of_count, waiting.item_count), 0) as share
    from named
    inner join waiting using (fetch_id)
    left join traits using (fetch_id, kind, name)

),

compared as (

    select
        owned.fetch_id,
        owned.kind,
        owned.name,
        count(*) as earlier_count,
        sum(coalesce(past.holds_count, 0)) / nullif(sum(coalesce(past.of_count, earlier.item_count)), 0) as usual_share,
        -- How far the nearest of them is: what was seen lately is no news.
        min(abs(owned.share - past.holds_count / past.of_count)) filter (past.of_count >= 5) as nearest_gap
    from owned
    inner join earlier using (fetch_id)
    left join traits as past
        on earlier.earlier_id = past.fetch_id and owned.kind = past.kind and owned.name = past.name
    where owned.kind = 'field' or (earlier.is_recent and past.of_count > 0)
    group by all
    having count(*) >= 4

)

select
    owned.*,
    compared.usual_share,
    compared.nearest_gap,
    -- Standard deviations that the share lies below what is usual, as if papers were drawn at random.
    (compared.usual_share - owned.share) / sqrt(
        greatest(least(compared.usual_share, 0.98), 0.02) * (1 - greatest(least(compared.usual_share, 0.98), 0.02))
        / nullif(owned.of_count, 0)
    ) as surprise

from owned
left join compared using (fetch_id, kind, name)
