"""What a paper says is new in it: its own list of contributions, else its sentences about novelty."""

import re
from collections.abc import Sequence

from . import phrases
from .contribution import find_words
from .passages import Passage

MAX_ITEMS = 6
MAX_LEADS = 20  # sentences that could announce the list; a paper has one or two
MAX_SENTENCES = 4
_ENOUGH = 2.0
_PLACES = ("introduction", "contributions", "abstract", "conclusion")
_LIST_ITEM = re.compile(r"\.I\d+\.(?:i|ix)\d+")
_ORDINAL = re.compile(r"(?:Firstly|First|Secondly|Second|Thirdly|Third|Fourth|Lastly|Finally)\b")
_MECHANISM = re.compile(
    r"\b(?:Our|[Tt]he proposed|[Tt]his|[Tt]he) (?:[\w-]+ ){0,2}?(?:method|approach|framework|model|system|"
    r"pipeline|design|strategy|"
    r"architecture|algorithm|benchmark|dataset|mechanism|module)\b|^(?:At its core|Specifically|Concretely|"
    r"In particular|By \w+ing|"
    r"Leveraging|Building on)\b|\b(?:consists of|comprises|combines|integrates|decouples|leverages|employs)\b"
)
_LABEL_WORDS = 6
_NEW = re.compile(
    r"\b(?:novel|new|first(?:-ever)?|unlike|in contrast to|instead of|key (?:idea|insight|innovation|"
    r"contribution)|core (?:idea|insight|innovation)|"
    r"to (?:the best of )?our knowledge|rather than|innovat\w+|introduc\w+|propos\w+|design\w*|unified)\b",
    re.IGNORECASE,
)


def find_innovations(passages: Sequence[Passage], contribution: Passage | None, name: str | None) -> list[Passage]:
    """At most six sentences in the order of the paper; the contribution itself only when nothing else is new."""
    listed = _find_list(passages)
    if len(listed) >= 2:
        return listed[:MAX_ITEMS]
    chosen = _choose_novel(passages, contribution, name)
    return chosen or ([contribution] if contribution else [])


def _find_list(passages: Sequence[Passage]) -> list[Passage]:
    """The items behind "our contributions are as follows"; empty without such a list."""
    leads = 0
    for at, lead in enumerate(passages):
        is_lead = lead.part in _PLACES and bool(phrases.CONTRIBUTION_LIST.search(lead.text))
        is_start = lead.part == "contributions" and (at == 0 or passages[at - 1].section != lead.section)
        if not is_lead and not is_start:
            continue
        items = _read_items(passages, at + 1 if is_lead else at, lead)
        leads += 1
        if len(items) >= 2:
            return items
        if leads == MAX_LEADS:
            break
    return []


def _read_items(passages: Sequence[Passage], start: int, lead: Passage) -> list[Passage]:
    following = []
    for passage in passages[start : start + 30]:
        if passage.section != lead.section or phrases.OUTLINE.search(passage.text):
            break
        following.append(passage)
    listed = [passage for passage in following if _LIST_ITEM.search(passage.paragraph_id)]
    if listed:
        return _take_heads(listed)
    inline = [passage for passage in following if passage.paragraph_id == lead.paragraph_id]
    if len(inline) >= 2:
        marked = [
            passage for passage in inline if passage.is_whole and (passage.is_item or _ORDINAL.match(passage.text))
        ]
        return marked if len(marked) >= 2 else [passage for passage in inline if passage.is_whole][:4]
    return _take_heads([passage for passage in following if passage.paragraph_id != lead.paragraph_id])


def _take_heads(passages: Sequence[Passage]) -> list[Passage]:
    """One sentence of each item: its first, or its second where the first is a mere label."""
    heads: list[Passage] = []
    done: set[str] = set()
    for passage in passages:
        if passage.paragraph_id in done or not (passage.is_whole or _is_item(passage.text)):
            continue
        if len(passage.text.split()) > _LABEL_WORDS:
            heads.append(passage)
            done.add(passage.paragraph_id)
    return heads


def _is_item(text: str) -> bool:
    """An item of a list may end in a semicolon or bare, but must still be words."""
    words = text.split()
    return len(words) > _LABEL_WORDS and len(text) <= 600 and text[-1] in ";," and text[0].isalpha()


def _choose_novel(passages: Sequence[Passage], contribution: Passage | None, name: str | None) -> list[Passage]:
    scored = []
    for passage in passages:
        if passage.part not in (*_PLACES, "method") or not passage.is_whole or passage == contribution:
            continue
        is_before = contribution and passage.part == contribution.part and passage.number < contribution.number
        if is_before and not (phrases.MAKES.search(passage.text) or phrases.DOES.search(passage.text)):
            continue  # what a paper says before its own statement is about others
        score = score_novelty(passage, name)
        if score >= (_ENOUGH if passage.part == "abstract" else _ENOUGH + 0.5):
            scored.append((score, -passage.number, passage))
    chosen: list[Passage] = [contribution] if contribution else []
    for _, _, passage in sorted(scored, reverse=True):
        if not any(is_same(passage.text, other.text) for other in chosen):
            chosen.append(passage)
        if len(chosen) > MAX_SENTENCES:
            break
    return sorted((passage for passage in chosen if passage != contribution), key=lambda passage: passage.number)


def score_novelty(passage: Passage, name: str | None) -> float:
    """How much a sentence tells of something new; 2 and more is worth quoting in an abstract."""
    text = passage.text
    makes = phrases.MAKES.search(text) or phrases.PRESENTED.search(text)
    score = 2.0 * bool(makes) + 1.0 * bool(
        phrases.DOES.search(text) or _MECHANISM.search(text) or (name and name in text)
    )
    score += min(1.5, 0.75 * len(set(map(str.lower, _NEW.findall(text)))))
    score += 1.0 * (passage.part == "abstract") - 0.8 * (passage.part == "method")
    score -= 1.5 * bool(phrases.EVALUATION.search(text)) + 1.5 * bool(phrases.BACKGROUND.search(text[:80]))
    score -= 3.0 * bool(phrases.RELEASE.search(text)) + 3.0 * bool(phrases.OUTLINE.search(text))
    score -= 2.0 * bool(
        re.match(r"(?:In the following|Next|Here|Now|For (?:example|instance)|We (?:first|now|then))\b", text)
    )
    score -= 1.5 * bool(phrases.DANGLING.match(text)) + 1.0 * bool(re.search(r"\b(?:Fig|Tab|Sec|Eq)", text))
    return score


def is_same(left: str, right: str) -> bool:
    """Whether two sentences say much the same: most words of the shorter one are in the longer."""
    first, second = find_words(left), find_words(right)
    return len(first & second) >= 0.6 * max(1, min(len(first), len(second)))
