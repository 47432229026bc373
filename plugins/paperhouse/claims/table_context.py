"""What stands around a table: the sentences that point at it, the headings above it, the paper's title and abstract."""

import re
from collections import defaultdict
from dataclasses import dataclass

from ..read.document import Document

MAX_POINTERS = 4  # sentences that point at one table
MAX_SENTENCE = 600

_NUMBER = r"([IVXL]+|[A-Z]?\.?\d+(?:\.\d+)?)(?![\w])"
_POINTER = re.compile(rf"\bTab(?:les?|s?\.)\s*(?:{_NUMBER}(?:\s*(?:,|and|&|,\s*and)\s*{_NUMBER})?)", re.I)
_CAPTION = re.compile(rf"\W*Tab(?:le|\.)\s*{_NUMBER}", re.I)


@dataclass(frozen=True)
class TableContext:
    """`section` is the innermost heading, `said` the sentences that point here, `layers` all texts, nearest first."""

    section: str | None
    said: tuple[str, ...]
    layers: tuple[str, ...]


def collect_contexts(document: Document) -> list[TableContext]:
    """One for each table of the document, in order; one pass over its sentences."""
    pointers: dict[str, list[str]] = defaultdict(list)
    for section in document.sections:
        for sentence in section.sentences:
            for found in _POINTER.finditer(sentence.text[:MAX_SENTENCE]):
                for number in filter(None, found.groups()):
                    if len(pointers[number.upper()]) < MAX_POINTERS:
                        pointers[number.upper()].append(sentence.text[:MAX_SENTENCE])
    about = f"{document.title}\n{document.abstract}"
    contexts = []
    for table in document.tables:
        inside = [section for section in document.sections if table.id.startswith(f"{section.id}.")]
        headings = [section.heading for section in sorted(inside, key=lambda section: -len(section.id))]
        number = _CAPTION.match(table.caption)
        said = pointers.get(number[1].upper(), []) if number else []
        contexts.append(TableContext(headings[0] if headings else None, tuple(said), (*said, *headings, about)))
    return contexts
