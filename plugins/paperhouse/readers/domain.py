"""The field of a paper in its own words."""

import re
from collections.abc import Sequence

from . import phrases
from .contribution import find_words
from .passages import Passage

_KEYWORDS = re.compile(r"\W*(?:key ?words?(?: and phrases)?|index terms|ccs concepts)\b", re.IGNORECASE)
_FIELD = re.compile(
    r"\b(?:learning|generation|recognition|detection|segmentation|understanding|reasoning|model(?:l?ing|s)?|"
    r"retrieval|translation|synthesis|"
    r"classification|estimation|reconstruction|editing|search|planning|navigation|robot\w*|agents?|"
    r"summari[sz]ation|compression|"
    r"restoration|prediction|forecasting|answering|dialogue?|speech|vision|language|theory|logic|networks?|"
    r"processing|optimi[sz]ation|"
    r"verification|security|alignment|inference|evaluation)\b",
    re.IGNORECASE,
)
_FIRST = 3


def find_domain(passages: Sequence[Passage], title: str, keywords: Sequence[str]) -> list[Passage]:
    """The paper's line of keywords, else the early sentence that names its field best, else nothing."""
    for passage in passages:
        if len(passage.text) <= 700 and (_KEYWORDS.match(passage.text) or passage.part == "keywords"):
            return [passage]
    for part in ("abstract", "introduction"):
        early = [passage for passage in passages if passage.part == part and passage.is_whole][:_FIRST]
        if early:
            return [max(early, key=lambda passage: score_field(passage, early[0], title, keywords))]
    return []


def score_field(passage: Passage, first: Passage, title: str, keywords: Sequence[str]) -> float:
    """How well a sentence names the field: words of the title, given keywords, and nouns that name tasks."""
    text, words = passage.text, find_words(passage.text)
    title_words = find_words(title)
    score = 2.0 * len(title_words & words) / max(3, len(title_words)) + 0.7 * (passage == first)
    score += 0.3 * min(4, len(set(map(str.lower, _FIELD.findall(text)))))
    score += 0.5 * min(4, sum(keyword.lower() in text.lower() for keyword in keywords))
    score -= 0.8 * bool(re.search(r"\b(?:[Ww]e|[Oo]ur|[Tt]his (?:paper|work))\b", text))
    return (
        score
        - 1.0 * bool(phrases.DANGLING.match(text))
        - 0.5 * bool(re.match(r"However|But", text))
        - 0.5 * (len(text) > 250)
    )
