"""Binding: which metric a quantity is a value of."""

import re

from .cues import clause_bounds
from .lexicon import (
    DOWN_ZH,
    UP_ZH,
    dimensions_of,
)
from .numbers import Quantity
from .scene import Context, Scene, from_list
from .terms import Metric
from .words import CHINESE

AFTER_GAP = re.compile(
    r"(?:\s?[(（][^()（）]{1,40}[)）])?(?:\s|-|的|in|of|on|for|absolute|relative|higher|lower|"
    r"better|faster|fewer|less|more|smaller|shorter|average|improvements?|reductions?|"
    r"gains?|increase|"
    r"decrease|drop|boost|平均|最佳|整体|总体|[(（])*|的[^，。；,;、\d]{1,12}?"
)
BEFORE_GAP = re.compile(
    r"[\s:：=(（]*(?:(?:scores?|values?|rates?|of|is|are|was|were|at|to|by|from|with|an?|"
    r"only|reach\w*|drops?|falls?|rises?|improv\w*|increas\w*|decreas\w*|"
    r"become\w*|equals?|分数|得分|值|为|是|达到?了?|到|至|由|从|提升|提高|降低|下降|降|增加|减少|升|仅|只有|分别|约|了|可达|上升|"
    r"恶化|改善|平均|在|保持|均|也|高|低|则|还|进一步|最高|超过|不足)\s*)*"
)


def bind_metric(
    scene: Scene, q: Quantity, kind: str, label: str, label_metrics: list[Metric], context: Context
) -> tuple[str, Metric] | None:
    """The metric as the text spells it, and its row; sharper words and nearer places win."""
    wanted = dimensions_of(q.unit)
    general = (None, "%", "x", "points", "score", "count")

    def fits(m: Metric) -> bool:
        if wanted and kind != "ratio":
            return m.dimension in wanted
        return (
            m.dimension != "rank"
            and (q.unit in general)
            and (q.unit in ("x", "%", "count") or m.dimension not in ("time", "memory", "cost", "size", "speed"))
        )

    verbs = set(UP_ZH + DOWN_ZH)  # 准确率损失 2%: the loss is what happens to the accuracy
    named = [m for m in scene.metrics if fits(m) and not is_counted(scene, m)]
    usable = [
        m
        for before, m in zip([None, *named], named, strict=False)
        if not (
            before
            and m.start - before.end < 12
            and scene.text[m.start : m.end] in verbs
            and before.dimension != "general"
        )
    ]
    sharp = [m for m in usable if m.dimension != "general"]
    listed = from_list(scene, q, sharp)
    start, end = clause_bounds(scene.text, q)
    found = None
    if isinstance(listed, Metric):
        found = listed
    if not found:
        found = next(
            (m for m in sharp if q.end <= m.start < end and AFTER_GAP.fullmatch(scene.text, q.right, m.start)), None
        )
    own_group = scene.groups.get(q.start, (0, [q]))[1]  # "14.2, 13.0 and 18.1 mIoU points": one metric for all
    others = [x for x in scene.quantities if x not in own_group]
    for pool in (sharp, usable):
        if found:
            break
        before = [m for m in pool if start <= m.start and m.end <= q.start]
        after = [m for m in pool if q.end <= m.start < end and not any(q.end <= x.start < m.start for x in others)]
        earlier = [m for m in pool if m.end <= start] if kind != "ratio" or (q.unit == "x" and not before) else []
        found = before[-1] if before else after[0] if after else earlier[-1] if earlier and pool is sharp else None
    if found:
        return " ".join(scene.text[found.start : found.end].split()), found
    if labelled := [m for m in label_metrics if fits(m) and m.dimension != "general"]:
        return label[labelled[-1].start : labelled[-1].end], labelled[-1]
    if context.metric and fits(context.metric[1]) and q.unit in ("%", "points", None, "score"):
        return context.metric
    if kind in ("improvement", "reduction") and q.unit in ("%", "points"):
        word = "性能" if CHINESE.search(scene.text) else "performance"  # a change of something the text leaves unnamed
        return word, Metric(0, 0, "higher_better", "general")
    return None


def is_counted(scene: Scene, m: Metric) -> bool:
    """Whether the words are what a count counts (8B parameters), not a metric of another number."""
    return any(
        q.unit == "count" and 0 <= m.start - q.end <= 8 and not re.search(r"[，。,;；、]", scene.text[q.end : m.start])
        for q in scene.quantities
    )


def is_stated(scene: Scene, q: Quantity, metric: tuple[str, Metric] | None) -> bool:
    """Whether a number without unit stands so close to a metric of its sentence that it must be its value."""
    for m in scene.metrics:
        if m.dimension in ("general", "rank", "count", "size", "time", "memory", "cost"):
            continue
        if m.end <= q.left and BEFORE_GAP.fullmatch(scene.text, m.end, q.left):
            return True
        if q.right <= m.start <= q.right + 8 and re.fullmatch(
            r"(?:\s|-|的|in|on)*|的[^，。；,;、\d]{1,8}?", scene.text[q.right : m.start]
        ):
            return True
    return False
