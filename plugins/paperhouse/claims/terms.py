"""Finding listed words in a text: longest first, one pass, no giant regular expression."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from .lexicon import DATASETS
from .metric_names import METRICS, MODIFIERS_EN, MODIFIERS_ZH


@dataclass(frozen=True)
class Metric:
    """A metric name in a sentence: half-open place, direction and dimension from the table."""

    start: int
    end: int
    direction: str | None
    dimension: str


def is_wordy(char: str) -> bool:
    """A Latin letter or digit: Chinese characters need no word boundary."""
    return char.isascii() and char.isalnum()


@cache
def index_metrics() -> dict[str, list[tuple[str, bool, str, str]]]:
    """First two characters, lower case -> (alias, matched in either case, direction, dimension), longest first."""
    index: dict[str, list[tuple[str, bool, str, str]]] = {}
    for direction, dimension, aliases in METRICS:
        for alias in aliases.split(" | "):
            is_acronym = alias.isupper() and alias.isascii() and len(alias) <= 4
            index.setdefault(alias[:2].lower(), []).append(
                (alias if is_acronym else alias.lower(), not is_acronym, direction, dimension)
            )
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


SHAPED = re.compile(r"(?:[A-Z][a-z]+ ){0,2}[A-Za-z]{1,12}@\d{1,4}(?![A-Za-z0-9])")  # pass@64, Avg@4, R@10
LABELLED = re.compile(
    rf"(?<=[(;（；])\s?(?!{DATASETS})(?P<name>[A-Z][A-Za-z-]{{1,11}}):\s?\d+\.\d"
)  # (CLIP-I: 0.66; DINO: 0.48)


HEADS = ("score", "scores", "分数", "得分", "评分")  # "Avg@4 scores" is one name


def is_part_of_name(text: str, start: int, end: int) -> bool:
    """Whether a capitalised word goes on into a name: Direct Preference Optimization, Score-Comparison."""
    word = text[start:end]
    return (
        word.istitle() and word.isalpha() and word.isascii() and bool(re.match(r"[ -][A-Z][a-z]", text[end : end + 3]))
    )


def find_metrics(text: str) -> list[Metric]:
    """The metric names of `text`, left to right, without overlaps, modifiers included (平均, top-1, inference)."""
    index, lower = index_metrics(), text.lower()
    if len(lower) != len(text):  # a few capitals grow when lowered; places must stay true
        lower = text
    found: list[Metric] = []
    labelled = {m.start("name"): m.end("name") for m in LABELLED.finditer(text)}
    place = 0
    while place < len(text) - 1:
        match = None
        if (shaped := SHAPED.match(text, place)) and not (place and is_wordy(text[place - 1])):
            match = Metric(place, shaped.end(), "higher_better", "score")
        if not match and place in labelled:
            match = Metric(place, labelled[place], "higher_better", "score")
        if not match and not (
            place and is_wordy(text[place]) and (is_wordy(text[place - 1]) or text[place - 1] == "-")
        ):
            for alias, folded, direction, dimension in index.get(lower[place : place + 2], ()):
                end = place + len(alias)
                if folded and len(alias) > 3 and alias.isascii() and lower[end : end + 1] == "s" and alias[-1] != "s":
                    end += 1  # pass rates
                if (lower if folded else text).startswith(alias, place) and not (
                    end < len(text) and is_wordy(text[end - 1]) and is_wordy(text[end])
                ):
                    if is_part_of_name(text, place, end):
                        continue
                    if alias == "acc" and text[place:end].isupper():
                        continue  # ACC is a name as often as not
                    match = Metric(place, end, direction, dimension)
                    break
        if match:
            floor = found[-1].end if found else 0
            word = text[match.start : match.end].lower()
            if word in HEADS and floor and text[floor : match.start].strip() == "":
                found[-1] = Metric(found[-1].start, match.end, found[-1].direction, found[-1].dimension)
            else:
                start = widen(text, match.start, floor)
                found.append(Metric(start, match.end, match.direction, match.dimension))
            place = match.end
        else:
            place += 1
    return found


def widen(text: str, start: int, floor: int) -> int:
    """`start` moved left over the modifiers that stand before it, not past `floor`."""
    moved = True
    while moved:
        moved = False
        head = text[max(floor, start - 20) : start]
        bare = head.rstrip(" ")
        for word in MODIFIERS_ZH:
            if head.endswith(word):
                start, moved = start - len(word), True
                break
        else:
            word = bare.rsplit(" ", 1)[-1] if bare != head else ""
            if word.lower() in MODIFIERS_EN and len(word) < len(bare) + 1:
                start, moved = start - len(word) - 1, True
    return max(start, floor)


def alternation(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first; Latin words end at a word boundary."""
    longest_first = sorted({w.strip() for w in words if w.strip()}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(w) + (r"(?![A-Za-z])" if is_wordy(w[-1]) else "") for w in longest_first) + ")"
