"""What one cell is a value of, as its headers say it."""

import re
from dataclasses import dataclass

from .table_datasets import name_in_full
from .table_words import HeaderMetric

_WHOLE = re.compile(r"full|all|overall|total|final$|ss$|ms$|.{0,20}scale|entire", re.I)
_STUB_SPLIT = re.compile(r"(?:val|test|dev)\b|\d-shot", re.I)
_SHAPED = re.compile(r"[^\W_]*(?:[A-Z][^\W_]*[A-Z]|[^\W\d_]\d|[a-z]-[a-z])[^\s()]*(?: \S+){0,2}$")


@dataclass(frozen=True)
class Binding:
    """What one cell is a value of.

    `is_part`: one class or fold of what a sibling column sums up. `is_vague`: a header that nothing else in the paper
    calls a data set stands for one, or the metric's header is blank beside others that are not. `is_dev`: measured on
    what a method is tuned on, with the test set beside it.
    """

    method: str | None
    is_own: bool
    metric: HeaderMetric
    dataset: str | None
    condition: str
    is_delta: bool
    is_part: bool
    is_vague: bool
    is_dev: bool


def add_splits(dataset: str, splits: list[str]) -> str:
    """The name of a data set in full with at most two of its parts; "all" and the like are no parts."""
    told = [text for text in splits[:2] if text not in dataset and not _WHOLE.match(text)]
    return " ".join([name_in_full(dataset), *told])


def is_stub_split(text: str) -> bool:
    return bool(_STUB_SPLIT.match(text))


def is_shaped(text: str) -> bool:
    """Whether a text looks like a name: capitals or digits inside a word, "Peptides-func"."""
    return bool(_SHAPED.match(text[:60]))
