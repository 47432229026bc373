"""Read a paper of which only title and abstract are at hand."""

from .document import Document
from .page import clean_text
from .prose import SectionDraft


def read_abstract(title: str, abstract: str) -> Document:
    """A document with the abstract as its only section, `reading_source` "abstract"; no sections for a blank one."""
    draft = SectionDraft("abstract", "Abstract", 1)
    draft.add_paragraph(clean_text(abstract), None)
    section = draft.finish()
    sections = (section,) if section.sentences else ()
    return Document(clean_text(title), clean_text(abstract), None, "abstract", sections, ())
