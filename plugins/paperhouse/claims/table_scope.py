"""What a table is about where its headers do not say: data set and metric from its caption and the text around it."""

import re

from .table_context import TableContext
from .table_datasets import TRAINING_SETS, level_name, list_usual_metrics
from .table_names import PaperNames
from .table_words import HeaderMetric, read_metric
from .terms import find_metrics

MAX_CAPTION = 2_000  # characters

_MEASURED = ("score", "error")


def find_caption_metric(caption: str) -> HeaderMetric | None:
    """The metric of a caption, best one in brackets: "results on SWDE (F1)"."""
    caption = caption[:600]
    words = [found[1] for found in re.finditer(r"\(([^()]{2,30})\)", caption)]
    words += [
        word for word in re.findall(r"(?<![\w-])[\w@-]{2,20}(?![\w-])", caption) if sum(map(str.isupper, word)) > 1
    ]
    for word in words:
        if (metric := read_metric(word.removesuffix("s")) or read_metric(word)) and not metric.is_size:
            return metric
    named = next((metric for metric in find_metrics(caption) if metric.dimension in _MEASURED), None)
    return HeaderMetric(caption[named.start : named.end], named.direction) if named else None


def find_caption_dataset(caption: str, names: PaperNames) -> str | None:
    """The data set of a caption, rather the one it calls the place: "on COCO", "for the test set of COCO"."""
    found = names.find_datasets(caption[:MAX_CAPTION])
    return next((name for name in found if is_place(name, caption)), found[0] if found else None)


def is_place(name: str, caption: str) -> bool:
    """Whether a caption says that something was measured on this data set."""
    return bool(re.search(rf"\b(?:on|for|in)(?: the)?(?: \w+){{0,2}}? {re.escape(name)}", caption[:MAX_CAPTION]))


def find_told_dataset(context: TableContext, names: PaperNames) -> str | None:
    """The one data set that the nearest text around a table names, or the only one of the paper."""
    for text in context.layers:
        found = [name for name in names.find_datasets(text) if not TRAINING_SETS.match(name)]
        if len(found) == 1:
            return found[0]
    return names.only_dataset


def find_usual_metric(dataset: str | None, context: TableContext) -> HeaderMetric | None:
    """For a well-known data set the metric of the sentences that point at the table, else the one it usually has."""
    usual = list_usual_metrics().get(level_name(dataset or ""))
    if not usual:
        return None
    for sentence in context.said:
        for found in find_metrics(sentence):
            if found.dimension in _MEASURED and (metric := read_metric(sentence[found.start : found.end])):
                return metric
    return read_metric(usual)
