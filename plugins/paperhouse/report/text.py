"""Text from outside, made safe to stand in a report: whatever a title holds, it stays a title."""

import re

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
    r"|^[-+=>]"
)
_LIST_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
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
