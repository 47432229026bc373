"""What a paper is to paperhouse once it is read: sections of sentences, and tables of cells. Nothing refers to HTML."""

from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True)
class Sentence:
    """One sentence. `id` is `<paragraph_id>.s<n>`; `paragraph_id` is the anchor of the page where it has one."""

    id: str
    text: str
    paragraph_id: str


@dataclass(frozen=True)
class Section:
    """A heading and the sentences directly under it. `level` 1 is a section, 2 a subsection, 0 text before any."""

    id: str
    heading: str
    level: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Cell:
    """One place of a table's grid.

    A cell that spans rows or columns fills every place it covers; `is_repeat` marks all but the first, so that a
    number is counted once. `row_headers` and `column_headers` lead from the outermost header to this cell, and are
    empty for headers themselves.
    """

    id: str
    text: str
    is_header: bool
    is_bold: bool
    is_repeat: bool = False
    row_headers: tuple[str, ...] = ()
    column_headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A grid with rows of equal length. With a `flaw` its cells must not be read as facts (and may be uneven)."""

    id: str
    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    flaw: str | None


@dataclass(frozen=True)
class Document:
    """A paper as it was read. `sections[0]` is the abstract when there is one (id `abstract`)."""

    title: str
    abstract: str
    generator: str | None
    reading_source: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]


def render_text(document: Document) -> str:
    """The whole document as text: the text that evidence is looked up in, and whose hash names a reading."""
    blocks = [document.title]
    for section in document.sections:
        blocks.append(section.heading)
        for _, sentences in groupby(section.sentences, key=lambda sentence: sentence.paragraph_id):
            blocks.append(" ".join(sentence.text for sentence in sentences))
    for table in document.tables:
        blocks.append(table.caption)
        blocks.extend("\t".join(cell.text for cell in row) for row in table.rows)
    return "\n".join(block for block in blocks if block) + "\n"
