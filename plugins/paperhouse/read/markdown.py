"""Read a paper as Markdown: what Hugging Face serves under /papers/{id}.md, or a converter made of the arXiv page."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .document import Document
from .grid import RawCell, build_table
from .headers import is_numeric
from .html import find_abstract
from .inline import clean_inline, is_all_bold
from .limits import NotAPaper, check_size
from .prose import SectionDraft

MAX_LINE = 200_000
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_FENCE = re.compile(r"\s*(```|~~~|\$\$)")
_DIVIDER = re.compile(r"\|?(\s*:?-+:?\s*\|)+\s*(:?-+:?)?$")
_UNDERLINE = re.compile(r"(=+|-{3,})\s*$")
_CAPTION = re.compile(r"(?:\*\*)?(Table|TABLE|Tab\.|表)\s*[A-Z]?[\dIVX.]+\s*[:.|：]")
_PIPE = re.compile(r"(?<!\\)\|")
_AFTERWARDS = re.compile(r"(references|bibliography|参考文献)$", re.IGNORECASE)
# Headings of the page around a paper on Hugging Face, where there is no paper text.
_PAGE_HEADINGS = re.compile(
    r"(abstract|community|ai-generated summary|get this paper in your agent|view (arxiv|pdf).*|upvote.*|authors?|"
    r"(models|datasets|spaces|collections) (citing|including) this paper.*)$",
    re.IGNORECASE,
)
_PAGE_SLACK = 2_000  # characters a page may have beside the abstract, in title, names and comments


def read_markdown(text: str) -> Document:
    """The document of one Markdown paper, `reading_source` "markdown". Raises PaperTooLarge or NotAPaper."""
    check_size(len(text))
    title, lines = _split_front_matter([line[:MAX_LINE] for line in text.splitlines()])
    drafts = [SectionDraft("", "", 0)]
    tables: list[tuple[str, str, list[list[RawCell]]]] = []
    caption = last = ""  # a caption waiting for its table, and what the block before was
    for kind, level, block in _find_blocks(lines):
        words = clean_inline(" ".join(block))
        if kind == "heading":
            if level == 1 and not title:
                title = words
            elif level > 1 or words != title:
                drafts.append(SectionDraft(f"s{len(drafts)}", words, _rank(level, words)))
        elif kind == "table":
            table_id = f"t{len(tables) + 1}"
            tables.append((table_id, caption, _read_rows(block, table_id)))
            caption = ""
        elif _CAPTION.match(words) and last == "table" and not tables[-1][1]:
            tables[-1] = (tables[-1][0], words, tables[-1][2])
        elif _CAPTION.match(words):
            caption = words
        elif words and not _AFTERWARDS.search(drafts[-1].heading):
            drafts[-1].add_paragraph(words, None)
            caption = ""
        last = kind
    sections = tuple(draft.finish() for draft in drafts if draft.heading or draft.sentences)
    sections = tuple(section for section in sections if not _AFTERWARDS.search(section.heading))
    if not any(section.sentences for section in sections):
        raise NotAPaper("this Markdown holds no sentence; read the abstract instead")
    built = tuple(build_table(*table) for table in tables)
    return Document(title, find_abstract(sections), None, "markdown", sections, built)


def is_fallback_page(text: str, abstract: str) -> bool:
    """Whether Hugging Face sent its own page, because arXiv has no HTML: no section beyond the abstract's, and short.

    Such a reading is a reading of the abstract and must be labelled so.
    """
    title, lines = _split_front_matter(text.splitlines())
    headings = [
        (level, clean_inline(" ".join(block))) for kind, level, block in _find_blocks(lines) if kind == "heading"
    ]
    own = [words for at, (level, words) in enumerate(headings) if not (at == 0 and level == 1)]
    if any(words and words != title and not _PAGE_HEADINGS.match(words) for words in own):
        return False
    return len(text) <= 2 * len(abstract) + _PAGE_SLACK


def _split_front_matter(lines: list[str]) -> tuple[str, list[str]]:
    """(title, lines behind) of the YAML block that some converters put before the paper."""
    if not lines or lines[0].strip() != "---" or "---" not in lines[1:]:
        return "", lines
    end = lines.index("---", 1)
    found = re.search(r"^title:\s*(.+(?:\n[ \t]+\S.*)*)", "\n".join(lines[1:end]), re.MULTILINE)
    return (" ".join(found[1].split()).strip("\"'") if found else ""), lines[end + 1 :]


def _find_blocks(lines: list[str]) -> Iterator[tuple[str, int, list[str]]]:
    """("heading", level, words), ("table", 0, rows) and ("text", 0, lines); fenced code and formulas are skipped."""
    block: list[str] = []
    fence = ""
    for line in [*lines, ""]:
        opening = _FENCE.match(line)
        if fence or opening:
            if not fence and opening:
                closes_itself = line.strip().endswith(opening[1]) and len(line.strip()) > len(opening[1])
                fence = "" if closes_itself else opening[1]
            elif (opening and opening[1] == fence) or line.rstrip().endswith(fence):
                fence = ""
            continue
        heading = _HEADING.match(line)
        underline = _UNDERLINE.match(line) if block and not block[0].lstrip().startswith("|") else None
        is_row = line.lstrip().startswith("|")
        if heading or underline or not line.strip() or (block and is_row != block[0].lstrip().startswith("|")):
            if block and not underline:
                yield ("table" if block[0].lstrip().startswith("|") else "text"), 0, block
            if heading:
                yield "heading", len(heading[1]), [heading[2].strip().rstrip("#")]
            elif underline:
                yield "heading", 1 if line.startswith("=") else 2, block
            block = [line] if is_row else []
        elif re.match(r"\s*([-*+]|\d+[.)])\s", line):
            if block:
                yield "text", 0, block
            block = [re.sub(r"^\s*([-*+]|\d+[.)])\s+", "", line)]
        else:
            block.append(line)


def _rank(level: int, words: str) -> int:
    """`##` is a section of the paper (level 1); the abstract is one too, however deep its heading stands."""
    return 1 if words.strip(" .:—").lower() == "abstract" else max(1, level - 1)


def _read_rows(block: list[str], table_id: str) -> list[list[RawCell]]:
    """Cells of a pipe table; the row above the divider is marked as a header."""
    divider = next((at for at, line in enumerate(block) if _DIVIDER.match(line.strip())), 0)
    rows = []
    for at, line in enumerate(block):
        texts = _PIPE.split(line.strip().removeprefix("|"))
        texts = texts[:-1] if not texts[-1].strip() else texts
        if at != divider or not divider:
            rows.append(
                [
                    RawCell(f"{table_id}.r{at + 1}.c{column}", clean_inline(text), at < divider, is_all_bold(text))
                    for column, text in enumerate(texts, 1)
                ]
            )
    if divider == 1 and len(rows) > 1 and not any(is_numeric(cell.text) for cell in rows[1]):
        rows[0] = _restore_spans(rows[0], rows[1])
    return rows


def _restore_spans(header: list[RawCell], below: list[RawCell]) -> list[RawCell]:
    """Pipe tables can't span: over a second header row, blanks behind a name are what it spanned before."""
    restored: list[RawCell] = []
    for at, cell in enumerate(header):
        if not cell.text and restored and restored[-1].text and at < len(below) and below[at].text:
            restored[-1] = replace(restored[-1], col_span=restored[-1].col_span + 1)
        else:
            restored.append(cell)
    return restored
