"""What a sentence reports: kinds shared along a list, results among bare numbers, units and directions."""

import re
from dataclasses import replace

from .bind_metric import is_stated
from .cues import clause_bounds, cues
from .lexicon import DIRECTION_OF_UNIT
from .numbers import Quantity
from .pairs import Pairs
from .roles import counted_unit, read_kind
from .scene import Scene
from .terms import Metric


def read_kinds(scene: Scene, pairs: Pairs) -> dict[int, str]:
    """Kinds by the start of a quantity; a list shares the kind of its last ("38% and 25% improvements")."""
    kinds = {
        q.start: "absolute" if q.start in pairs.baseline_values else read_kind(scene.text, q, scene.names)
        for q in scene.quantities
    }
    for _, group in scene.groups.values():
        last = group[-1]
        if kinds[last.start] in ("improvement", "reduction"):
            for q in group:
                if kinds[q.start] == "absolute" and q.unit in (last.unit, None):
                    kinds[q.start] = kinds[last.start]
    return kinds


def continues(scene: Scene, before: Quantity, q: Quantity) -> bool:
    """Whether `q` is a second value of the same verb: "by 1.8 on A and 0.9 on B", 分别提升 2.8 和 3.5 个点."""
    cue = cues()["after"].match(scene.text, before.right) or cues()["after_noun"].match(scene.text, before.right)
    between = scene.text[cue.end() if cue and cue.end() < q.left else before.end : q.left]
    if cue and not re.search(r"\b(?:on|in|for|over)\b", between):
        return False
    return (
        len(between) < 90
        and between.count("(") + between.count("（") == between.count(")") + between.count("）")
        and bool(re.search(r"(?:\band|,|、|和|以及|及|与)\s*$", between))
        and not cues()["verb"].search(between)
        and not cues()["level"].search(between)
        and not any(before.end <= m.start < q.start for m in scene.metrics)
        and not any(
            re.match(r"[^，。,;；]{0,3}$", scene.text[q.right : m.start]) for m in scene.metrics if m.start >= q.right
        )
        and (before.unit == q.unit or before.unit is None)
    )


def find_direction(q: Quantity, kind: str, metric: Metric | None) -> str:
    """Which way is better: the metric's, but a level in seconds per frame is a time even if it is called a speed."""
    of_unit = DIRECTION_OF_UNIT.get((q.unit or "").split("/")[0] if q.unit not in DIRECTION_OF_UNIT else q.unit or "")
    if metric and metric.direction and not (of_unit and kind == "absolute"):
        return metric.direction
    return of_unit or "higher_better"


def as_parameter_count(scene: Scene, q: Quantity) -> Quantity:
    """参数量为 1.1B counts parameters though the noun stands before the number."""
    if q.unit is None and scene.text[q.end - 1] in "KMB万亿":
        start, _ = clause_bounds(scene.text, q)
        near = [m for m in scene.metrics if start <= m.start and m.end <= q.left]
        if any(m.dimension == "size" for m in near):
            return replace(q, unit="count", noun="parameters")
    return q


def inherit_comparator(text: str, q: Quantity, others: list[Quantity]) -> str:
    """The hedge of a number also covers the same fact in parentheses after it: 约 0.2 秒（5 FPS）."""
    twin = next((x for x in others if x.end <= q.start and re.fullmatch(r"\s?[(（]\s?", text[x.end : q.left])), None)
    return twin.comparator if twin and q.comparator == "=" else q.comparator


def is_result(scene: Scene, q: Quantity, kind: str, bound, previous, is_pair: bool) -> bool:
    """Whether a number without unit is a result: it needs a metric beside it, or a score verb and a data set."""
    if kind in ("improvement", "reduction"):
        return bound is not None and q.value < 1000 and scene.text[q.end - 1] not in "KkMB"
    if scene.text[q.end - 1] in "KkMB":
        return False
    if (is_pair and bound is not None) or is_stated(scene, q, bound):
        return True
    if previous and scene.groups.get(q.start, (0, None))[1] is scene.groups.get(previous[0].start, (0, 1))[1]:
        return True
    if previous and previous[0].unit is None and continues(scene, previous[0], q):
        return True
    in_list = scene.groups.get(q.start)
    if in_list and in_list[0] == 0 and bound is not None and any(bound[1] is m for m in scene.metrics):
        return True
    if q.value >= 1000 and q.value % 1 == 0:
        return False  # a size, whatever the sentence achieves
    has_score_verb = bool(cues()["score"].search(scene.text[: q.left]))
    has_dataset = any(n.kind == "dataset" for n in scene.names)
    if q.value % 1 and has_dataset and ON_SET.match(scene.text, q.right) and cues()["outcome"].search(scene.text):
        return True
    if has_score_verb and previous and previous[0].unit is None and previous[1] == "absolute":
        return True
    return has_score_verb and (has_dataset or q.unit == "score") and (q.value % 1 or q.unit == "score" or has_dataset)


ON_SET = re.compile(r"\s+on\s+(?:the\s+)?[A-Z]")  # 7.24 on SetOne, 3.80 on SetTwo


def name_unit(q: Quantity, kind: str, metric: str | None) -> str | None:
    """A change of a plain number is in points; 分 is no unit of a level; 每帧延迟 in seconds is s/frame."""
    if q.unit in ("s", "ms") and re.search(r"每帧|per[- ]frame", metric or ""):
        return f"{q.unit}/frame"
    if q.unit in (None, "score"):
        return "points" if kind in ("improvement", "reduction") else None
    return counted_unit(q)
