"""Readings from their landing to a verdict: loaded once, whole or not at all, and judged by their own suite."""

import json
from dataclasses import replace

import pytest
from paperhouse.batches import find_batch, land_readings, load_batches
from paperhouse.build import build_warehouse
from paperhouse.judge import read_verdict
from paperhouse.landing import LandingDamaged, LandingMissing
from paperhouse.publish import current_version
from paperhouse.warehouse import open_working

from tests.conftest import build_body, make_item, make_reading

PAPER = "2512.00001"


def loaded(settings):
    with open_working(settings) as working:
        return working.execute("select batch_id, paper_id from raw.readings order by reading_number").fetchall()


def test_a_batch_is_loaded_once(settings):
    batch = land_readings(settings, [make_reading(PAPER), make_reading("2512.00002")])
    load_batches(settings)
    assert load_batches(settings) == []
    assert loaded(settings) == [(batch.batch_id, PAPER), (batch.batch_id, "2512.00002")]


def test_text_with_line_separators_stays_one_reading(settings):
    land_readings(settings, [make_reading(PAPER, contribution="one\u2028two\u0085three\nfour")])
    load_batches(settings)
    with open_working(settings) as working:
        payload = json.loads(working.execute("select payload from raw.readings").fetchone()[0])
    assert payload["contribution"] == "one\u2028two\u0085three\nfour"


def test_a_batch_that_was_changed_after_landing_is_refused_whole(settings):
    batch = land_readings(settings, [make_reading(PAPER)])
    file = find_batch(settings, batch.batch_id) / "readings.jsonl"
    file.write_bytes(file.read_bytes().replace(b"contribution", b"Contribution"))
    with pytest.raises(LandingDamaged, match="read again"):
        load_batches(settings)
    assert loaded(settings) == []


def test_a_batch_that_never_landed_whole_does_not_exist(settings):
    batch = land_readings(settings, [make_reading(PAPER)])
    (find_batch(settings, batch.batch_id) / "batch.json").unlink()
    assert load_batches(settings) == []
    with pytest.raises(LandingMissing, match=batch.batch_id):
        find_batch(settings, batch.batch_id)


def test_a_number_that_is_not_in_its_evidence_rejects_the_batch(settings):
    build_body(settings, "2025-12-25", [make_item(PAPER)])
    before = current_version(settings)
    claim = {"claim_id": "c1", "value": 91.0, "value_text": "91", "evidence": "We reach 19 %."}
    batch = land_readings(settings, [replace(make_reading(PAPER), claims=(claim,))])
    load_batches(settings)
    built = build_warehouse(settings, batch.batch_id, say=lambda line: None)
    verdict = read_verdict(find_batch(settings, batch.batch_id) / "verdict.json")
    assert (built.accepted_count, built.rejected_count, current_version(settings)) == (0, 1, before)
    assert "word for word" in verdict.reason
