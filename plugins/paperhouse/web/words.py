"""The pages' own words. They are written in English where they are shown; `chinese/` has the same in Chinese."""

import re
import tomllib
from functools import cache
from pathlib import Path

_CHOICE = re.compile(r"([\w-]+)\|([\w-]+)")
FOLDER = Path(__file__).parent / "chinese"


@cache
def read_chinese() -> dict[str, str]:
    """English → Chinese, of all pages."""
    words: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        words |= tomllib.loads(file.read_text(encoding="utf-8"))
    return words


def say(language: str, text: str, **values: object) -> str:
    """Say one of our own texts in a language, with values in its {places}.

    `{count:,} paper|papers` chooses the first of two words when the first value is 1. A text that has no Chinese is
    said in English; a test sees to it that there is none.
    """
    if language == "zh":
        text = read_chinese().get(text, text)
    is_one = next(iter(values.values()), None) == 1
    text = _CHOICE.sub(r"\1" if is_one else r"\2", text)
    return text.format(**values) if values else text
