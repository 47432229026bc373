"""The paper's own method: from its title ("Name: what it does") or from the sentence that introduces it."""

import re
from collections.abc import Iterable

from .lexicon import NOT_NAMES
from .words import CHINESE

FUNCTION_WORDS = re.compile(
    r"\b(?:to|in|on|of|for|from|with|and|the|via|is|are|at|by|a|an|beyond|learning|towards?)\b", re.I
)
INTRODUCED = re.compile(
    r"(?:\b(?:we|this paper|this work)\s+(?:\w+ly\s+)?(?:propose|introduce|present|develop|release|build)s?\s+|"
    r"(?:提出|推出|介绍|引入|构建|发布|设计|开源)了?)(?P<rest>[^。！？\n]{1,90})",
    re.I,
)
SHAPED = re.compile(
    r"[A-Za-z]*(?:[A-Z][A-Za-z0-9]*[A-Z0-9]|"
    r"[a-z]\w*[A-Z])[A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*\+?|"
    r"[A-Z][a-z]+[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
)
# "We propose NAME", "a model called NAME", "a model, NAME", "Long Name (NAME)".
NAMED = re.compile(r"(?:^|\b(?:called|named|termed|dubbed|namely)\s+|,\s+|\()(?:\\text\w+\{|\*\*|[\"“`])?$")


def find_own_method(text: str, title: str | None) -> str | None:
    """The name of the paper's own method, or None where neither the title nor the text gives one."""
    head, colon, _ = (title or "").partition(":")
    head = re.sub(r"[\"“”]", "", head).strip()
    if colon and "," not in head and len(head.split()) <= 4 and not FUNCTION_WORDS.search(head):
        return head
    for sentence in INTRODUCED.finditer(text[:20000]):
        rest = sentence.group("rest")
        for word in SHAPED.finditer(rest):
            name = word.group()
            if not CHINESE.search(rest) and not NAMED.search(rest[: word.start()]):
                continue
            is_shaped = sum(c.isupper() for c in name) >= 2 or any(c.isdigit() for c in name)
            if name not in NOT_NAMES and (is_shaped or CHINESE.search(rest)) and not name.endswith("s"):
                return name
    return None


def is_benchmark_title(title: str | None) -> bool:
    """Whether the paper presents a benchmark or data set: its name is then what others are measured on."""
    return bool(re.search(r"\bbenchmark|\bdatasets?\b|\bevaluating\b|\bevaluation\b|bench\b", title or "", re.I))


def find_known_words(text: str, title: str | None, methods: Iterable[str]) -> frozenset[str]:
    """Capitalised words that are names even at the start of a sentence: from the title, the methods, mid-sentence."""
    own = find_own_method(text, title)
    words = {w for name in [own, *methods] if name for w in [name, *name.split()] if w[0].isupper()}
    return frozenset(w for w in words if w not in NOT_NAMES)
