"""Pages that other tools wrote: shown, but kept from running as ours and from reaching anything."""

from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

# A sandbox gives a page an origin of its own, so that it is nobody here: no cookie, no API, no form, no other page.
# Whatever it needs stands in it: of such an origin a browser would ask for a file without the login.
_NOTHING = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'"
)
PLAIN_POLICY = f"sandbox; {_NOTHING}; frame-ancestors 'self'"
# dbt docs are a program, and one that compiles its templates.
PROGRAM_POLICY = f"sandbox allow-scripts; {_NOTHING}; script-src 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'self'"

_GONE = ", ".join(
    [
        "script, style, link, meta, base, template, noscript, iframe, frame, object, embed, img, picture, video, audio",
        "svg, math, form, input, button, textarea, select, footer",
        # Of Data Docs: the way to pages that are listed by ours, and buttons for the scripts.
        ".navbar.sticky-top, .btn-group, .card:has(.btn-group)",
    ]
)
_KEPT = ("class", "id", "colspan", "rowspan", "title", "lang", "hidden")
# Icons of a font that is elsewhere, as a sign, and as a word where nothing else is said.
_ICONS = {".text-success": ("✓", "passed"), ".text-danger": ("✗", "failed")}


def find_file(folder: Path, path: str) -> Path | None:
    """The file at `path` below `folder`; None for anything that is not there, or lies elsewhere."""
    try:
        file = (folder / path).resolve()
        return file if file.is_file() and file.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):  # names that no file system takes
        return None


def clean_page(page: str, style: str) -> str:
    """The page as text and tables with our style: no script, nothing from elsewhere, no link but to its own places."""
    tree = LexborHTMLParser(page)
    for node in tree.css(_GONE):
        node.decompose()
    for icon, (sign, word) in _ICONS.items():
        for node in tree.css(f"i{icon}"):
            node.inner_html = sign if node.parent.text(strip=True) else f"{sign} {word}"
    for node in tree.css("*"):
        for name, value in dict(node.attributes).items():
            if name not in _KEPT and not (name == "href" and (value or "").startswith("#")):
                del node.attrs[name]
    title = tree.css_first("title")
    body = tree.body
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{title.html if title else ''}<style>{style}</style></head>{body.html if body else ''}</html>"
    )
