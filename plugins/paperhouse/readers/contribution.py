"""The one sentence in which a paper says what it contributes."""

import re
from collections.abc import Sequence

from . import phrases
from .passages import Passage

_PLACES = ("abstract", "introduction", "contributions", "conclusion")
_SHORTEST, _LONGEST = 9, 75  # words
_ENOUGH = 3.0
# Words that carry no meaning, and shaped words of titles that name a field, not the paper's own work.
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "the and for with from via into are can our this that using use its towards toward based through new when how "
        "what why does not all you",
    )
)
_COMMON = frozenset(re.findall(r"\S+", "LLM LLMs MLLM MLLMs VLM VLMs GPT-4 CNN CNNs GAN GANs NLP RAG TTS ASR"))


def find_contribution(passages: Sequence[Passage], title: str) -> Passage | None:
    """The abstract's sentence if one states a contribution, else the introduction's or the conclusion's."""
    title_words = find_words(title)
    best: tuple[float, Passage] | None = None
    for place in _PLACES:
        candidates = [passage for passage in passages if passage.part == place and passage.is_whole]
        scored = _score_all(candidates, title_words, title)
        if scored and scored[0] >= _ENOUGH:
            return scored[1]
        if scored and (best is None or scored[0] > best[0] + 1):
            best = scored
    return best[1] if best and best[0] > 0 else None


def find_words(text: str) -> set[str]:
    """The words of a text that carry meaning, cut to six letters so that "detecting" meets "detection"."""
    return {word[:6] for word in re.findall(r"[^\W_]{3,}", text.lower()) if word not in _EMPTY}


def _score_all(candidates: list[Passage], title_words: set[str], title: str) -> tuple[float, Passage] | None:
    scores: list[tuple[float, int, Passage]] = []
    stated = 0
    for passage in candidates:
        score = score_sentence(passage.text, title_words, title)
        if score > 2:
            score -= 0.6 * min(stated, 4)  # who states it first means it most
            stated += 1
        scores.append((score, -passage.number, passage))
    if not scores:
        return None
    score, _, passage = max(scores)
    return score, passage


def score_sentence(text: str, title_words: set[str], title: str) -> float:
    """How much a sentence reads as the statement of a paper's contribution; 3 and more is one beyond doubt."""
    words = len(text.split())
    makes, studies = phrases.MAKES.search(text), phrases.STUDIES.search(text)
    is_this = bool(phrases.IN_THIS.search(text))
    has_name = any(name in text for name in find_names(title))
    score = 3.0 if makes else 2.0 if phrases.PRESENTED.search(text) else 1.7 if studies else 0.0
    if not score and (phrases.DOES.search(text) or is_this):
        score = 1.0
    if has_name and phrases.IS_A.search(text) and text.removeprefix("The ").startswith(tuple(find_names(title))):
        score = max(score, 2.5)
    if score:
        score += 1.0 * is_this
        score += 0.7 * bool(phrases.NAMES_IT.search(text))
        score += 0.5 * bool(phrases.NOVEL.search(text))
        score += 0.3 * bool(phrases.PURPOSE.search(text))
    score += 1.5 * has_name
    score += 2.0 * len(title_words & find_words(text)) / max(4, len(title_words))
    score -= 2.0 * bool(phrases.ADDED.search(text[:40]) or phrases.WE_ADD.search(text))
    score -= 1.0 * bool(phrases.ELABORATED.search(text[:60]))
    score -= 1.2 * bool(phrases.EVALUATION.search(text)) * (0.5 if makes else 1)
    score -= 1.5 * bool(phrases.BACKGROUND.search(text[:80]) and not makes and not studies)
    score -= 2.0 * bool(phrases.DANGLING.match(text))
    score -= 2.5 * bool(phrases.RELEASE.search(text) and words < 35)
    score -= 1.0 * (words < _SHORTEST) + 0.5 * (words > _LONGEST) + 2.0 * text.endswith("?")
    score -= 3.0 * bool(phrases.OUTLINE.search(text)) + 1.0 * bool(phrases.VAGUE.search(text))
    return score


def find_names(title: str) -> list[str]:
    """The names a title gives: what stands before its colon, and words such as GR-3, PaCo or UltraMem."""
    head = title.partition(":")[0].strip() if ":" in title else ""
    shaped = re.findall(r"[A-Za-z]*[A-Z][A-Za-z]*(?:[A-Z]|-?\d|\+)[\w.+-]*", title)
    return [name for name in (head, *shaped) if len(name) > 2 and len(name.split()) <= 4 and name not in _COMMON]
