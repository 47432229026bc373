"""The reader that needs no language model: it chooses sentences of the paper and never writes one."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from ..claims.own_method import find_own_method
from ..claims.records import extract_from_document
from ..read.document import Document, render_text
from .contribution import find_contribution
from .domain import find_domain
from .findings import find_results
from .innovations import find_innovations
from .passages import Passage, list_passages
from .reading import Reading, TracedSentence
from .usage_guide import find_usage

READER = "keyless-1"


def read_keyless(
    document: Document,
    *,
    paper_id: str,
    paper_version: int | None,
    state: str,
    reason: str | None,
    keywords: Sequence[str] = (),
    read_at: str,
) -> Reading:
    """The reading of one document: the same document always gives the same sections and claims. Never raises.

    `keywords` (Hugging Face's, say) only help to choose among the paper's own sentences about its field. A section is
    None when the paper says nothing of the kind. A section's text has one sentence a line, each behind "- " when there
    are several; in the usage guide a label such as "Input: " stands before the sentence.
    """
    passages = list_passages(document)
    claims = extract_from_document(document)
    contribution = find_contribution(passages, document.title)
    name = find_own_method(document.abstract, document.title)
    chosen: dict[str, list[tuple[str, Passage]]] = {
        "domain_text": _unlabelled(find_domain(passages, document.title, keywords)),
        "contribution": _unlabelled([contribution] if contribution else []),
        "usage_guide": find_usage(passages, contribution),
        "innovations": _unlabelled(find_innovations(passages, contribution, name)),
        "results": _unlabelled(find_results(passages, claims, contribution, name)),
    }
    # A sentence that says more than the field stands where it says it.
    said = {passage.text for section, lines in chosen.items() if section != "domain_text" for _, passage in lines}
    chosen["domain_text"] = [line for line in chosen["domain_text"] if line[1].text not in said]
    text = render_text(document)
    return Reading(
        paper_id=paper_id,
        paper_version=paper_version,
        reading_source=document.reading_source,
        reader=READER,
        language=_find_language(text),
        state=state,
        reason=reason,
        **{section: _write_section(lines) for section, lines in chosen.items()},
        sentences=tuple(
            TracedSentence(section, passage.text, passage.paragraph_id)
            for section, lines in chosen.items()
            for _, passage in lines
        ),
        claims=tuple(_name_claims(claims, paper_id, paper_version)),
        dropped_claim_count=0,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        generator=document.generator,
        read_at=read_at,
    )


def _unlabelled(passages: Sequence[Passage]) -> list[tuple[str, Passage]]:
    return [("", passage) for passage in passages]


def _write_section(lines: Sequence[tuple[str, Passage]]) -> str | None:
    if not lines:
        return None
    bullet = "- " if len(lines) > 1 else ""
    return "\n".join(f"{bullet}{label}{': ' if label else ''}{passage.text}" for label, passage in lines)


def _name_claims(claims: Sequence[dict], paper_id: str, paper_version: int | None) -> list[dict]:
    """The claims with their paper, and ids that no other paper, reader or claim of this paper has."""
    named, seen = [], Counter()
    for claim in claims:
        key = claim["claim_id"]
        name = f"{READER} {paper_id} {key} {seen[key]}"
        seen[key] += 1
        claim_id = hashlib.sha256(name.encode()).hexdigest()[:16]
        named.append({**claim, "claim_id": claim_id, "paper_id": paper_id, "paper_version": paper_version})
    return named


def _find_language(text: str) -> str:
    """zh when a tenth of the letters and more are Chinese: each stands for a word, not a letter."""
    letters = sum(character.isalpha() for character in text)
    return "zh" if len(re.findall("[\u4e00-\u9fff]", text)) > 0.1 * max(1, letters) else "en"
