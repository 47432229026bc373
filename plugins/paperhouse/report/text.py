"""Text from outside, made safe to stand in a report: whatever a title holds, it stays a title."""

import re
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape

# Line breaks and other controls, and the marks that turn the reading direction of everything behind them.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# A character that would change how CommonMark or GitHub shows the text. Others stay bare: `N_0`, `<1 GB`.
_ACTIVE = re.compile(
    r"[\\`*\[\]|$~]"
    r"|<(?=[A-Za-z/!?])"
    r"|&(?=#?\w+;)"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|(?<!\S)\#"
    r"|^[=>]|^[-+](?!\d)"
)
_LIST_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_LIST_MARK = re.compile(r"\s*(?:[-*+]|\d{1,2}[.)])\s+")
_HEADING_MARK = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_CONTINUED_LINE = re.compile(r"\n[ \t]+(?![-*+\d\s])")
# A line that a program would take for the envelope of a report: a rule, a new paper, a new section.
_ENVELOPE = re.compile(r"^( {0,3})(?=={60}|##[ \t]+(?:📄|[1-5]\.))", re.MULTILINE)
# Of Markdown that somebody else wrote: a link or picture to anything but the web, and HTML, which could be a link too.
# An even number of backslashes before it leaves it active.
_OTHER_LINK = re.compile(r"(?<!\\)((?:\\\\)*)(?=\](?:\(|:)(?!\s*<?https?://)|<(?!https?://)[A-Za-z/!?])", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?([/?#][^\s<>\"'`\\]*)?", re.IGNORECASE)


def to_line(value: object) -> object:
    """Put a text on one line without control characters; anything else passes."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return " ".join(_CONTROLS.sub(" ", value).split())


def escape_markdown(value: object) -> object:
    """Return a text as Markdown that shows exactly that text, on one line; anything else passes."""
    line = to_line(value)
    if not isinstance(line, str) or isinstance(line, Markup):
        return line
    return Markup(_LIST_NUMBER.sub(r"\1\\\2", _ACTIVE.sub(r"\\\g<0>", line)))  # noqa: S704


def write_body_markdown(body: str, reader: str) -> Markup:
    """Return a section of a reading as Markdown.

    What an imported report says is Markdown that a person wrote and stays as it is, but for HTML and links that do
    not lead to the web, which are shown as text; any other reader's plain text, one sentence a line, shows exactly
    that text.
    """
    if reader.startswith("report:"):
        return Markup(_ENVELOPE.sub(r"\1\\", _OTHER_LINK.sub(r"\1\\", body)))  # noqa: S704
    lines = [f"{'- ' if is_item else ''}{escape_markdown(text)}" for is_item, text in split_body(body, reader)]
    return Markup("\n".join(lines))  # noqa: S704


def write_body_html(body: str, reader: str) -> Markup:
    """Return a section of a reading as paragraphs and one level of list, without any Markdown of an imported report."""
    parts = []
    for is_item, lines in groupby(split_body(body, reader), key=itemgetter(0)):
        tag = "li" if is_item else "p"
        written = "\n".join(f"<{tag}>{escape(to_line(text))}</{tag}>" for _, text in lines)
        parts.append(f"<ul>\n{written}\n</ul>" if is_item else written)
    return Markup("\n".join(parts))  # noqa: S704


def write_plain(body: str, reader: str) -> str:
    """Return a section of a reading as one line of text."""
    return " ".join(text for _, text in split_body(body, reader))


def split_body(body: str, reader: str) -> list[tuple[bool, str]]:
    """The lines of a section that say something: whether one is an item of a list, and its words without the mark.

    In an imported report an indented line belongs to the item above it.
    """
    if reader.startswith("report:"):
        body = _CONTINUED_LINE.sub(" ", _HEADING_MARK.sub("", body.replace("**", "")))
    marks = [(line, _LIST_MARK.match(line)) for line in body.splitlines() if line.strip()]
    return [(mark is not None, line[mark.end() :] if mark else line.strip()) for line, mark in marks]


def link_markdown(url: str) -> str | Markup:
    """Return a web address as a Markdown link; any other address as the text it is."""
    return Markup(f"<{url}>") if is_web_address(url) else url  # noqa: S704


def link_html(url: str) -> str | Markup:
    """Return a web address as an HTML link that shows it; any other address as the text it is."""
    if not is_web_address(url):
        return url
    shown = escape(url.split("://", 1)[1].rstrip("/"))
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, shown)


def is_web_address(url: str) -> bool:
    return url == to_line(url) and _WEB_ADDRESS.fullmatch(url) is not None
