"""Mark words in a text from outside: the text stays text, and only our marks are markup."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from ..report.text import to_line


def mark_words(text: str, words: Iterable[str | None]) -> Markup:
    """The text, escaped and on one line, with each of the words in <mark> where it stands, in any case.

    Of words that overlap, the longest is marked.
    """
    line = str(to_line(text))
    wanted = sorted({str(to_line(word)) for word in words if word and word.strip()}, key=len, reverse=True)
    if not wanted:
        return escape(line)
    parts = re.split(f"({'|'.join(map(re.escape, wanted))})", line, flags=re.IGNORECASE)
    # Of a split with one group, every second part is a match.
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )
