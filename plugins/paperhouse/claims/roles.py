"""What a number says: its kind (level, gain, drop, ratio, count) and its role (result, scale, setup)."""

import re

from .cues import clause_bounds, cues
from .lexicon import (
    MEMORY,
    SCALE_NOUNS_EN,
    SCALE_NOUNS_ZH,
    TIME,
    dimensions_of,
)
from .names import Name
from .numbers import Quantity
from .terms import Metric


def read_kind(text: str, q: Quantity, names: list[Name]) -> str:
    """absolute, improvement, reduction, ratio or count."""
    c, head, tail = cues(), text[max(0, q.left - 120) : q.left], text[q.right : q.right + 60]
    if q.unit == "x":
        return "ratio"
    if q.unit == "%" and (
        (c["keep"].search(head) and q.comparator != "<") or c["original"].match(tail) or c["of_original"].search(head)
    ):
        return "ratio"
    if q.unit == "%" and any(
        n.is_baseline and c["part_of"].fullmatch(text, n.end, q.left) and c["equals"].search(text, 0, n.start)
        for n in names
    ):
        return "ratio"
    if q.unit == "tier":
        return "count"
    change = None
    if q.sign:
        change = "improvement" if q.sign == "+" else "reduction"
    elif c["judges"].match(tail):
        return "absolute"
    elif m := c["by"].search(head):
        verbs = list(c["verb"].finditer(head[: m.start()]))
        change = "reduction" if verbs and verbs[-1].lastgroup in ("down", "down_zh") else "improvement"
    elif (m := c["noun_of"].search(head) or c["direct"].search(head[-56:])) and (
        q.unit != "count" or ((m.lastgroup or "").endswith("zh") and not re.search(r"[超优击]\S了?\s*$", head))
    ):  # "a smaller 3B model" and 超越 7B 模型 are no changes
        change = "reduction" if (m.lastgroup or "").startswith("down") else "improvement"
    elif (m := c["over"].match(tail)) and any(n.is_baseline and n.start == q.right + m.end() for n in names):
        change = "improvement"
    elif (m := c["after"].match(tail) or c["after_noun"].match(tail) or c["after_zh"].match(tail)) and not re.search(
        r"(?<!leading )(?<!leads )(?<!lead )(?<!led )(?<!up )\bto\s*$", head
    ):
        change = "reduction" if m.lastgroup == "down" else "improvement"
    elif q.unit in ("%", "points", None, "score") and not c["level"].search(head):
        name = next(
            (
                n
                for n in names
                if n.is_baseline
                and n.end <= q.left
                and re.fullmatch(r"(?:\s|over|about|约|近|达)*", text[n.end : q.left])
            ),
            None,
        )
        if name and q.unit != "score" and (m := c["past_name"].search(text[: name.start])):
            change = "reduction" if m.lastgroup == "down" else "improvement"
    if change:
        return change
    if q.unit == "points" and re.search(
        r"percent|pp|百分点|个点", text[q.start : q.end]
    ):  # these are always a difference
        verbs = list(c["verb"].finditer(head))
        return "reduction" if verbs and verbs[-1].lastgroup in ("down", "down_zh") else "improvement"
    if q.unit in ("%", "points") and c["margin"].search(text, 0, q.left):
        return "improvement"
    if q.unit == "count":
        return "absolute" if counted_unit(q) in ("steps", "turns") else "count"
    return "absolute"


def counted_unit(q: Quantity) -> str | None:
    """Rounds and steps have units of their own; any other thing counted is a count."""
    if q.unit != "count":
        return q.unit
    noun = (q.noun or "").lower()
    return (
        "turns" if noun in ("轮", "轮次", "turns", "turn") else "steps" if noun in ("步", "steps", "step") else "count"
    )


def read_role(text: str, q: Quantity, kind: str, metrics: list[Metric], section: str | None) -> str | None:
    """result, scale, setup, or None for a number that says nothing that is asked for."""
    c, tail = cues(), text[q.right : q.right + 60]
    start, end = clause_bounds(text, q)
    head, is_change = text[start : q.left], kind in ("improvement", "reduction", "ratio")
    near = [m for m in metrics if start <= m.start < end]
    if q.unit in ("rank", "tier"):
        return "result"
    if q.unit == "px":
        return "setup"
    if q.unit == "count":
        return "result" if is_change and counts_metric(q, near) else role_of_count(q, section)
    hyper = c["hyper"].search(text, max(start, q.left - 56), q.left)
    if hyper and not any(m.start >= hyper.start() and m.dimension != "general" for m in near):
        return "setup"
    if q.unit == "x":
        return "setup" if c["scaling"].match(tail) else "result"
    if is_change and q.unit is not None:
        return "setup" if q.unit == "%" and not near and c["share"].match(tail) else "result"
    if q.unit == "%":
        is_share_of_cases = bool(c["cases"].match(tail))
        if c["share"].match(tail) and not (is_share_of_cases and c["outcome"].search(head)):
            return "setup"
        if near or metrics or is_share_of_cases or c["outcome"].search(head):
            return "result"
        return "result" if c["level"].search(head) and c["verb"].search(head) else None
    if q.unit == "points":
        return "result"
    if dimensions_of(q.unit):
        return role_of_measure(text, q, near, head, tail)
    return None if q.unit not in (None, "score", "years") else "bare"


def counts_metric(q: Quantity, near: list[Metric]) -> bool:
    """Whether a change of this count is itself a result: fewer steps, turns, tokens."""
    return any(m.dimension in ("count", "size", "cost", "memory", "any") for m in near) or counted_unit(q) != "count"


def role_of_count(q: Quantity, section: str | None) -> str:
    """Sizes of data, benchmarks and models are scale; what a run is set to is setup."""
    noun = q.noun or ""
    is_scale = noun in SCALE_NOUNS_ZH or noun.lower() in {n.lower() for n in SCALE_NOUNS_EN} or not noun
    is_condition = (
        noun.lower() in ("parameters", "params", "参数", "token", "tokens", "token") and section == "实验效果"
    )
    return "scale" if is_scale and not is_condition else "setup"


def role_of_measure(text: str, q: Quantity, near: list[Metric], head: str, tail: str) -> str:
    """Time, speed, memory and money: a result where a metric or a verb of need says so, else a condition."""
    c = cues()
    if c["media"].match(tail):
        return "setup"
    wanted = dimensions_of(q.unit) or ()
    if q.unit in TIME and re.search(r"\d-[a-z]", text[q.start : q.end]):
        return "setup"  # a 90-day trial
    if q.unit in ("m", "cm", "mm", "Hz") and not near:
        return "setup"
    if q.unit in MEMORY:
        is_needed = bool(c["takes"].search(head))
        is_result = any(
            m.dimension in wanted and (m.end <= q.left or (is_needed and m.start < q.right + 16)) for m in near
        )
        return "result" if is_result else "setup"
    if q.unit in TIME and c["training"].search(head) and q.unit in ("h", "days", "weeks", "GPU hours", "months"):
        return "setup"
    if q.unit not in TIME or any(m.dimension in wanted for m in near) or c["takes"].search(head):
        return "result"
    return "setup"
