"""Claims as records with the columns of `paper_metrics`, from a text or from a paper that was read."""

import hashlib
from itertools import groupby

from ..read.document import Document, Section
from .extract import Claim, extract_claims
from .own_method import find_own_method
from .table_records import extract_table_records

EXTRACTOR = "rules-1"


def extract_from_text(text: str) -> list[dict]:
    """The claims of a plain or Markdown text; `evidence_location` is the offset of the evidence in it."""
    return [_to_record(claim, f"char={claim.evidence_span[0]}", "text") for claim in extract_claims(text)]


def extract_from_document(document: Document) -> list[dict]:
    """The claims of a paper's text, then of its tables, each in reading order.

    `evidence_location` is the id of the paragraph, or of the table's cell; `extractor` tells the two apart.
    """
    own_method = find_own_method(document.abstract, document.title)
    known_methods = [own_method] if own_method else []
    claims = [record for section in document.sections for record in _extract_section(document, section, known_methods)]
    return claims + extract_table_records(document)


def _extract_section(document: Document, section: Section, known_methods: list[str]) -> list[dict]:
    paragraphs, starts, offset = [], [], 0
    for paragraph_id, sentences in groupby(section.sentences, key=lambda sentence: sentence.paragraph_id):
        text = " ".join(sentence.text for sentence in sentences)
        paragraphs.append(text)
        starts.append((offset, paragraph_id))
        offset += len(text) + 2
    claims = extract_claims(
        "\n\n".join(paragraphs), section=section.heading, title=document.title, known_methods=known_methods
    )
    return [
        _to_record(
            claim,
            next(paragraph_id for start, paragraph_id in reversed(starts) if start <= claim.evidence_span[0]),
            document.reading_source,
        )
        for claim in claims
    ]


def _to_record(claim: Claim, location: str, reading_source: str) -> dict:
    key = f"{location} {claim.value_span} {claim.evidence}"
    return {
        "claim_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "paper_id": None,
        "paper_version": None,
        "section": claim.section,
        "role": claim.role,
        "metric": claim.metric,
        "value": claim.value,
        "value_max": claim.value_max,
        "value_text": claim.value_text,
        "unit": claim.unit,
        "comparator": claim.comparator,
        "kind": claim.kind,
        "direction": claim.direction,
        "method": claim.method,
        "baseline": claim.baseline,
        "baseline_value": claim.baseline_value,
        "dataset": claim.dataset,
        "evidence": claim.evidence,
        "evidence_location": location,
        "reading_source": reading_source,
        "extractor": EXTRACTOR,
    }
