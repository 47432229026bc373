"""Gather the sections of a prepared LaTeXML page and cut their paragraphs into sentences."""

from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from .document import Section, Sentence
from .limits import PaperTooLarge
from .page import get_classes, read_text
from .sentences import split_sentences

_LEVELS = {
    "ltx_abstract": 1, "ltx_part": 1, "ltx_chapter": 1, "ltx_section": 1, "ltx_appendix": 1, "ltx_subsection": 2,
    "ltx_subsubsection": 3, "ltx_paragraph": 4, "ltx_subparagraph": 5,
}  # fmt: skip
_STRUCTURE = ", ".join(f".{name}" for name in _LEVELS) + ", .ltx_p"
_FLOATING = "figure, .ltx_float, .ltx_figure, .ltx_table, .ltx_listing"
_DISPLAYED = ".ltx_equation, .ltx_equationgroup, .ltx_eqn_table"


MAX_PARAGRAPH = 200_000  # characters
MAX_SENTENCES = 50_000  # in one section


@dataclass
class SectionDraft:
    """A section while its paragraphs are being gathered."""

    id: str
    heading: str
    level: int
    sentences: list[Sentence] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add_paragraph(self, text: str, anchor: str | None) -> None:
        """Cut `text` into sentences; texts with the same anchor are one paragraph, interrupted by a formula.

        Raises PaperTooLarge for a paragraph or section that no paper has.
        """
        if len(text) > MAX_PARAGRAPH or len(self.sentences) > MAX_SENTENCES:
            raise PaperTooLarge(f"section {self.heading!r} is longer than any paper's; read the abstract instead")
        sentences = split_sentences(text)
        paragraph_id = anchor or f"{self.id or 'text'}.p{len(self.counts) + 1}"
        count = self.counts.get(paragraph_id, 0)
        self.counts[paragraph_id] = count + len(sentences)
        self.sentences += [
            Sentence(f"{paragraph_id}.s{count + at}", sentence, paragraph_id)
            for at, sentence in enumerate(sentences, 1)
        ]

    def finish(self) -> Section:
        return Section(self.id, self.heading, self.level, tuple(self.sentences))


class Place(NamedTuple):
    """Where a piece of text belongs: its section, the id of its paragraph, and whether a paragraph holds it already."""

    draft: SectionDraft | None = None
    anchor: str | None = None
    is_inner: bool = False


def read_sections(article: LexborNode) -> tuple[Section, ...]:
    """Sections in document order; text outside of any stands under an empty heading of level 0."""
    for node in article.css(f"{_FLOATING}, {_DISPLAYED}"):
        node.decompose()
    drafts: list[SectionDraft] = []
    places: dict[int, Place] = {}
    loose: SectionDraft | None = None
    for node in article.css(_STRUCTURE):
        classes = get_classes(node)
        if "ltx_p" not in classes:
            drafts.append(_start_section(node, classes, len(drafts)))
            places[node.mem_id] = Place(drafts[-1])
            continue
        place = _find_place(node.parent, places)
        text = "" if place.is_inner else read_text(node)  # inside a paragraph it is read with the outer one
        if text and place.draft is None and loose is None:
            loose = SectionDraft("", "", 0)
            drafts.append(loose)
        if text:
            (place.draft or loose).add_paragraph(text, place.anchor or node.attributes.get("id"))
    return tuple(draft.finish() for draft in drafts if draft.heading or draft.sentences)


def _start_section(node: LexborNode, classes: set[str], position: int) -> SectionDraft:
    if "ltx_abstract" in classes:
        return SectionDraft("abstract", "Abstract", 1)
    title = next((child for child in node.iter() if "ltx_title" in get_classes(child)), None)
    level = next(level for name, level in _LEVELS.items() if name in classes)
    return SectionDraft(node.attributes.get("id") or f"section{position + 1}", read_text(title), level)


def _find_place(node: LexborNode | None, places: dict[int, Place]) -> Place:
    """Where text directly under `node` belongs; every element on the way up is looked at once for the whole page."""
    path: list[LexborNode] = []
    while node is not None and node.mem_id not in places:
        path.append(node)
        node = node.parent
    place = places[node.mem_id] if node is not None else Place()
    for element in reversed(path):
        classes = get_classes(element)
        anchor = element.attributes.get("id") if "ltx_para" in classes else None
        place = Place(place.draft, anchor or place.anchor, place.is_inner or "ltx_p" in classes)
        places[element.mem_id] = place
    return place
