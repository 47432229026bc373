-- Readings as landed, with types; sentences and claims stay lists until it is known which reading counts.
with parsed as (

    select
        batch_id,
        reading_number,
        unnest(from_json(payload, '{
            "paper_id": "VARCHAR", "paper_version": "INTEGER", "reading_source": "VARCHAR", "reader": "VARCHAR",
            "language": "VARCHAR", "state": "VARCHAR", "reason": "VARCHAR", "domain_text": "VARCHAR",
            "contribution": "VARCHAR", "usage_guide": "VARCHAR", "innovations": "VARCHAR", "results": "VARCHAR",
            "sentences": [{"section": "VARCHAR", "text": "VARCHAR", "location": "VARCHAR"}],
            "claims": [{
                "claim_id": "VARCHAR", "section": "VARCHAR", "role": "VARCHAR", "metric": "VARCHAR",
                "value": "DOUBLE", "value_max": "DOUBLE", "value_text": "VARCHAR", "unit": "VARCHAR",
                "comparator": "VARCHAR", "kind": "VARCHAR", "direction": "VARCHAR", "method": "VARCHAR",
                "baseline": "VARCHAR", "baseline_value": "DOUBLE", "dataset": "VARCHAR", "evidence": "VARCHAR",
                "evidence_location": "VARCHAR", "extractor": "VARCHAR"
            }],
            "dropped_claim_count": "INTEGER", "text_sha256": "VARCHAR", "generator": "VARCHAR",
            "read_at": "TIMESTAMPTZ",
            "entry": {
                "entry_number": "INTEGER", "title": "VARCHAR", "url": "VARCHAR", "reading_source_text": "VARCHAR",
                "layout": "JSON"
            }
        }'))
    from {{ source('raw', 'readings') }}

)

select
    parsed.* exclude (entry),
    batches.made_at,
    unnest(parsed.entry)

from parsed
inner join {{ source('raw', 'reading_batches') }} as batches using (batch_id)
where batches.kind != 'pages'
