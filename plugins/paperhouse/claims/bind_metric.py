"""Binding: which metric a quantity is a value of."""

import re

from .cues import clause_bounds
from .lexicon import (
    DOWN_ZH,
    UP_ZH,
    dimensions_of,
)
from .numbers import Quantity
from .objects import find_object
from .scene import Context, Scene, from_list
from .terms import Metric
from .words import CHINESE

AFTER_GAP = re.compile(
    r"(?:\s?[(（][^()（）]{1,40}[)）])?(?:\s|-|的|in|of|on|for|the|its|their|absolute|relative|higher|lower|"
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
    general = (None, "%", "x", "points", "score", "count", "years")

    def fits(m: Metric) -> bool:
        if wanted and kind != "ratio":
            return m.dimension in wanted
        return (
            m.dimension != "rank"
            and (q.unit in general)
            and (q.unit in ("x", "%", "count") or m.dimension not in ("time", "memory", "cost", "size", "speed"))
        )

    verbs = set(UP_ZH + DOWN_ZH)  # 准确率损失 2%: the loss is what happens to the accuracy
    named = [m for m in scene.free_metrics if fits(m)]
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
    sharp = [m for m in sharp if not is_aside(scene.text, m, q, scene.metrics)] or sharp
    listed = from_list(scene, q, sharp)
    own_group = scene.groups.get(q.start, (0, [q]))[1]  # "14.2, 13.0 and 18.1 mIoU points": one metric for all
    last = own_group[-1]
    start, end = clause_bounds(scene.text, own_group[0])[0], clause_bounds(scene.text, last)[1]
    found = None
    if isinstance(listed, Metric):
        found = listed
    if not found and (changed := find_object(scene, q, kind)) and (changed[1] not in scene.metrics or fits(changed[1])):
        return changed
    if not found:
        found = next(
            (m for m in sharp if last.end <= m.start < end and AFTER_GAP.fullmatch(scene.text, last.right, m.start)),
            None,
        )
    if not found:  # "98% 的性能": beside the number even a general word wins over a sharper one far away
        found = next(
            (m for m in usable if q.end <= m.start < end and re.fullmatch(r"\s?的?\s?", scene.text[q.right : m.start])),
            None,
        )
    others = [x for x in scene.quantities if x not in own_group and not AGAINST.fullmatch(scene.text, q.right, x.left)]
    for pool in (sharp, usable):
        if found:
            break
        before = [m for m in pool if start <= m.start and m.end <= q.start]
        after = [m for m in pool if q.end <= m.start < end and not any(q.end <= x.start < m.start for x in others)]
        earlier = [m for m in pool if m.end <= start] if kind != "ratio" or (q.unit == "x" and not before) else []
        has_general = any(start <= m.start < end for m in usable)  # 任务性能仅下降 5%: no metric of an earlier clause
        earlier = [] if has_general and kind in ("improvement", "reduction") else earlier
        found = before[-1] if before else after[0] if after else earlier[-1] if earlier and pool is sharp else None
    if found:
        return name_metric(scene.text[found.start : found.end]), found
    if labelled := [m for m in label_metrics if fits(m) and m.dimension != "general"]:
        return label[labelled[-1].start : labelled[-1].end], labelled[-1]
    if unnamed := name_by_unit(scene, q):
        return unnamed
    if context.metric and fits(context.metric[1]) and q.unit in ("%", "points", None, "score"):
        return context.metric
    if kind in ("improvement", "reduction") and (q.unit in ("%", "points", "dB") or (q.sign == "+" and not q.unit)):
        word = "性能" if CHINESE.search(scene.text) else "performance"  # a change of something the text leaves unnamed
        return word, Metric(0, 0, "higher_better", "general")
    return None


AGAINST = re.compile(r"\s*(?:vs\.?|versus|against|→|->)\s*")  # "48.1 vs. 43.1 AP": one metric for both
# What a unit measures where the text does not say it: dimension -> English, Chinese, direction.
BY_UNIT = {
    "rank": ("rank", "排名", "lower_better"),
    "time": ("time", "时间", "lower_better"),
    "speed": ("speed", "速度", "higher_better"),
    "memory": ("memory", "显存", "lower_better"),
    "cost": ("cost", "成本", "lower_better"),
}
CLOSING = re.compile(r"[)）]")
# A verb or a comparative says a measure without naming it.
MEASURE_OF = dict.fromkeys(("faster", "slower", "quicker"), "speed")
MEASURE_OF["cheaper"] = "cost"
MEASURE_OF |= dict.fromkeys(
    ("speeds up", "speed up", "speeding up", "sped up", "accelerates", "accelerated"), "speedup"
)
MEASURE_OF |= dict.fromkeys(("resolve", "resolves", "resolved", "resolving"), "resolve rate")
MEASURE_OF |= dict.fromkeys(("solve", "solves", "solved"), "solve rate")
MEASURE_OF |= dict.fromkeys(("succeed", "succeeds", "success"), "success rate")
MEASURE_OF |= dict.fromkeys(("prefer", "prefers", "preferred"), "preference")


def name_by_unit(scene: Scene, q: Quantity) -> tuple[str, Metric] | None:
    """The measure that the unit alone tells (24 FPS is a speed), also of 快 3 倍."""
    dimension = (dimensions_of(q.unit) or (None,))[0]
    if q.unit == "x" and re.search(r"[快慢][^，。；]{0,4}$", scene.text[: q.left]):
        dimension = "speed"
    if dimension not in BY_UNIT:
        return None
    english, chinese, direction = BY_UNIT[dimension]
    return chinese if CHINESE.search(scene.text) else english, Metric(0, 0, direction, dimension)


def name_metric(words: str) -> str:
    """The metric as the text spells it; a verb or a comparative gives the noun: faster, solves -> speed, solve rate."""
    return MEASURE_OF.get(words.lower()) or " ".join(words.split())


def is_aside(text: str, m: Metric, q: Quantity, metrics: list[Metric]) -> bool:
    """Whether the words stand in parentheses without the quantity, or only compare: (128k sequence length), faster."""
    opened = max(text.rfind("(", 0, m.start), text.rfind("（", 0, m.start))
    if (
        0 <= opened < m.start - 2
        and not CLOSING.search(text, opened, m.start)
        and (closed := CLOSING.search(text, m.end))
    ):
        return not opened < q.start < closed.start()
    return text[m.start : m.end] in ("faster", "slower", "quicker") and any(0 <= x.start - m.end <= 1 for x in metrics)


def is_stated(scene: Scene, q: Quantity, metric: tuple[str, Metric] | None) -> bool:
    """Whether a number without unit stands so close to a metric of its sentence that it must be its value."""
    for m in scene.metrics:
        if m.dimension in ("general", "rank", "count", "size", "time", "memory", "cost"):
            continue
        if m.end <= q.left and BEFORE_GAP.fullmatch(scene.text, m.end, q.left):
            return True
        if any(  # FID: NameOfMethod 1.38
            m.end <= n.start
            and n.end <= q.left
            and BEFORE_GAP.fullmatch(scene.text, m.end, n.start)
            and not scene.text[n.end : q.left].strip()
            for n in scene.names
        ):
            return True
        if q.right <= m.start <= q.right + 18 and re.fullmatch(
            r"(?:\s?[(（][+−-][^()（）]{1,10}[)）])?(?:\s|-|的|in|on)*|的[^，。；,;、\d]{1,8}?",
            scene.text[q.right : m.start],
        ):
            return True
    return False
