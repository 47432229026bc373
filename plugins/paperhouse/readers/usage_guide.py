"""How a paper's work is used: what goes in and comes out, how it runs, what it needs, where it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from . import phrases
from .passages import Passage


@dataclass(frozen=True)
class _Topic:
    label: str
    most: int
    cue: re.Pattern[str]
    parts: tuple[str, ...]
    lead_cue: re.Pattern[str] | None = None  # says so only where the paper speaks of itself as a whole


_LEAD = ("abstract", "introduction", "contributions")
_TEXT = (*_LEAD, "method", "usage", "conclusion")
_OURS = (
    r"(?:[Oo]ur|[Tt]he|[Tt]his)(?: [\w-]+){0,3} "
    r"(?:model|method|system|framework|network|approach|pipeline|agent|architecture|algorithm|tool)"
)
_HARDWARE = (
    r"(?:NVIDIA|Nvidia|Tesla|GeForce|RTX|GTX|Titan|TITAN|A100|A800|H100|H200|H800|H20|B200|V100|A6000|A40|L40S?|P100|"
    r"T4|4090|3090|TPU|GPU|CPU core|Ascend)s?"
)
_TOPICS = (
    _Topic(
        "Input",
        1,
        re.compile(
            r"\b(?:tak(?:e|es|ing)|receiv(?:e|es|ing)|accept(?:s|ing)?|consum(?:es|ing)) [^.]{2,120}? "
            r"as (?:(?:its|an?|the|our|their) )?(?:sole |only |model |conditional )?inputs?\b|"
            rf"{_OURS} (?:takes (?!advantage|place|into|care|part|over|turns)|receives|accepts|ingests)\b|"
            r"\b[Tt]he (?:model |network )?inputs? (?:to [\w -]{3,40} )?(?:is|are|consists?|comprises?|contains?)\b"
        ),
        _TEXT,
        re.compile(
            r"^Given (?!the fact)(?:an?|the|only|two|one|any|some|raw|multiple|several|input)\b|"
            r"\bfrom an? (?:single|monocular|raw|text|input|short|reference)\b|"
            r"\bfrom (?:text|user|natural language) (?:inputs?|prompts?|queries|instructions?|descriptions?)"
        ),
    ),
    _Topic(
        "Output",
        1,
        re.compile(
            r"\b[Tt]he (?:final |model |network )outputs? (?:of [\w -]{3,40} )?(?:is|are|consists?|comprises?)\b|"
            r"\band (?:outputs|returns|emits) an?\b"
        ),
        _TEXT,
        re.compile(rf"{_OURS}(?: \w+ly)? (?:outputs|produces|generates|predicts|returns|emits)\b"),
    ),
    _Topic(
        "Run",
        2,
        re.compile(
            r"^(?:At|During) (?:the )?(?:inference|test(?:ing)?|sampling|deployment)\b|\btraining-free\b|"
            r"\bplug-and-play\b|"
            r"\bwithout (?:any )?(?:additional |further |extra |re-?|task-specific )?(?:training|fine-?tuning|"
            r"retraining)\b|"
            r"\bcan be (?:\w+ly )?(?:integrated|plugged|deployed|inserted|installed)\b|\bpip install\b"
        ),
        _TEXT,
    ),
    _Topic(
        "Needs",
        2,
        re.compile(
            rf"\b(?:\d+|one|an?|single|two|four|eight|sixteen)[- ]?(?:×|x|\*)? ?(?:[\w-]+ )?{_HARDWARE}\b|"
            rf"\b(?:on|with|using) (?:\w+ )?{_HARDWARE}\b|\bGPU[- ](?:hours|days|memory)\b|"
            r"\b(?:[Ww]e|[Mm]odels?|[\w-]+) (?:(?:is|are|was|"
            r"were) )?(?:\w+ly )?(?:pre-?)?train(?:ed)? (?:[\w-]+ ){0,4}?"
            r"(?:on|using|with) [^.]{0,40}?\d[\d,.]*\s?(?:[KMBT]\b|k\b|hours|million|billion|thousand|samples|"
            r"images|videos|"
            r"pairs|tokens)|\b(?:[Oo]ur|[Tt]he) [\w -]{2,40} (?:only )?(?:requires?|needs) (?:only|no|"
            r"at least|less|about|\d)"
        ),
        (*_TEXT, "experiments"),
    ),
)
_THING = (
    r"(?:code|codes|codebase|implementation|software|toolkit|library|models?|weights|checkpoints?|data|"
    r"data ?sets?|benchmark|corpus|demos?|samples|project|resources|scripts?|materials|examples|artifacts|source|"
    r"videos?|page|website|homepage|repository|leaderboard|suite|corpora|data|everything|pipeline)"
)
_WHERE = re.compile(
    rf"\b{_THING}\b[^.]{{0,90}}?\b(?:is|are|be|been)(?: \w+)?(?: (?:publicly|freely|openly|fully))? "
    rf"(?:available\b(?! at a glance)|released|open-?sourced|found|public\b|accessible|hosted|provided at)|"
    rf"\b(?:we|and|to|will|by) (?:\w+ly |also |will |have ){{0,2}}(?:releas\w+|open-?sourc\w+|mak\w+|publish|"
    rf"shar\w+)\b[^.]{{0,110}}?\b{_THING}\b|"
    rf"\b{_THING}\b[^.]{{0,60}}https?://|\b{_THING}\b[^.]{{0,40}}\bavailable (?:at|on|here|under|upon|via|"
    rf"from)\b|^(?:\w+ )?{_THING}(?: and \w+)?:",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:we|our|codes?|codebase|project|demos?|checkpoints|weights|home ?page|website|implementation|source)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:[Ww]e (?:\w+ly )?(?:use|used|adopt|follow|utilize|employ|obtain|download|compare|evaluate|train|"
    r"build upon)|baselines?|their|provided by|et ?al|collected from)\b"
)
_STRONG = re.compile(r"https?://|github|huggingface|publicly|open-?sourc|\breleas", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+$")
_RESULT = re.compile(
    r"\b(?:outperform|SOTA\b|better|[Ee]xperiments? show|surpass|state-of-the-art|improve[sd]? (?:the|over|"
    r"by)|baselines?|compared (?:to|with)|ablation)|\b(?:prior|previous|existing) (?:work|method|approach|"
    r"model)s?|\bet ?al\b|\b[Hh]owever\b",
    re.IGNORECASE,
)
_LEAST = 1.0
_PART_SCORE = {
    "abstract": 2.0,
    "introduction": 1.0,
    "contributions": 1.0,
    "usage": 1.0,
    "method": 0.5,
    "availability": 2.0,
}


def find_usage(passages: Sequence[Passage], contribution: Passage | None) -> list[tuple[str, Passage]]:
    """(label, sentence) by topic: Input, Output, Run, Needs, Code; no sentence twice, empty when none is stated."""
    chosen: list[tuple[str, Passage]] = []
    taken: set[str] = set()
    for topic in _TOPICS:
        scored = [
            (_score(passage, topic), -passage.number, passage)
            for passage in passages
            if passage.is_whole and passage != contribution and _is_about(passage, topic)
        ]
        best = [
            passage
            for score, _, passage in sorted(scored, reverse=True)
            if score > _LEAST and passage.text not in taken
        ]
        for passage in sorted(best[: topic.most], key=lambda passage: passage.number):
            chosen.append((topic.label, passage))
            taken.add(passage.text)
    return chosen + [("Code", passage) for passage in _find_code(passages, contribution) if passage.text not in taken]


def _is_about(passage: Passage, topic: _Topic) -> bool:
    if passage.part in _LEAD and topic.lead_cue and topic.lead_cue.search(passage.text):
        return True
    return passage.part in topic.parts and bool(topic.cue.search(passage.text))


def _score(passage: Passage, topic: _Topic) -> float:
    text = passage.text
    score = 1.0 + _PART_SCORE.get(passage.part, 0)
    score += 1.0 * bool(re.search(r"\b[Oo]ur\b|\b[Ww]e\b", text)) + 0.5 * (len(text) < 250)
    score -= 3.0 * bool(_RESULT.search(text)) + 1.0 * bool(phrases.DANGLING.match(text))
    score -= 2.0 * bool(phrases.BACKGROUND.search(text[:80])) + 2.0 * (passage.text.endswith("?"))
    score -= 3.0 * bool(re.search(r"\b(?:Fig|Tab|Eq|Sec|Alg)", text))
    if topic.label == "Needs" and passage.part in ("usage", "experiments"):
        score += 2.0 * bool(re.search(_HARDWARE, text))
    return score


def _find_code(passages: Sequence[Passage], contribution: Passage | None) -> list[Passage]:
    """The sentence that says where code, models or data are, and its link where that stands apart."""
    best: tuple[float, int] | None = None
    for at, passage in enumerate(passages):
        text = passage.text
        link = _link_behind(passages, at)
        is_candidate = passage.is_whole or link is not None or (_LINK.search(text) and len(text) < 300)
        if (
            passage == contribution
            or not is_candidate
            or not _WHERE.search(text)
            or not (passage.part == "abstract" or _OWN.search(text))
            or _OTHERS.search(text)
        ):
            continue
        if not _STRONG.search(text) and link is None and "available" not in text:
            continue
        score = _PART_SCORE.get(passage.part, 0.0) + 2.0 * bool(_LINK.search(text) or "http" in text or link)
        score += 1.0 * bool(re.search(r"\bcode|\bmodel", text, re.IGNORECASE)) - len(text) / 400
        if best is None or score > best[0]:
            best = (score, at)
    if best is None:
        return []
    link = _link_behind(passages, best[1])
    return [passages[best[1]]] + ([link] if link else [])


def _link_behind(passages: Sequence[Passage], at: int) -> Passage | None:
    following = passages[at + 1] if at + 1 < len(passages) else None
    is_open = re.search(r"(?:\bat|\bat:|:|\bin)$", passages[at].text)
    return following if following and is_open and _LINK.match(following.text) else None
