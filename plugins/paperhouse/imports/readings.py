"""An imported report to readings: its sections, sentences and numbers, each with its place in the file."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict

from ..claims.extract import Claim, extract_claims
from ..claims.layout import BULLET
from ..claims.layout import HEADING as NO_SENTENCE
from ..claims.own_method import find_own_method
from ..claims.records import EXTRACTOR
from ..read.sentences import split_sentences
from ..readers.reading import Reading, TracedSentence
from .layout import COLUMNS, Entry, ParsedReport


def read_report(parsed: ParsedReport, text: str, read_at: str) -> list[Reading]:
    """One reading for each paper of `parsed`, which `parse_report(text)` gave; `read_at` is UTC in ISO 8601.

    Places are `char=<offset>`, in characters of `text`. A paper that the report only lists has the state failed and no
    claims: whatever its sections say, nobody had read it.
    """
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    return [_read_entry(entry, parsed.listing_date.isoformat(), text_sha256, read_at) for entry in parsed.entries]


def _read_entry(entry: Entry, listing_date: str, text_sha256: str, read_at: str) -> Reading:
    state, reason = "read", None
    if entry.reading_source is None:
        state, reason = "failed", f"the report only lists this paper: {entry.reading_source_text}"
    elif entry.reading_source == "abstract":
        state, reason = "abstract_only", f"the report was written from the abstract: {entry.reading_source_text}"
    is_read = entry.reading_source is not None
    return Reading(
        paper_id=entry.paper_id,
        paper_version=None,
        reading_source=entry.reading_source or "abstract",
        reader=f"report:{listing_date}",  # a paper may stand in the reports of two days, and both are kept
        language=_find_language(entry),
        state=state,
        reason=reason,
        **entry.bodies,
        sentences=tuple(_trace_sentences(entry)) if is_read else (),
        claims=tuple(_extract_records(entry, listing_date)) if is_read else (),
        dropped_claim_count=0,
        text_sha256=text_sha256,
        generator=None,
        read_at=read_at,
        entry={
            "listing_date": listing_date,
            "entry_number": entry.entry_number,
            "title": entry.title,
            "url": entry.url,
            "reading_source_text": entry.reading_source_text,
            "layout": entry.layout,
        },
    )


def _find_language(entry: Entry) -> str:
    words = "".join(body or "" for body in entry.bodies.values())
    chinese, latin = len(re.findall("[\u4e00-\u9fff]", words)), len(re.findall("[A-Za-z]", words))
    return "en" if chinese * 20 < latin else "zh"


def _trace_sentences(entry: Entry) -> Iterator[TracedSentence]:
    """The sentences of the sections, line by line: a report wraps no lines, and a list item is a line."""
    for column in COLUMNS.values():
        place = entry.starts[column]
        for line in (entry.bodies[column] or "").splitlines(keepends=True):
            marker = BULLET.match(line)
            start = marker.end() if marker else 0
            for sentence in [] if NO_SENTENCE.match(line) else split_sentences(line[start:]):
                start = line.index(sentence, start)
                if re.search(r"\w", sentence):
                    yield TracedSentence(column, sentence, f"char={place + start}")
                start += len(sentence)
            place += len(line)


def _extract_records(entry: Entry, listing_date: str) -> Iterator[dict]:
    """The claims section by section; contribution and innovations name the method that other sections mean."""
    introduction = "\n".join(entry.bodies[column] or "" for column in ("contribution", "innovations"))
    own_method = find_own_method(introduction, entry.title)
    known_methods = [own_method] if own_method else []
    for name, column in COLUMNS.items():
        body = entry.bodies[column] or ""
        # The extractor knows no carriage returns; a space in their place keeps every offset.
        claims = extract_claims(body.replace("\r", " "), section=name, title=entry.title, known_methods=known_methods)
        for claim in claims:
            yield _to_record(claim, body, entry, listing_date)


def _to_record(claim: Claim, body: str, entry: Entry, listing_date: str) -> dict:
    record = asdict(claim)
    value_span, evidence_span = record.pop("value_span"), record.pop("evidence_span")
    key = f"report {listing_date} {entry.paper_id} {claim.section} {value_span}"
    return record | {
        "claim_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "paper_id": entry.paper_id,
        "paper_version": None,
        "value_text": body[slice(*value_span)],
        "evidence": body[slice(*evidence_span)],
        "evidence_location": f"char={entry.starts[COLUMNS[claim.section]] + evidence_span[0]}",
        "reading_source": entry.reading_source,
        "extractor": EXTRACTOR,
    }
