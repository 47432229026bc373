"""Plain text of one line of Markdown: no emphasis, links, images, citations, escapes or TeX."""

import re

from .page import clean_text
from .scripts import attach_script
from .tex import render_tex

_IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\([^()\s]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_CITED_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*#bib[^()\s]*(?:\s+\"[^\"]*\")?\)")
_CITATION = re.compile(r"\\?\[[\s,;–-]*\ue000[^\[\]\\]*\\?\]|\(\s*(?:e\.g\.,?\s*)?\ue000[\s,;\ue000]*\)")
_FORMULA = re.compile(
    r"\$`([^`]*)`\$|\$\$([^$]{1,5000})\$\$|(?<![\\\w$])\$(?=[^\s$])([^$\n]{1,2000}?)(?<=[^\s\\])\$(?![\d$])"
)
_CODE = re.compile(r"`([^`]*)`")
_TAG = re.compile(r"</?(?:span|div|br|sup|sub|p|a|b|i|em|strong|img|cite|u|small)\b[^<>]*>", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>([^<>]*)</sup>|\^\(([^()]*)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.{1,500}?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.{1,500}?)(?<=\S)__(?!\w)")
_ITALIC = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*]{1,500}?)(?<=[^\s\\])\*(?![\w*])|(?<![\w\\])_(?=\S)([^_]{1,500}?)(?<=[^\s\\])_(?!\w)"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HARD_BREAK = re.compile(r"\\(?=\s|$)")
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_HELD = re.compile("\ue002(\\d+)\ue003")


def clean_inline(text: str) -> str:
    """One line of plain text. Unknown TeX commands in prose keep their name without the backslash."""
    held: list[str] = []

    def hold(rendered: str) -> str:
        held.append(rendered)
        return f"\ue002{len(held) - 1}\ue003"

    text = re.sub("[\ue000-\ue003]", "", text)
    text = _FORMULA.sub(lambda found: hold(render_tex(next(filter(None, found.groups()), ""))), text)
    text = _CODE.sub(lambda found: hold(found[1]), text)
    text = _LINK.sub(r"\1", _CITED_LINK.sub("\ue000", _IMAGE.sub("", text)))
    text = _CITATION.sub("\ue000", text)
    text = _SUPERSCRIPT.sub(lambda found: attach_script("^", found[1] or found[2] or ""), text)
    text = _TAG.sub(" ", text)
    for style in (_BOLD, _ITALIC):
        text = style.sub(lambda found: found[1] or found[2], text)
    text = _COMMAND.sub(r"\1", _ESCAPE.sub(r"\1", _HARD_BREAK.sub(" ", text)))
    return clean_text(_HELD.sub(lambda found: held[int(found[1])], text))


def is_all_bold(text: str) -> bool:
    """Whether a table cell's number, or all its text, is set in bold."""
    bold = "".join(found[1] or found[2] for found in _BOLD.finditer(text))
    bold += "".join(re.findall(r"\\(?:mathbf|bm|boldsymbol|textbf)\{([^{}]*)\}", text))
    if any(map(str.isdigit, text)):
        return any(map(str.isdigit, bold))
    return bool(bold) and len(bold) + 4 >= len(text.strip())
