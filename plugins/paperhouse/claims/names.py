"""Names of methods, models, data sets and hardware in a sentence, by shape and by the words around them."""

import re

from .lexicon import (
    DATASET_SHAPE,
    HARDWARE,
    MODEL_FAMILIES,
    NOT_NAMES,
)
from .name_kinds import Name, classify_names
from .name_shapes import (
    NEXT_WORD,
    NO_NAME,
    PHRASE,
    REFERENCE,
    SHORT_OF_MEASURE,
    SKIPPED_UNITS,
    TOKEN,
    VERB_AFTER,
    VERSION,
)
from .rivals import ABLATED, find_rivals
from .terms import Metric


def find_names(text: str, metrics: list[Metric], known: frozenset[str] = frozenset()) -> list[Name]:
    """The names of a sentence, left to right; `known` are names of the paper's own, also where their shape is plain."""
    names: list[Name] = []
    place = 0
    masked = {i: m.end for m in metrics for i in range(m.start, m.end)}
    for m in REFERENCE.finditer(text):
        names.append(Name(m.group(), m.start(), m.end(), "reference"))
    taken = {i for n in names for i in range(n.start, n.end)}
    while token := TOKEN.search(text, place):
        start, end = token.span()
        place = end
        if start in taken:
            continue
        if start in masked and end <= masked[start]:
            place = masked[start]
            continue
        if not is_name(text, start, end, known):
            continue
        if (
            text[start - 1 : start] in ("(", "（")
            and text[end : end + 1] in (")", "）")
            and (
                any(0 <= start - m.end <= 2 for m in metrics) or SHORT_OF_MEASURE.search(text, max(0, start - 8), start)
            )
        ):
            continue  # the short form of a metric: Attack Success Rate (ASR)
        end = extend_name(text, start, end, masked)
        place = end
        names.append(Name(text[start:end], start, end, "reference" if NO_NAME.fullmatch(text[start:end]) else "name"))
    inside = {i for n in names for i in range(n.start, n.end)}
    names += [Name(m.group(), m.start(), m.end(), "phrase") for m in PHRASE.finditer(text) if m.start() not in inside]
    inside |= {i for n in names for i in range(n.start, n.end)}
    rivals = list(find_rivals(text))
    for a, b in rivals:
        if ABLATED.match(text, a):  # "the model without X" is the rival, not X
            names = [n for n in names if not a <= n.start < b]
            inside -= set(range(a, b))
    names += [
        Name(text[a:b], a, b, "phrase", is_baseline=True)
        for a, b in rivals
        if not any(i in inside for i in range(a, b))
    ]
    names.sort(key=lambda n: n.start)
    return classify_names(text, names, known)


def is_name(text: str, start: int, end: int, known: frozenset[str]) -> bool:
    """Whether the token has the shape of a name in its place."""
    token = text[start:end]
    if (
        token in NOT_NAMES
        or token in SKIPPED_UNITS
        or (start and text[start - 1].isascii() and text[start - 1].isalnum())
    ):
        return False
    if re.fullmatch(r"[pP]\d\d", token):  # p95 of a latency
        return False
    digits = re.match(r"\d+", token)
    if digits:
        rest = token[digits.end() :]
        return (rest.split("-")[0].split("/")[0] not in SKIPPED_UNITS and any(c.isupper() for c in rest)) or bool(
            re.fullmatch(r"\d[dD]|\d+p", token)
        )
    if start and text[start - 1] in ".\\" and token.islower():
        return False
    capitals = sum(c.isupper() for c in token)
    if (
        capitals >= 2
        or any(c.isupper() for c in token[1:])
        or (any(c.isdigit() for c in token) and not re.fullmatch(r"[a-z]+[-/]\d+|p|[a-z]=?\d", token))
    ):
        return token.upper() not in {"EM/F1", "GPU", "GPUS", "GB", "MB", "FPS", "KV", "AUC"}
    if not capitals:
        return token in known
    if token in known:
        return True
    is_first = not text[:start].strip(" \"'“”(（")
    if is_first and start == 0:
        if re.match(MODEL_FAMILIES, token) or re.match(HARDWARE, token):
            return True
        return bool(VERB_AFTER.match(text, end)) or next_is_chinese(text, end)
    return token[0].isupper()


def next_is_chinese(text: str, end: int) -> bool:
    return bool(re.match(r"\s?[\u4e00-\u9fff]", text[end : end + 2]))


def extend_name(text: str, start: int, end: int, masked: dict[int, int]) -> int:
    """The end of a name of several words: Stable Diffusion XL, Gemini 1.5 Pro, WMT14 En-De, Llama 3.1 8B."""
    for _ in range(4):
        more = NEXT_WORD.match(text, end) or VERSION.match(text, end)
        if not more and re.match(HARDWARE, text[start:end]):
            more = re.compile(r" \d{3,4}(?!\d)").match(text, end)
        word = more.group().strip() if more else ""
        if (
            not more
            or word in NOT_NAMES
            or end + 1 in masked
            or re.match(HARDWARE, word)
            or text[end : end + 1] in "，。"
        ):
            break
        if (
            word[0].isdigit()
            and re.search(DATASET_SHAPE, text[start:end])
            and not re.match(r"(?:19|20)\d\d$|\d+[BMK]$|500$|\d$|\d\.0$", word)
        ):
            break
        end = more.end()
    return end
