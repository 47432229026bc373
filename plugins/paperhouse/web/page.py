"""Draw a page: a template with values, in the language of who looks."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..report.text import link_html, to_line, write_body_html, write_plain
from .answer import Look
from .mark import mark_words
from .words import say

FOLDER = Path(__file__).parent

# What the tabs at the top lead to, in their order.
TABS = {
    "day": ("/", "Days"),
    "period": ("/weeks", "Weeks and months"),
    "domains": ("/domains", "Domains"),
    "numbers": ("/numbers", "Numbers"),
    "search": ("/search", "Search"),
    "quality": ("/quality", "Quality"),
    "sql": ("/sql", "SQL"),
}


def draw(look: Look, template: str, tab: str | None, **values: object) -> str:
    """Return a page as HTML. Every value is escaped, on one line and without control characters."""
    return _ENVIRONMENT.get_template(template).render(
        look=look,
        language=look.language,
        base=look.base,
        tab=tab,
        tabs=TABS,
        say=partial(say, look.language),
        pick=partial(pick_language, look.language),
        again=partial(ask_again, look),
        **values,
    )


def answer_page(look: Look, template: str, tab: str, read: Callable[..., Mapping[str, object]]) -> Response:
    """Answer with a page made of what `read` returns for a cursor on the current version."""
    return look.answer(lambda warehouse: draw(look, template, tab, **read(warehouse)))


def pick_language(language: str, row: Mapping[str, object], name: str) -> object:
    """Of `name_en` and `name_zh`, the one of the language."""
    return row[f"{name}_{language}"] or row[f"{name}_en"]


def ask_again(look: Look, **changes: object) -> str:
    """The address of this page with other values; None takes one away. What was empty stays out."""
    asked = dict(look.request.query_params) | changes
    query = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    return f"?{query}" if query else "?"


def _group(value: int | float | None) -> str:
    """A number as people read it: 12,345."""
    return "" if value is None else f"{value:,}"


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        finalize=to_line,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "link": link_html,
        "body": write_body_html,
        "plain": write_plain,
        "group": _group,
        "mark": mark_words,
    }
    for name in environment.list_templates():
        environment.get_template(name)  # compiled now, so that nobody's first page waits for it
    return environment


_ENVIRONMENT = _make_environment()
