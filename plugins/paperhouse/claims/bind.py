"""Binding: whose number it is, compared with whom, and on which data set."""

import re

from .cues import clause_bounds
from .lexicon import (
    NOT_NAMES,
    OWN_EN,
    OWN_ZH,
)
from .names import Name
from .numbers import Quantity
from .scene import Context, Scene, between_joined, find_host, from_list, spell_list
from .terms import Metric
from .words import CHINESE

OWN = re.compile(rf"{OWN_EN}|{OWN_ZH}", re.I)
# The system that a plug-in is put into, or that is made faster or smaller, is what it is compared with.
HOST = re.compile(
    r"(?:在|以)\s*([A-Z][\w.+-]*(?: [A-Z\d][\w.+-]*)?)\s*(?:设置|框架|骨干|基座)(?:网络|模型)?(?:下|上|中)|"
    r"将((?:[A-Z][\w.+-]*\s?)?[\u4e00-\u9fff]{0,10}模型)的|[Ww]hen (?:applied to|integrated "
    r"into|added to|combined with) ([A-Z][\w.+-]*)"
)
# Levels that say by themselves against whom: a gap, a win rate.
AGAINST = re.compile(r"差距|\bgap\b|\bwin(?:ning)?[ -]rate|胜率|\bprefer|偏好", re.I)
SUBJECT_AFTER = re.compile(
    r"(?:['’]s\b|(?:,(?=\s(?:can|could)\b)|, which [^,;.]{1,60},)?"
    r"\s*(?:\([^()]{1,30}\)\s*)?(?:\s(?:also|only|further|still|even|can|could|"
    r"model|models|now|[a-z]+ly))*\s+(?:achiev|attain|reach|obtain|outperform|surpass|"
    r"improv|reduc|rais|lower|scor|exceed|deliver|cut|sets?\b|yield|boost|match|runs?\b|"
    r"needs?\b|requir|resolv|retain|increas|decreas|gain|beat|lift|succe|solv|"
    r"drop|fall|get|rank|show|record|is\b|are\b|was\b|has\b|takes?\b|uses?\b|speeds?\b|"
    r"maintain|preserv|keeps?\b|produc|generat|accelerat|perform|leads?\b|provid|sav|"
    r"enabl|remain|detect|identif|answer|complet|recover|win|agree|support))"
)
TURN = re.compile(r"\b(?:while|whereas|but)\b|[，；](?:而|但)")  # from here on another subject may act
WHOSE = re.compile(r",?\s+(?:whose|which)\b[^;.:,，。；]{0,60}")
# "1.4 times X throughput", "8x the context of X": the other side of a ratio.
TIMES_OF = re.compile(r"\s+(?:(?:the|that|those)\s+(?:[\w-]+\s+){0,4}?of\s+|that of\s+)?(?:the\s+)?")
# A place of its own, though without a name: what an earlier sentence was measured on does not hold here.
ELSEWHERE = re.compile(
    r"\b(?:[Oo]n|[Ii]n|[Aa]cross|[Oo]ver)\s+(?:[\w-]+\s+){0,4}(?:tasks?|benchmarks?|data "
    r"?sets?|experiments?|settings?|domains?|scenarios|environments|suites?)\b"
)
UNNAMED_SET = re.compile(
    r"\b(?:[Oo]n|[Aa]cross|[Oo]ver)\s+((?:\d+|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve)\s+(?:[\w-]+\s+){0,3}?(?:benchmarks|datasets|data sets))\b"
    r"|在\s*(?:[^，。；]{0,6}?)(?P<zh>(?:\d+|[二两三四五六七八九十]+)\s*个[^，。；\d]{0,10}?(?:数据集|基准))"
)


def find_baseline(scene: Scene, q: Quantity, kind: str, metric: str | None, context: Context) -> str | None:
    """Whom the quantity is compared with: a level only inside its own clause, a change in the whole sentence."""
    start, end = clause_bounds(scene.text, q)
    rivals = [n for n in scene.names if n.is_baseline and n.kind in ("name", "phrase")]
    rivals = [n for n in rivals if not has_own_value(scene, n) or n.end <= q.start]
    inside = [n for n in rivals if start <= n.start < end]
    if kind == "absolute" and not (metric and AGAINST.search(metric)):
        return None
    times = TIMES_OF.match(scene.text, q.right) if q.unit == "x" else None
    if times and (twin := next((n for n in scene.names if n.kind == "name" and n.start == times.end()), None)):
        return twin.text
    listed = from_list(scene, q, [n for n in rivals if n.kind == "name"])
    if isinstance(listed, Name) and listed.end <= q.start:
        return listed.text
    after = [n for n in inside if n.start >= q.end and not any(q.end <= x.start < n.start for x in scene.quantities)]
    before = [n for n in inside if n.end <= q.start]
    elsewhere = [n for n in rivals if n.end <= start] or [n for n in rivals if n.start >= end]
    elsewhere = elsewhere or [n for n in rivals if n.start >= q.end][:1]
    chosen = (
        after[0]
        if after
        and re.search(
            r"\b(?:over|than|above|below|vs\.?|against|compared|relative)\b|相比|比",
            scene.text[q.right : after[0].start + 1],
        )
        else None
    )
    chosen = chosen or (before[-1] if before else after[0] if after else elsewhere[-1] if elsewhere else None)
    if chosen is None:
        host = HOST.search(scene.text, 0, q.start) if kind != "absolute" else None
        if host is None:
            return context.rival if kind != "absolute" else None
        named = next(g for g in host.groups() if g)
        return None if named in NOT_NAMES else named
    if chosen.kind == "phrase":
        if title := next((n for n in rivals if n.kind == "name" and scene.text[n.end : chosen.start] == " "), None):
            return title.text  # "the RoadNet baseline"
        text = " ".join(chosen.text.split())
        return (
            context.baseline
            if context.baseline and re.fullmatch(r"(?:the )?baselines?|基线(?:模型|方法)?", text, re.I)
            else text
        )
    return spell_list(scene.text, [n for n in rivals if n.kind == "name" and n.start <= chosen.start])


def has_own_value(scene: Scene, rival: Name) -> bool:
    """优于 X 的 6.1%: a rival that comes with its own value is not what the change before it started from."""
    return any(re.fullmatch(r"\s*(?:的|[(（])\s*", scene.text[rival.end : x.left]) for x in scene.quantities)


def find_method(scene: Scene, q: Quantity, label_names: list[Name], context: Context) -> str | None:
    """Whose number it is: the subject of this or an earlier clause, of the list item, or the paper's own method."""
    subjects = [n for n in scene.names if n.kind == "name" and not n.is_baseline and not n.is_aside]
    listed = from_list(scene, q, subjects)
    if isinstance(listed, Name):
        return listed.text
    if not q.sign and (host := find_host(scene, q, "name")):  # "NER (+9%)" is a task, not who reached it
        return host.text
    if whose := [n for n in scene.names if n.kind == "name" and WHOSE.fullmatch(scene.text, n.end, q.left)]:
        return whose[-1].text
    start, _ = clause_bounds(scene.text, q)
    if not CHINESE.search(scene.text):
        acting = [n for n in subjects if is_subject(scene.text, n)]
        subjects = acting if context.own else acting or subjects
    own = [m.start() for m in OWN.finditer(scene.text, 0, q.start)]
    inside = [n for n in subjects if start <= n.start and n.end <= q.start]
    if inside:
        return choose_subject(inside, context)
    if any(start <= place for place in own) and (context.own or context.method):
        return context.own or context.method
    earlier = [n for n in subjects if n.end <= start]
    turn = next((m.end() for m in reversed(list(TURN.finditer(scene.text, 0, q.start)))), 0)
    earlier = [n for n in earlier if n.start >= turn] or earlier
    if earlier:
        if own and max(own) > earlier[-1].start and context.own:
            return context.own
        return choose_subject(earlier, context)
    if own:
        return context.own or context.method
    if heading := [n for n in label_names if n.kind == "name" and not n.is_baseline]:
        return heading[0].text
    return context.method or context.own


def choose_subject(subjects: list[Name], context: Context) -> str:
    """The first of several subjects, or the paper's own method where it is among them."""
    return next((n.text for n in subjects if n.text == context.own), subjects[0].text)


def is_subject(text: str, name: Name) -> bool:
    """Whether a verb of an English result sentence follows the name."""
    return bool(SUBJECT_AFTER.match(text, name.end))


def find_dataset(
    scene: Scene, q: Quantity, metric: Metric | None, label: str, label_names: list[Name], context: Context
) -> str | None:
    """On what it was measured; sizes and speeds take only what their own clause names."""
    sets = [n for n in scene.names if n.kind == "dataset"]
    listed = from_list(scene, q, sets)
    if isinstance(listed, Name):
        return listed.text
    if host := find_host(scene, q, "dataset") or (find_host(scene, q, "name") if q.sign else None):
        return host.text
    start, end = clause_bounds(scene.text, q)
    later = [x for x in scene.quantities if x.start > q.start]
    limit = later[0].start if later else len(scene.text)
    if after := [n for n in sets if q.end <= n.start < min(limit, end)]:
        after = [n for n in after if scene.text.endswith(" on ", 0, n.start)] or after  # for TaskQA on DataSet
        return spell_list(scene.text, after[:1] + [n for n in after[1:] if between_joined(scene.text, after, n)])
    if before := [n for n in sets if start <= n.start and n.end <= q.start]:
        return spell_list(scene.text, before)
    if metric is not None and metric.dimension in ("time", "memory", "cost", "size", "count", "speed"):
        return None
    if earlier := [n for n in sets if n.end <= start]:
        return spell_list(scene.text, earlier)
    if unnamed := UNNAMED_SET.search(scene.text):
        return unnamed.group(1) or unnamed.group("zh")
    if following := [
        n for n in sets if n.start >= q.end and (n.start < end or not any(x.start < n.start for x in later))
    ]:
        return following[0].text
    if labelled := [n for n in label_names if n.kind == "dataset"]:
        return spell_list(label, labelled[:1] if len(labelled) == 1 else labelled)
    return None if ELSEWHERE.search(scene.text) else context.dataset or context.own_dataset
