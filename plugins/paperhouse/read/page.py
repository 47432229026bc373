"""Prepare a parsed LaTeXML page: formulas become text, and what is no prose goes, once and for the whole tree."""

import re

from selectolax.lexbor import LexborNode

from .formula import fold_letters, render_formula

# Private-use marks that survive the text extraction of the parser; the input can't mean anything by them.
_CITED, _BOLD = "\ue000", "\ue001"
_MARKS = re.compile("[\ue000\ue001]")

# Furniture, and notes whose text would land in the middle of a sentence or behind a number.
_DROPPED = (
    "script, style, nav, footer, svg, object, img, .ltx_note, .ltx_bibliography, .ltx_dates, "
    ".ltx_pagination, .ltx_page_logo, .ltx_TOC, .ltx_keywords, .ltx_rule, .ltx_index, button, dialog"
)
# Blocks inside a cell: their texts would grow together.
_BLOCKS_IN_CELL = ".ltx_td .ltx_p, .ltx_td .ltx_td, .ltx_td .ltx_para, .ltx_td .ltx_item"
_MAX_ANCESTORS = 20
_SCRIPT = ".ltx_sup, .ltx_sub, sup, sub"
# Commands that print nothing, or only what a reader of numbers ignores; other unknown ones are left to be seen.
_HARMLESS = re.compile(
    r"\\(cite\w*|shortcite\w*|(top|mid|bottom)rule|hline|xspace|centering|noindent|maketitle|[hc]dashline|Xhline|makecell|"
    r"thead|(row|cell|column)color|[cx]mark|tick|Checkmark|XSolidBrush)$"
)
# Macros that papers use for their own name; in a table too they are read as a word.
_NAMES = re.compile(r"\\(ours?|method|model|name)$")

_EMPTY_BRACKETS = re.compile(r" ?[(\[] ?\ue000[ \ue000,;]*[)\]]")
_CITED_LIST = re.compile("\ue000(?:[ ,;]*\ue000)+;?")
_CITATION = re.compile(r" ?\ue000")
_SPACE_BEFORE = re.compile(r" ([,.;:!?)\]](?: |$))")
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]")


def get_classes(node: LexborNode) -> set[str]:
    """The classes of an element; empty for text."""
    return set((node.attributes.get("class") or "").split())


def prepare_page(article: LexborNode) -> None:
    """Change the tree under `article` in place, so that the text of any element in it is plain and complete."""
    for node in article.css(_DROPPED):
        node.decompose()
    for authors in article.css(".ltx_authors"):
        # Where LaTeXML lost its way, the whole paper can stand in the block of the authors.
        if authors.css_first(".ltx_section") is None:
            authors.decompose()
    for math in article.css("math"):
        text, is_bold = render_formula(math)
        math.replace_with((_BOLD if is_bold else "") + text)
    texts: dict[int, str] = {}
    for cite in article.css("cite, .ltx_cite"):
        # "Smith et al. (2020) show": a citation that is a word of the sentence, or a row's only name, stays.
        if "ltx_citemacro_citet" in get_classes(cite) or _is_alone(cite, texts):
            continue
        cite.replace_with(_CITED)
    for script in article.css(_SCRIPT):
        text = script.text(deep=True).strip()
        mark = "_" if "sub" in (script.tag, *(script.attributes.get("class") or "").split("_")) else "^"
        script.replace_with(mark + text if text[:1].isdigit() or text[:1] in ("+", "-", "−") else text)
    for gap in article.css("br, .ltx_break"):
        gap.replace_with(" ")
    for block in article.css(_BLOCKS_IN_CELL):
        block.insert_after(" ")
    in_tables = {error.mem_id for error in article.css(".ltx_tabular .ltx_ERROR")}
    for error in article.css(".ltx_ERROR"):
        name = error.text(deep=True).strip()
        if _HARMLESS.match(name):
            error.decompose()
        elif error.mem_id not in in_tables or _NAMES.match(name):
            # An unknown command is often the method's own name (\ours): without its backslash it reads as one.
            error.replace_with(name.lstrip("\\"))


def _is_alone(cite: LexborNode, texts: dict[int, str]) -> bool:
    """Whether the citation is all that its table cell says; `texts` remembers the cells seen."""
    cell = cite.parent
    for _ in range(_MAX_ANCESTORS):
        if cell is None or cell.tag not in ("span", "a", "p", "em", "td", "th"):
            return False
        if "ltx_td" in get_classes(cell):
            break
        cell = cell.parent
    else:
        return False
    if cell.mem_id not in texts:
        texts[cell.mem_id] = cell.text(deep=True).strip()
    return texts[cell.mem_id] == cite.text(deep=True).strip()


def read_text(node: LexborNode | None) -> str:
    """Text of a prepared element on one line."""
    return clean_text(node.text(deep=True)) if node is not None else ""


def clean_text(text: str) -> str:
    """Collapse white space, and close the gaps that dropped citations leave behind."""
    text = " ".join(text.split())
    if _CITED in text:
        text = _CITED_LIST.sub(_CITED, text)
        text = _CITATION.sub("", _EMPTY_BRACKETS.sub("", text))
        text = _SPACE_BEFORE.sub(r"\1", text)
    text = _ZERO_WIDTH.sub("", _MARKS.sub("", text))
    return fold_letters(" ".join(text.split()))


def is_bold(node: LexborNode) -> bool:
    """Whether the number of a prepared cell, or all its text if it has none, is set in bold by the authors."""
    raw = node.text(deep=True)
    parts = [part.text(deep=True) for part in node.css(".ltx_font_bold, b, strong")]
    parts += raw.split(_BOLD)[1:]
    bold = " ".join(parts)
    if any(map(str.isdigit, raw)):
        return any(map(str.isdigit, bold))
    return bool(raw.strip()) and len("".join(bold.split())) >= len("".join(_MARKS.sub("", raw).split()))
