"""Read a paper's HTML page as LaTeXML writes it (0.8 and the newer latexml-oxide)."""

import re

from selectolax.lexbor import LexborHTMLParser

from .document import Document, Section
from .limits import NotAPaper, check_nesting, check_size
from .page import clean_text, prepare_page, read_text
from .prose import read_sections
from .tables import take_tables

_GENERATED = re.compile(rb"<!--\s*(Generated\b[^>]{0,300}?)\s*-->")
_HEAD_BYTES = 100_000


def read_html(body: bytes) -> Document:
    """The document of one page, `reading_source` "html"; the same bytes always give the same document.

    Raises PaperTooLarge, PaperTooDeep or NotAPaper. A table that can't be trusted carries its flaw instead.
    """
    check_size(len(body))
    check_nesting(body)
    tree = LexborHTMLParser(body)
    article = tree.css_first(".ltx_document") or tree.css_first(".ltx_page_content")
    if article is None:
        raise NotAPaper("no LaTeXML article in this page: an error page or no paper; read its abstract instead")
    head_title = tree.css_first("title")
    page_title = clean_text(head_title.text()) if head_title is not None else ""
    prepare_page(article)
    tables = take_tables(article)
    title = read_text(article.css_first(".ltx_title_document")) or page_title
    sections = read_sections(article)
    if not any(section.sentences for section in sections):
        raise NotAPaper("the page has an article without any text; read its abstract instead")
    return Document(title, find_abstract(sections), _find_generator(body), "html", sections, tables)


def find_abstract(sections: tuple[Section, ...]) -> str:
    """Text of the section that is the abstract, by its heading; "" when there is none."""
    for section in sections:
        if section.heading.strip(" .:—-").lower() == "abstract":
            return " ".join(sentence.text for sentence in section.sentences)
    return ""


def _find_generator(body: bytes) -> str | None:
    """What made the page, in its own words: the comment that LaTeXML leaves in the head."""
    made = _GENERATED.search(body[:_HEAD_BYTES])
    return clean_text(made[1].decode("utf-8", "replace")) if made else None
