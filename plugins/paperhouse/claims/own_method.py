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
    r"(?:提出|推出|介绍|引入|构建|发布|设计|开源)(?!的)了?)(?P<rest>[^。！？\n]{1,90})",
    re.I,
)
SHAPED = re.compile(
    r"[A-Za-z]*(?:[A-Z][A-Za-z0-9]*[A-Z0-9]|"
    r"[a-z]\w*[A-Z])[A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*\+?|"
    r"[A-Z][a-z]+[A-Za-z0-9]*(?:-[A-Za-z0-9]+)*"
)
# "We propose NAME", "a model called NAME", "a model, NAME", "Long Name (NAME)".
NAMED = re.compile(r"(?:^|\b(?:called|named|termed|dubbed|namely)\s+|,\s+|\()(?:\\text\w+\{|\*\*|[\"“`])?$")

VERSIONED = re.compile(r"[A-Za-z]\d|[a-z][A-Z]|[A-Z]{2}.*[a-z]|[a-z].*[A-Z]{2}")  # Road Anywhere V2, RingFormer
# A Chinese sentence goes on after its comma, mostly with other people's names.
NEXT_CLAUSE_ZH = re.compile(r"(?<=[\u4e00-\u9fff\w）)”])[，；](?!\s*(?:即|称|名|命名|简称|其名))")
PART_BEFORE_ZH = re.compile(r"(?:基于|采用|使用|利用|结合|针对|面向|融合|借助|和|与)[^，。；、的]{0,8}$")


def find_acronym(text: str, head: str) -> str | None:
    """The short form of a title like Wave Height Forecasting where the text uses it: WHF."""
    words = re.findall(r"[A-Za-z][a-z]*", head)
    capitals = "".join(w[0] for w in words if w[0].isupper())
    if len(words) > 1 and len(capitals) > 2 and re.search(rf"(?<![A-Za-z-]){capitals}(?![A-Za-z])", text):
        return capitals
    return None


def find_own_method(text: str, title: str | None) -> str | None:
    """The name of the paper's own method, or None where neither the title nor the text gives one."""
    head, colon, _ = (title or "").partition(":")
    head = re.sub(r"[\"“”]", "", head).strip()
    if acronym := find_acronym(text, head):
        return acronym
    if (
        (colon or VERSIONED.search(head))
        and "," not in head
        and len(head.split()) <= 4
        and not FUNCTION_WORDS.search(head)
    ):
        return head
    for sentence in INTRODUCED.finditer(text[:20000]):
        rest = NEXT_CLAUSE_ZH.split(sentence.group("rest"), maxsplit=1)[0]
        for word in SHAPED.finditer(rest):
            name = word.group()
            if PART_BEFORE_ZH.search(rest[: word.start()]):
                continue
            if not CHINESE.search(rest) and not NAMED.search(rest[: word.start()]):
                continue
            is_shaped = sum(c.isupper() for c in name) >= 2 or any(c.isdigit() for c in name)
            if name not in NOT_NAMES and (is_shaped or CHINESE.search(rest)) and not name.endswith("s"):
                return name
    return None


def is_benchmark_title(title: str | None) -> bool:
    """Whether the paper presents a benchmark or data set: its name is then what others are measured on."""
    return bool(
        re.search(
            r"\bbenchmark|\bdatasets?\b|\bevaluating\b|\bevaluation (?:of|suite|for)\b|bench\b", title or "", re.I
        )
    )


def find_known_words(text: str, title: str | None, methods: Iterable[str]) -> frozenset[str]:
    """Capitalised words that are names even at the start of a sentence: from the title, the methods, mid-sentence."""
    own = find_own_method(text, title)
    words = {w for name in [own, *methods] if name for w in [name, *name.split()] if w[0].isupper()}
    return frozenset(w for w in words if w not in NOT_NAMES)
