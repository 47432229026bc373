"""Plain text of one MathML formula, read from its presentation and never from its TeX annotation as well."""

import re
import unicodedata

from selectolax.lexbor import LexborNode

from .scripts import attach_script
from .tex import render_tex

_SKIPPED = {"annotation", "annotation-xml", "mspace", "mphantom", "none", "mprescripts"}
_INVISIBLE = dict.fromkeys(map(ord, "\u2062\u2063\u2064\u200b\u200c\u200d\ufeff"), "")
_INVISIBLE |= {0x2061: " ", 0x2212: "-", 0xA0: " "}  # function application reads as a space: "log x"
_BOLD_DIGIT = re.compile("[\U0001d7ce-\U0001d7d7\U0001d7ec-\U0001d7f5]")
_MATHEMATICAL = re.compile("[\U0001d400-\U0001d7ff]")
_BOLD_TEX = re.compile(r"\\(?:mathbf|bm|boldsymbol|textbf|bf)\b")
_ACCENTS = set("^¯~→˙¨ˇ˘´`˜ˆ‾_⏟⏞")
_MAX_DEPTH = 60


def render_formula(math: LexborNode) -> tuple[str, bool]:
    """(text, is_bold) of a `<math>` element: `<msup>10 -3` → "10^-3", "𝟕𝟏.𝟐" → ("71.2", True)."""
    tex = math.attributes.get("alttext") or ""
    raw = _render(math, 0)
    # An element the page failed to translate shows up as TeX in the presentation; then TeX is all there is.
    if not raw.strip() or "\\" in raw:
        return render_tex(tex or raw), bool(_BOLD_TEX.search(tex))
    is_bold = bool(_BOLD_DIGIT.search(raw)) or (bool(_BOLD_TEX.search(tex)) and any(map(str.isdigit, raw)))
    return re.sub(r"\s+", " ", fold_letters(raw)).strip(), is_bold


def fold_letters(text: str) -> str:
    """Mathematical alphabets back to plain letters and digits: 𝟕𝟏.𝟐 is 71.2."""
    return _MATHEMATICAL.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), text)


def _render(node: LexborNode, depth: int) -> str:
    tag = node.tag
    if tag == "-text":
        return (node.text_content or "").translate(_INVISIBLE)
    if tag in _SKIPPED or tag.startswith("-") or depth > _MAX_DEPTH:
        return ""
    parts = [_render(child, depth + 1) for child in node.iter(include_text=True)]
    if tag in ("mi", "mn", "mo", "mtext", "ms", "math", "semantics"):
        text = "".join(parts)
        return text if tag == "mtext" else text.strip("\n\t")
    parts = [part for part, child in zip(parts, node.iter(include_text=True), strict=True) if child.tag != "-text"]
    return _compose(tag, parts)


def _compose(tag: str, parts: list[str]) -> str:
    base, scripts = (parts[0], parts[1:]) if parts else ("", [])
    if tag == "mfrac" and scripts:
        return f"{_wrap(base)}/{_wrap(scripts[0])}"
    if tag == "msqrt":
        return f"√{_wrap(''.join(parts))}"
    if tag == "mroot" and scripts:
        return f"{_wrap(base)}^(1/{scripts[0]})"
    if tag in ("msup", "mover") and scripts:
        return base if scripts[0].strip() in _ACCENTS else base + attach_script("^", scripts[0])
    if tag in ("msub", "munder") and scripts:
        return base if scripts[0].strip() in _ACCENTS else base + attach_script("_", scripts[0])
    if tag in ("msubsup", "munderover", "mmultiscripts") and len(scripts) > 1:
        return base + attach_script("_", scripts[0]) + attach_script("^", scripts[1])
    if tag in ("mtd", "mtr"):
        return "".join(parts) + " "
    return "".join(parts)


def _wrap(text: str) -> str:
    return text if re.fullmatch(r"[\w.,]*", text) else f"({text})"
