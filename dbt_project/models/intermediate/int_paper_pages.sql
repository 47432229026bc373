-- What the accepted pages of the papers in scope say. One look is one row, in however many batches it stands.
with parsed as (

    select unnest(from_json(payload, '{
        "look_id": "VARCHAR", "paper_id": "VARCHAR", "observed_at": "TIMESTAMPTZ", "state": "VARCHAR",
        "upvotes": "BIGINT", "github_stars": "BIGINT", "withdrawn_at": "TIMESTAMPTZ",
        "total_counts": {"model": "BIGINT", "dataset": "BIGINT", "space": "BIGINT"},
        "links": [{
            "kind": "VARCHAR", "linked_id": "VARCHAR", "position": "INTEGER", "likes": "BIGINT", "downloads": "BIGINT"
        }]
    }'))
    from {{ source('raw', 'readings') }}
    inner join {{ source('raw', 'reading_batches') }} as batches using (batch_id)
    inner join {{ source('raw', 'verdicts') }} as verdicts on batch_id = verdicts.fetch_id
    where
        batches.kind = 'pages'
        and verdicts.is_accepted
        and paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})

)

select
    * exclude (state),
    row_number() over (partition by paper_id order by observed_at desc, look_id desc) = 1 as is_newest

from (select distinct * from parsed)
where state = 'read'
