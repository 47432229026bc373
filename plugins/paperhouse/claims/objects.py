"""What a change is a change of, by grammar: "raises X by 3%", "a 3% drop in X", X提升了3%; also unlisted measures."""

import re

from .lexicon import DOWN_ZH, UP_ZH
from .name_shapes import MEASURE_ZH
from .numbers import Quantity
from .rivals import WORD_EN
from .scene import Scene
from .terms import Metric, alternation

BETTER = (
    r"(?:improv|increas|rais|boost|enhanc|lift|elevat|accelerat)(?:e[sd]?|ing|s|ed)?|"
    r"(?P<less>(?:reduc|decreas|lower|diminish|mitigat|suppress|shorten|trim|alleviat)(?:e[sd]?|ing|s|ed)?|cuts?|cutting|"
    r"shrinks?|slash(?:es|ed|ing)?)"
)
NOUNS = r"(?:improvement|increase|gain|boost|rise|uplift|lift|drop|decline|degradation|(?P<less>reduction|decrease))s?"
NEXT = rf"(?!(?:{BETTER}|outperform|surpass|achiev|reach)){WORD_EN}".replace("?P<less>", "?:")
PHRASE = rf"(?:(?:the|its|their|our|an?)\s+)?(?P<np>{NEXT}(?:\s+(?:(?:of|and|or)\s+)?{NEXT}){{0,5}}?)"
FILLER = (
    r"(?:\s|an?|the|on average|average|up to|over|about|around|nearly|approximately|as much as|"
    r"more than|at least|~|\+)*"
)
BEFORE = (
    re.compile(rf"\b(?:{BETTER})\s+{PHRASE}\s+(?:(?:on|in|for|over|of)\s[^,;.]{{1,40}}?\s)?(?:by|from){FILLER}$", re.I),
    re.compile(rf"\b{NOUNS}\s+in\s+{PHRASE},?\s+(?:of|by|is|was){FILLER}$", re.I),
    re.compile(
        rf"(?:^|[,;]\s+(?:and\s+|while\s+|but\s+)?){PHRASE}\s+(?:drops?|rises?|improves?|increases?|falls?|grows?|"
        rf"declines?|dropped|rose|improved|increased|fell|grew|declined)(?:\s+\w+ly)?\s+by{FILLER}$",
        re.I,
    ),
)
AFTER = re.compile(
    rf"(?:\s|-)*(?:(?:absolute|relative|average|further|overall|mean)\s+)*{NOUNS}\s+in\s+{PHRASE}"
    rf"(?=\s*(?:[,.;:()]|$)|\s+(?:and|over|compared|relative|while|when|with|on|for|across|than|versus|against|from|by|in|at|as)\b)",
    re.I,
)
OLD_VALUE = re.compile(r"\bfrom\s+[^\s,;]+(?:\s\w+)?\s+to\s*$")
IN_TERMS_OF = re.compile(r"[^,;.()%\d]{0,30}\bin terms of\s+(?:the\s+)?")
SIDE = re.compile(r"\s(?:on|for|in|at|with|over|across|to|when|compared|relative|versus)\s.*$")
# "an improvement in code tasks" says where, not what; "improves strong models by" says whom.
NO_MEASURE = re.compile(
    r"\b(?:tasks?|benchmarks?|settings?|domains?|languages?|scenarios?|cases|problems?|datasets?|models?|baselines?|"
    r"methods?|systems?|agents?|LLMs?|VLMs?|MLLMs?|networks?|polic(?:y|ies)|results?|over|upon|them|previous|prior|all|"
    r"parameters|speedups?)$|^(?:over|upon|on)\b",
    re.I,
)
ADVERBS_ZH = r"(?:分别|平均|也|均|都|更|还|则|显著|大幅|进一步|相对|明显|有效|最多|整体|总体|能够?|可|最高|至少|直接)*"
VERBS_ZH = alternation(w for w in [*UP_ZH, *DOWN_ZH] if len(w) > 1)
BEFORE_ZH = re.compile(
    rf"(?P<np>[\u4e00-\u9fffA-Za-z-]{{1,12}}?{MEASURE_ZH})(?:[（(][^（）()]{{1,24}}[)）])?\s*(?:上|方面|指标)?"
    rf"(?:相?[比较][^，。；,;]{{1,24}}?(?=[高低])|{ADVERBS_ZH}(?![高低]))(?:[高低]|"
    rf"{VERBS_ZH})(?:幅度?|比例)?(?:\s|了|达|到|至|约|近|超过|高达|超|可|最高|至少|平均|为|将)*$"
)
LESS_ZH = re.compile(r"减少|降低|缩短|节省|压缩|削减|减小")
CUT_ZH = re.compile(r"^.*[的在上中下将把使令与和及比了对从，]")


def find_object(scene: Scene, q: Quantity, kind: str) -> tuple[str, Metric] | None:
    """The object of the change that `q` belongs to, or None where no such phrase stands there."""
    if kind not in ("improvement", "reduction", "ratio") and not q.sign and kind != "absolute":
        return None
    text, group = scene.text, scene.groups.get(q.start, (0, [q]))[1]
    head_start = max(0, group[0].left - 120)
    head = OLD_VALUE.sub("from ", text[head_start : group[0].left])
    if m := IN_TERMS_OF.match(text, group[-1].right):
        return next(((text[x.start : x.end], x) for x in scene.metrics if 0 <= x.start - m.end() < 3), None)
    if kind != "absolute":
        if m := AFTER.match(text, group[-1].right):
            return name_object(scene, *m.span("np"), is_less=bool(m.group("less")), q=q)
        if m := BEFORE_ZH.search(head):
            cut = CUT_ZH.match(m.group("np"))
            start = head_start + m.start("np") + (cut.end() if cut else 0)
            is_less = bool(m.group("worse")) or bool(LESS_ZH.search(head, m.end("np")))
            return name_object(scene, start, head_start + m.end("np"), is_less=is_less, q=q)
    for pattern in BEFORE:
        if m := pattern.search(head):
            less = m.groupdict().get("less")
            return name_object(scene, head_start + m.start("np"), head_start + m.end("np"), is_less=bool(less), q=q)
    return None


def name_object(scene: Scene, start: int, end: int, *, is_less: bool, q: Quantity) -> tuple[str, Metric] | None:
    """The phrase as a metric: the listed one inside it, else the phrase itself where it can be a measure."""
    phrase = SIDE.sub("", scene.text[start:end])
    end = start + len(phrase)
    if "'s " in phrase:
        start += phrase.rindex("'s ") + 3
    inside = [m for m in scene.metrics if start <= m.start and m.end <= end]
    if inside:
        return scene.text[inside[-1].start : inside[-1].end], inside[-1]
    phrase = " ".join(scene.text[start:end].split())
    if len(phrase) < 2 or q.unit not in ("%", "points", "x") or NO_MEASURE.search(phrase):
        return None
    if any(n.start < end and start < n.end and n.kind != "reference" for n in scene.names):
        return None
    return phrase, Metric(start, end, "lower_better" if is_less else "higher_better", "score")
