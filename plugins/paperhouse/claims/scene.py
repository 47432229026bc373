"""A sentence with everything found in it, and what earlier sentences leave for it."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from .names import Name
from .numbers import Quantity
from .terms import Metric


@dataclass
class Context:
    """What earlier sentences of the same paragraph leave for the next one."""

    own: str | None = None  # the paper's own method
    method: str | None = None
    metric: tuple[str, Metric] | None = None
    dataset: str | None = None
    baseline: str | None = None  # the last named baseline of the text
    rival: str | None = None  # the rival of the part before a semicolon
    own_dataset: str | None = None  # the benchmark that the paper itself presents


@dataclass
class Scene:
    """One sentence with everything found in it."""

    text: str
    quantities: list[Quantity]
    metrics: list[Metric]
    names: list[Name]
    groups: dict[int, tuple[int, list[Quantity]]] = field(default_factory=dict)  # q.start -> (place in list, list)

    free_metrics: list[Metric] = field(default_factory=list)  # without "8B parameters" and "recall tasks"

    def __post_init__(self) -> None:
        self.free_metrics = [m for m in self.metrics if not is_counted(self, m) and not is_task(self.text, m)]
        for group in join_items(self.text, self.quantities):
            units = {q.unit for q in group} - {None}
            if len(units) > 1:  # "3.2 seconds, 4x faster" is no list
                continue
            for place, q in enumerate(group):
                self.groups[q.start] = (place, group)


def is_task(text: str, m: Metric) -> bool:
    """Whether the words name what is worked on: associative recall tasks, 图像质量评估任务."""
    return bool(TASK_AFTER.match(text, m.end)) or (
        text[m.start : m.end] == "time" and text.endswith("of the ", 0, m.start)
    )


def is_counted(scene: Scene, m: Metric) -> bool:
    """Whether the words are what a count counts (8B parameters), not a metric of another number."""
    return any(
        (q.unit == "count" or scene.text[q.end - 1] in "Kk")
        and 0 <= m.start - q.end <= 8
        and not re.search(r"[，。,;；、]", scene.text[q.end : m.start])
        for q in scene.quantities
    )


TASK_AFTER = re.compile(r"\s?(?:[a-z]+ing )?(?:tasks?|benchmarks?|data ?sets?|任务|基准|数据集|条件|设置下|环境)")
JOINT = re.compile(
    r"(?:\s?(?:datasets?|benchmarks?|数据集|基准))?(?:\s?\([^()]{1,20}\))?\s*"
    r"(?:,|，|、|/|&|and|or|和|与|及|以及|, and|, or|;|；)\s*"
    r"(?:[+−-]|约|about|in|on|的|(?:the |our |an? )?(?:newly |proposed |challenging |new )+|the )?\s*"
)


def join_items(text: str, items: list) -> list[list]:
    """Runs of two or more neighbours with nothing but a comma or an "and" between them."""
    runs: list[list] = [[items[0]]] if items else []
    for left, right in pairwise(items):
        if right.start >= left.end and JOINT.fullmatch(text, left.end, right.start):
            runs[-1].append(right)
        else:
            runs.append([right])
    return [run for run in runs if len(run) > 1]


def from_list(scene: Scene, q: Quantity, items: list) -> object | None:
    """The item of an equally long list that answers to `q` ("A and B reach 1 and 2, respectively")."""
    place, group = scene.groups.get(q.start, (0, []))
    runs = [run for run in join_items(scene.text, items) if len(run) == len(group)] if group else []
    return min(runs, key=lambda run: abs(run[0].start - q.start))[place] if runs else None


def find_host(scene: Scene, q: Quantity, kind: str) -> Name | None:
    """The name before the parentheses that hold the quantity, or before "at": GSM8K (90.8%), GPT-4 at 27%."""
    head = scene.text[max(0, q.left - 80) : q.left]
    opened = max(head.rfind("("), head.rfind("（"))
    is_open = opened >= 0 and not re.search(r"[)）]", head[opened:])
    place = q.left - (len(head) - opened) if is_open else q.left
    gap = r"\s*" if is_open else r"\s*(?:at|:|：)\s*"
    hosts = [n for n in scene.names if n.kind == kind and n.end <= place]
    if found := next((n for n in hosts if re.fullmatch(gap, scene.text[n.end : place])), None):
        return found
    beside = [m for m in scene.metrics if m.end <= q.left and scene.text[m.end : q.left] in (" ", "=", " = ", ": ")]
    if not is_open or not beside:  # (ConvNet, MAE 44.4)
        return None
    return next(
        (
            n
            for n in scene.names
            if n.kind == kind
            and n.start >= place
            and re.fullmatch(r",?\s*", scene.text[n.end : max(n.end, beside[-1].start)])
        ),
        None,
    )


def between_joined(text: str, names: list[Name], last: Name) -> bool:
    """Whether only joints stand between the first of `names` and `last`."""
    run = [n for n in names if n.start <= last.start]
    return all(JOINT.fullmatch(text, a.end, b.start) for a, b in pairwise(run))


def spell_list(text: str, names: list[Name]) -> str:
    """The last name, or the whole of the list that ends with it, as the text spells it."""
    first = last = names[-1]
    for name in reversed(names[:-1]):
        if not JOINT.fullmatch(text, name.end, first.start):
            break
        first = name
    return " ".join(text[first.start : last.end].split())
