"""Numbers that belong to another number: the old value of a from-to, the rival's value of a comparison."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from .numbers import Quantity
from .scene import Scene

FROM = re.compile(r"(?:\bfrom|从|由|自)(?:\s|an?|约|about|around|原来的|原先的|原始的|的|[^\d，。,;]{0,8}的)*$")
TO = re.compile(
    r"[^。.;；]{0,24}?(?:\bto|→|->|至|到|为)(?:\s|an?\b|peak|of|as high as|as low as|average|了|约|about|only|仅|just)*"
)
REVERSED = re.compile(
    r"[ ,，]*(?:[(（]\s*(?:up |down )?from|,? (?:up|down) from|[(（](?:原|此前|之前|原来|先前|原先)(?:为|是|仅)?)\s*"
)
ARROW = re.compile(r"\s*(?:→|->|=>)\s*")
COMPARED = re.compile(
    r"(?:compared (?:to|with)|versus|vs\.?|against|than|up from|down from|over|而非|对比|相比|"
    r"高于|低于|优于|远低于|远高于|超过)\s*(?:its|the|an?|其)?\s*$"
)
BRACKET = re.compile(r"的?[\u4e00-\u9fff]{0,6}\s*[(（]\s*(?:分别为?|respectively|at)?\s*")
FOR_RIVAL = re.compile(r"\s*(?:for|by|of|from|with|in|achieved by|obtained by)\s+(?:the\s+)?")
FEW_WORDS = re.compile(r"(?:[a-z][\w-]*\s+){0,2}")
OTHERS = re.compile(r"(?:低于|高于|优于|不及|超过)其(?:他|余|在)[^，。,;；]{0,40}的\s*$")


@dataclass
class Pairs:
    """By the start of a quantity: values and names it is compared with; `dropped` are those values' own places."""

    baseline_values: dict[int, float] = field(default_factory=dict)
    rivals: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def pair_values(scene: Scene) -> Pairs:
    """Find "from A to B", "A → B", "B compared with A for Rival" and "Rival (A)" in one sentence."""
    pairs, text = Pairs(), scene.text
    measured = [q for q in scene.quantities if q.unit not in ("count", "px", "rank", "years")]
    for old, new in pairwise(measured):
        between = text[old.end : new.left]
        path = FROM.search(text, max(0, old.left - 40), old.left) and TO.fullmatch(between)
        path = path or (text[old.left - 1 : old.left] in ("(", "（") and re.fullmatch(r"\s*(?:to|至|到)\s*", between))
        if (path or ARROW.fullmatch(between)) and old.unit in (new.unit, None):
            attach(pairs, old, new)
    for new, old in pairwise(measured):
        if REVERSED.fullmatch(text, new.right, old.left) and alike(old, new) and old.start not in pairs.dropped:
            attach(pairs, old, new)
    for new, old in pairwise(measured):
        if old.start in pairs.dropped or new.start in pairs.dropped or not alike(old, new):
            continue
        if rival := find_rival(scene, old):
            if new.start in pairs.baseline_values:  # 由 52 升至 67，超过 X 的 63: the path keeps its own old value
                pairs.dropped.add(old.start)
                continue
            attach(pairs, old, new)
            if rival == "-":  # unnamed beside its value, but perhaps named before
                rival = next((n.text for n in reversed(scene.names) if n.is_baseline and n.end <= new.start), "-")
            if rival != "-":
                pairs.rivals[new.start] = rival
    pair_lists(scene, pairs)
    for old in measured:  # "beats X (64.1) and Y (66.0)": the later ones go too, the first value stays
        if old.start not in pairs.dropped and in_parentheses_of_rival(scene, old) and pairs.dropped:
            pairs.dropped.add(old.start)
    return pairs


def pair_lists(scene: Scene, pairs: Pairs) -> None:
    """ "reach A and B, ahead of Rival (C and D, respectively)": two lists of one length, the second in parentheses."""
    lists = list({id(group): group for _, group in scene.groups.values()}.values())
    for news, olds in pairwise(lists):
        named = [n for n in scene.names if n.is_baseline and n.end <= olds[0].left]
        gap = scene.text[named[-1].end : olds[0].left] if named else ""
        if len(news) == len(olds) and alike(olds[0], news[0]) and BRACKET.fullmatch(gap):
            for new, old in zip(news, olds, strict=True):
                attach(pairs, old, new)
                pairs.rivals[new.start] = named[-1].text


def attach(pairs: Pairs, old: Quantity, new: Quantity) -> None:
    pairs.dropped.add(old.start)
    pairs.baseline_values[new.start] = old.value


def alike(old: Quantity, new: Quantity) -> bool:
    return old.unit == new.unit or {old.unit, new.unit} <= {None, "%", "score"}


def find_rival(scene: Scene, old: Quantity) -> str | None:
    """The rival whose value `old` is, "-" for an unnamed one, None where `old` is a result of its own."""
    text = scene.text
    if in_parentheses_of_rival(scene, old):
        return next(n.text for n in reversed(scene.names) if n.end <= old.start and n.is_baseline)
    before = [n for n in scene.names if n.is_baseline and n.end <= old.left]
    if (
        before
        and text[before[-1].end : old.left] == " "
        and re.search(r"\bv(?:s\.?|ersus) $", text[: before[-1].start])
    ):
        return before[-1].text
    if before and re.fullmatch(r"\s*(?:的|'s|’s)\s*", text[before[-1].end : old.left]):
        return before[-1].text
    if before and re.fullmatch(
        r"\s*(?:performance|levels?|results?|scores?|accuracy)?\s+of\s*", text[before[-1].end : old.left]
    ):
        return before[-1].text
    if OTHERS.search(text, max(0, old.left - 60), old.left):
        return "-"
    if COMPARED.search(text, max(0, old.left - 24), old.left):
        if m := FOR_RIVAL.match(text, old.end):
            after = [n for n in scene.names if n.start >= m.end() and FEW_WORDS.fullmatch(text, m.end(), n.start)]
            return after[0].text if after else "-"
        return "-"
    return None


def in_parentheses_of_rival(scene: Scene, old: Quantity) -> bool:
    """X (64.1), where X is a rival."""
    return any(
        n.is_baseline and n.end <= old.start and re.fullmatch(r"\s*[(（]\s*", scene.text[n.end : old.left])
        for n in scene.names
    ) and bool(re.match(r"\s*[)）]", scene.text[old.right :]))
