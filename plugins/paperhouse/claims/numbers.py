"""The number grammar: from a sentence to quantities with value, unit and comparator."""

import re
from dataclasses import dataclass

from .lexicon import (
    FACTORS,
    NUMBER_WORDS,
)
from .names import Name
from .number_patterns import NOT_NUMBERS, QUOTED, RANK, TIER, UNIT_OF, patterns
from .numerals import read_numeral, to_float


@dataclass(frozen=True)
class Quantity:
    """A number with its unit; `start` and `end` span what is quoted, `noun` is what a count counts."""

    start: int
    end: int
    value: float
    value_max: float | None
    unit: str | None
    comparator: str
    noun: str | None
    left: int  # where the hedge before the number starts
    right: int  # where the hedge after it ends
    sign: str  # "+", "-" or ""


LARGEST = 1e18
COMPARATORS = {"up_to": "up_to", "about": "~", "below": "<", "above": ">"}


def find_quantities(text: str, names: list[Name]) -> list[Quantity]:
    """All quantities of a sentence from left to right; digits inside names, dates and references are none."""
    p = patterns()
    taken = [False] * (len(text) + 1)

    def take(a: int, b: int) -> None:
        taken[a:b] = [True] * (b - a)

    for name in names:
        take(name.start, name.end)
    found = list(find_ranks(text))
    for q in found:
        take(q.start, q.end)
    for m in NOT_NUMBERS.finditer(text):
        take(*m.span())
    for m in QUOTED.finditer(text):
        take(*m.span())
    for m in p["dims"].finditer(text):
        if not any(taken[m.start() : m.end()]):
            unit = re.match(r"\s?(?:像素|pixels|px)", text[m.end() :])
            take(*m.span())
            end = m.end() + (unit.end() if unit else 0)
            found.append(build(text, m.start(), end, float(re.match(r"\d+", m.group()).group()), None, "px", None, ""))  # type: ignore[union-attr]
    place = 0
    while m := p["number"].search(text, place):
        place = m.end()
        if any(taken[m.start() : m.end()]) or is_inside_word(text, m.start()):
            is_low_free = not taken[m.start()] and not any(taken[m.start() : m.end("low")])
            if m.group("high") and is_low_free:
                m = p["number"].match(text, m.start(), m.end("low_factor") if m.group("low_factor") else m.end("low"))
                if not m:
                    continue
            else:
                if m.group("high") and re.search(r"\sto\s|至|到", text[m.end("low") : m.start("high")]):
                    place = m.start("high")  # "AlphaNet2 to 84%": the name ends before the range
                continue
        found += read_number(text, m)
        take(*m.span())
    for kind in ("numeral", "word", "doubling"):
        for m in p[kind].finditer(text):
            if not taken[m.start()] and (q := read_words(text, m, kind)):
                found.append(q)
                take(q.start, q.end)
    return sorted(found, key=lambda q: q.start)


def is_inside_word(text: str, start: int) -> bool:
    """Whether a Latin letter, a digit or a mark of a formula stands directly before the number."""
    before = text[start - 1 : start]
    return (
        before.isascii()
        and bool(before)
        and (before.isalnum() or before in "_@^" or text[start - 2 : start] in ("^{", "_{"))
    )


def find_ranks(text: str) -> list[Quantity]:
    """第 3 名 and "ranks 2nd" are ranks; 四个梯队 counts tiers."""
    ranks = [(m, "rank") for m in RANK.finditer(text)] + [(m, "tier") for m in TIER.finditer(text)]
    out = []
    for m, unit in ranks:
        digits = next(g for g in m.groups() if g)
        out.append(build(text, m.start(), m.end(), read_numeral(digits), None, unit, None, ""))
    return out


def read_number(text: str, m: re.Match[str]) -> list[Quantity]:
    """One quantity, or two where "15 to 20" turns out to be "from 15 to 20"."""
    p, money, sign = patterns(), m.group("money"), m.group("sign") or ""
    head = text[max(0, m.start() - 12) : m.start()]
    if sign in ("-", "−") and text[m.start() - 1 : m.start()].strip() not in ("", "(", "（"):
        sign = ""
    start = m.start() + (len(m.group("sign") or "") if m.group("sign") else 0)
    low = to_float(m.group("low")) * FACTORS.get((m.group("low_factor") or "").strip(), 1)
    if low > LARGEST:  # a hash or an identifier
        return []
    high, end = None, m.end()
    is_path = bool(re.search(r"(?:\bfrom|从|由|自)\s*(?:约|about|around|[^\d，,。]{0,8}的)?\s*$", head))
    if m.group("high"):
        high = to_float(m.group("high")) * FACTORS.get((m.group("high_factor") or "").strip(), 1)
        if (
            m.group("high_factor")
            and not m.group("low_factor")
            and low < high / FACTORS[m.group("high_factor").strip()]
        ):
            low *= FACTORS[m.group("high_factor").strip()]
        if high <= low or is_path or is_bracketed_path(text, m):
            first = p["number"].match(text, m.start(), m.end("low_factor") if m.group("low_factor") else m.end("low"))
            second = p["number"].match(text, m.start("high"))
            return (read_number(text, first) if first else []) + (read_number(text, second) if second else [])
    unit, after = None, text[end:]
    if found := p["unit"].match(text, end):
        unit, end = UNIT_OF[found.group("unit")], found.end()
        if per := p["per"].match(text, end):
            unit, end = per_unit(unit, per.group("what"), end, per.end())
    if money:
        unit, per = "USD", p["per"].match(text, end)
        if per:
            unit = f"USD/{per.group('what')}"
    noun = None
    if unit in (None, "h", "s", "min", "bits", "px") and not money:
        noun, counted_end = find_noun(text, m.end())
        if noun and unit is None:
            unit, end = "count", counted_end
        elif unit is not None:
            noun = None
    if unit is None and (c := p["classifier"].match(text, m.end())):
        unit, end, noun = "count", c.end(), noun or ""
    if unit is None and re.match(r"-?[A-Za-z]", text[end : end + 2]):
        return []
    if re.match(r"\s*的?(?:第|[%％]?\s*置信)", after):
        return []
    return [build(text, start, end, low, high, unit, noun, sign)]


def is_bracketed_path(text: str, m: re.Match[str]) -> bool:
    """(28% to 54%) says from where to where; (28-54%) and (2 to 10 times) are ranges."""
    is_word = bool(re.search(r"\sto\s|至|到", text[m.end("low") : m.start("high")]))
    return (
        is_word
        and text[m.start() - 1 : m.start()] in ("(", "（")
        and bool(re.match(r"\s?[%％]?\s?[)）]", text[m.end() :]))
    )


def per_unit(unit: str, what: str, end: int, per_end: int) -> tuple[str, int]:
    """s per frame -> s/frame; other units keep their own name."""
    frame = what in ("frame", "frames", "帧")
    if unit == "s" and frame:
        return "s/frame", per_end
    if unit in ("s", "ms", "min", "USD") and what.isascii() and len(what) > 1:
        return f"{unit}/{what}", per_end
    return unit, end


def find_noun(text: str, end: int) -> tuple[str | None, int]:
    """What a bare number counts, and where its quotation ends."""
    p = patterns()
    if m := p["noun_en"].match(text, end):
        direct = m.start("noun") - end <= 1
        return m.group("noun"), m.end() if direct and m.group("noun").lower().startswith("token") else end
    m = p["noun_zh"].match(text, end)
    if m and (m.group("value") or re.fullmatch(r"\s*(?:激活|可训练|输入|输出|样本|总)?\s*", m.group("gap"))):
        is_token = m.group("noun").lower().startswith(("token", "epoch"))
        direct = is_token and not m.group("gap").strip()
        return m.group("noun"), m.end() if direct else (m.end("value") if m.group("value") else end)
    return None, end


def read_words(text: str, m: re.Match[str], kind: str) -> Quantity | None:
    """三个百分点, 两倍, threefold, doubles, three datasets."""
    if kind == "doubling":
        value = 3.0 if m.group("three") else 2.0
        return build(text, m.start(), m.end(), value, None, "x", None, "")
    if kind == "numeral":
        value = read_numeral(m.group("low"))
        if m.group("unit"):
            return build(text, m.start(), m.end(), value, None, UNIT_OF[m.group("unit")], None, "")
        if value < 2 or m.group("count") == "种":
            return None
        return build(text, m.start(), m.end("count"), value, None, "count", m.group("noun"), "")
    value = float(NUMBER_WORDS[m.group("low").lower()])
    if m.group("x"):
        if re.search(r"\b(?:is|are) $", text[: m.start()]) and re.match(r"\s*[:.,;]", text[m.end() :]):
            return None  # "the benefits are two-fold:"
        return build(text, m.start(), m.end("x"), value, None, "x", None, "")
    if m.group("points"):
        return build(text, m.start(), m.end("points"), value, None, "points", None, "")
    if m.group("noun"):
        return build(text, m.start(), m.end("low"), value, None, "count", m.group("noun"), "")
    return None


def build(
    text: str, start: int, end: int, low: float, high: float | None, unit: str | None, noun: str | None, sign: str
) -> Quantity:
    """The quantity with the hedges around it read."""
    p, comparator, left, right = patterns(), "=", start, end
    head = text[max(0, start - 24) : start].removesuffix(sign) if sign else text[max(0, start - 24) : start]
    if before := p["before"].search(head):
        name = next(k for k, v in before.groupdict().items() if v)
        comparator, left = COMPARATORS[name], start - len(sign) - (len(head) - before.start())
    if after := p["after"].match(text, end):
        name = next(k for k, v in after.groupdict().items() if v)
        comparator, right = COMPARATORS[name], after.end()
    if head.endswith("+") and unit == "count":
        comparator = ">"
    return Quantity(start, end, low, high, unit, comparator, noun, left, right, sign)
