"""What a paper reports: the sentences that carry its numbers, the most telling ones first to be kept."""

import re
from collections import defaultdict
from collections.abc import Sequence

from . import phrases
from .innovations import is_same
from .passages import Passage

MAX_SENTENCES = 6
MAX_CLAIMS = 300  # of one paragraph; no paper has as many
_LEAST = 1.0
_COMPARES = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|state[- ]of[- ]the[- ]art|SOTA|superior(?:ity)?|competitive|"
    r"on par|comparable|better than|best|"
    r"improv\w+|reduc\w+|faster|gains?|consistent(?:ly)?|effective(?:ness)?|win rate|"
    r"experiments? .{0,60}(?:show|demonstrat|confirm|reveal|validat)\w*|results? .{0,40}(?:show|demonstrat|"
    r"suggest|indicat|reveal)\w*|"
    r"[Ww]e (?:find|show|found|observe|demonstrate) that|findings|achiev\w+)\b"
)
_BEST = re.compile(
    r"\b(?:outperform\w*|surpass\w*|state[- ]of[- ]the[- ]art|SOTA|achiev\w+|improv\w+|reduc\w+|faster|gains?|best)\b"
)
_OWN = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Oo]urs|proposed)\b")
_EXPERIMENT = re.compile(r"\b(?:[Ee]xperiment|[Rr]esults?\b|[Ee]valuation)")
_POINTER = re.compile(r"\b(?:Table|Tab\.|Figure|Fig\.|Section|Sec\.|Appendix|row|column)\b")
_SETTING = re.compile(
    r"\b(?:learning rate|batch size|epochs?|iterations|optimizer|hyper-?parameters?|dropout|rated|"
    r"rating scale|we (?:set|split|sample|train|use))\b",
    re.IGNORECASE,
)
_PART_SCORE = {"abstract": 4.0, "contributions": 1.0, "introduction": 1.0, "conclusion": 1.5, "experiments": 1.0}


def find_results(
    passages: Sequence[Passage], claims: Sequence[dict], contribution: Passage | None, name: str | None
) -> list[Passage]:
    """At most six sentences in the order of the paper, none with only numbers that a better one gives already.

    Sentences with result claims; a paper that claims no number gives the comparisons its abstract or conclusion draws.
    """
    facts = match_claims(passages, claims)
    scored = [
        (_score(passage, facts[passage.number]), -passage.number, passage)
        for passage in passages
        if passage.is_whole and _is_result(passage, facts[passage.number], contribution, name)
    ]
    chosen: list[Passage] = []
    known: set[tuple] = set()
    for score, _, passage in sorted(scored, reverse=True):
        told = facts[passage.number]
        if score <= 0 or len(chosen) == MAX_SENTENCES:
            break
        if (told and told <= known) or any(is_same(passage.text, other.text) for other in chosen):
            continue
        chosen.append(passage)
        known |= told
    return sorted(chosen, key=lambda passage: passage.number)


def match_claims(passages: Sequence[Passage], claims: Sequence[dict]) -> defaultdict[int, set[tuple]]:
    """Passage number → the (number, unit) pairs of the result claims whose evidence stands in it."""
    by_paragraph: defaultdict[str, list[dict]] = defaultdict(list)
    for claim in claims:
        if claim["role"] == "result":
            by_paragraph[claim["evidence_location"]].append(claim)
    facts: defaultdict[int, set[tuple]] = defaultdict(set)
    for passage in passages:
        for claim in by_paragraph.get(passage.paragraph_id, [])[:MAX_CLAIMS]:
            evidence = claim["evidence"]
            if claim["value_text"] in passage.text and (evidence in passage.text or passage.text in evidence):
                facts[passage.number].add((claim["value"], claim["unit"], (claim["metric"] or "").lower()))
    return facts


def _is_result(passage: Passage, told: set[tuple], contribution: Passage | None, name: str | None) -> bool:
    """A number counts where it is reported at once, or compared; words alone only where a paper sums itself up."""
    text = passage.text
    if phrases.CONTRIBUTION_LIST.search(text) or phrases.OUTLINE.search(text):
        return False
    if told:
        return passage.part == "abstract" or bool(_COMPARES.search(text))
    if passage == contribution or passage.part not in ("abstract", "conclusion") or phrases.MAKES.search(text):
        return False
    is_behind = contribution is not None and contribution.part == passage.part and passage.number > contribution.number
    is_own = is_behind or _OWN.search(text) or _EXPERIMENT.search(text) or (name and name in text)
    return bool(is_own and phrases.EVALUATION.search(text) and _COMPARES.search(text))


def _score(passage: Passage, told: set[tuple]) -> float:
    text = passage.text
    score = _PART_SCORE.get(passage.part, 0.0) + 1.5 * bool(told) + 0.3 * min(4, len(told))
    score += 1.0 * bool(_BEST.search(text)) + 0.7 * bool(_OWN.search(text))
    score += 0.5 * any(metric for _, _, metric in told)
    score -= 0.7 * bool(_POINTER.search(text)) + 1.5 * bool(_SETTING.search(text))
    score -= 1.5 * bool(phrases.DANGLING.match(text)) + 1.5 * bool(phrases.BACKGROUND.search(text[:60]))
    score -= 2.0 * bool(phrases.RELEASE.search(text)) + 1.0 * (len(text) > 450)
    return score - (0.0 if told else 2.5) - _LEAST
