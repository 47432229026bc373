"""Digits and numerals to floats, in both languages."""

import re

from .lexicon import (
    DIGITS_ZH,
)


def to_float(digits: str) -> float:
    """1,234.5, 3e-4, 10^{-4} and 3×10^-4 as a float."""
    plain = re.sub(r"[\s,{}^]", "", digits).replace("−", "-").replace("–", "-")
    power = re.fullmatch(r"(?:([\d.]+)[×x])?10(-?\d+)", plain)
    if power and re.search(r"[\^×x−–-]", digits):
        return float(power.group(1) or 1) * 10.0 ** int(power.group(2))
    try:
        return float(plain)
    except ValueError:
        return float(re.match(r"[\d.]+", plain).group().rstrip("."))  # type: ignore[union-attr]


def read_numeral(numeral: str) -> float:
    """三 -> 3, 十二 -> 12, 三点五 -> 3.5; digits as they are."""
    if numeral[0].isdigit():
        return float(numeral)
    whole, _, fraction = numeral.partition("点")
    hundreds, mark, rest = whole.rpartition("百")
    value = 100 * DIGITS_ZH.get(hundreds, 1) if mark else 0
    tens, mark, ones = rest.rpartition("十")
    value += (10 * DIGITS_ZH.get(tens, 1) if mark else 0) + DIGITS_ZH.get(ones, 0)
    return value + (float("0." + "".join(str(DIGITS_ZH.get(c, 0)) for c in fraction)) if fraction else 0)
