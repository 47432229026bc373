"""What a name stands for: a method, a data set, hardware; a rival or only a part."""

import re
from dataclasses import dataclass, replace

from .lexicon import (
    DATASET_SHAPE,
    DATASET_WORD_EN,
    DATASET_WORD_ZH,
    DATASETS,
    HARDWARE,
    MODEL_FAMILIES,
)
from .name_shapes import (
    ACTS_AFTER,
    ASIDE_BEFORE,
    BASELINE_BEFORE,
    COMBINED_AFTER,
    END_ZH,
    EXAMPLE_BEFORE,
    FAR_BEFORE_ZH,
    IMPROVED_BEFORE_ZH,
    IMPROVES_BEFORE,
    INSIDE_ZH,
    METRIC_AFTER,
    OF_RATIO_AFTER,
    SIZE,
    WITH_AFTER,
    WITH_BEFORE,
)


@dataclass(frozen=True)
class Name:
    """A name and its half-open place; kind: name, dataset, hardware, reference, phrase (an unnamed baseline)."""

    text: str
    start: int
    end: int
    kind: str
    is_baseline: bool = False
    is_aside: bool = False  # "with X", "基于 X": a part of the method, not its subject


def classify_names(text: str, names: list[Name], known: frozenset[str]) -> list[Name]:
    """The same names with their kind, and whether they are compared against or only a part."""
    out: list[Name] = []
    for name in names:
        before, after = text[max(0, name.start - 70) : name.start], text[name.end : name.end + 60]
        kind, previous = name.kind, out[-1] if out else None
        is_joined = bool(
            previous
            and not ACTS_AFTER.match(text, name.end)
            and re.fullmatch(
                r"(?:\s?[(（][^()（）]{1,20}[)）])?[)）]?\s*(?:,|、|，|and|or|&|和|与|及|以及|, and|,\s*\w* and)"
                r"(?:\s+(?:the|our|a|an|proposed|newly|new|more|challenging))*\s*",
                text[previous.end : name.start],
            )
        )
        if kind == "name":
            kind = "name" if name.text in known else classify(name.text, before, after, previous if is_joined else None)
        is_baseline = kind in ("name", "phrase") and (
            name.is_baseline
            or (bool(BASELINE_BEFORE.search(before)) and not is_subject_zh(before, after))
            or bool(WITH_AFTER.match(after) and WITH_BEFORE.search(before))
            or bool(IMPROVED_BEFORE_ZH.search(before) and re.match(r"\s*(?:模型|系统|基线)?的", after))
            or follows_from_afar(before, name, previous)
            or bool(IMPROVES_BEFORE.search(before) and (kind == "phrase" or re.match(r"\s+(?:by|from)\b", after)))
            or bool(re.match(r"\s*(?:基线|baseline)", after))
            or (is_joined and previous.is_baseline and "，" not in text[previous.end : name.start])
            or (
                bool(re.search(r"[(（]\s*(?:如|例如|e\.g\.,?)?\s*$", before))
                and bool(previous and previous.is_baseline)
            )
        )
        is_example = bool(EXAMPLE_BEFORE.search(before) and ACTS_AFTER.match(text, name.end))
        is_aside = (
            not is_example
            and bool(ASIDE_BEFORE.search(before) or (COMBINED_AFTER.match(after) and WITH_BEFORE.search(before)))
        ) or (is_joined and previous.is_aside)
        out.append(replace(name, kind=kind, is_baseline=is_baseline, is_aside=is_aside))
    return out


def follows_from_afar(before: str, name: Name, previous: Name | None) -> bool:
    """比同等规模的 X: the first name after a comparison, even some words after it."""
    cue = FAR_BEFORE_ZH.search(before)
    return bool(cue) and (previous is None or previous.end <= name.start - len(before) + cue.start())


def is_subject_zh(before: str, after: str) -> bool:
    """是 X 的 3 倍 compares with X; a bare 为 or 是 before a name does not."""
    return bool(re.search(r"(?:是|为)\s*$", before)) and not OF_RATIO_AFTER.match(after)


def classify(name: str, before: str, after: str, joined: Name | None) -> str:
    """hardware, dataset or name."""
    if re.match(HARDWARE, name):
        return "hardware"
    if re.match(DATASETS, name) or re.search(DATASET_SHAPE, name):
        return "dataset"
    if re.match(MODEL_FAMILIES, name) or SIZE.search(name):
        return "name"
    if joined is not None and joined.kind == "dataset":
        return "dataset"
    if re.match(DATASET_WORD_EN, after) or re.match(DATASET_WORD_ZH, after):
        return "dataset"
    if re.match(r"\)", after) and re.search(
        r"\bon [^,;()]{1,60}(?:tasks?|benchmarks?|data ?sets?|generation|QA) \($", before
    ):
        return "dataset"
    if re.match(r",\s", after) and re.fullmatch(r"(?:For|On) (?:the )?", before):  # For RoadSet 2.0, we see
        return "dataset"
    if METRIC_AFTER.match(after):
        return "name"
    if re.search(r"\b[Oo]n(?: the| both| all| \w+){0,2}?\s*$", before) and not re.match(
        r"\s*(?:GPU|hardware|device|model|backbone)", after
    ):
        return "dataset"
    if INSIDE_ZH.search(before) and END_ZH.match(after):
        return "dataset"
    return "name"
