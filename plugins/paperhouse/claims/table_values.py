"""The numbers of a table cell: "71.2±0.3", "54.6 (+1.7)", "32.5 / 0.84", "6.7M", "+1.5%"."""

import re
from dataclasses import dataclass

from .lexicon import FACTORS
from .number_patterns import UNIT_OF

MAX_CELL = 60  # characters; longer cells are text

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_POWER = r"[eE][-+−]?\d{1,3}|\s?[×x]\s?10\s?\^?\(?[-+−]?\d{1,3}\)?"
_MARK = r"[*†‡⋆∗§¶♯#°′↑↓▲▼△▽⇑⇓_\s]"
_NOTE = r"\([^()]{1,24}\)|\[[^\[\]]{1,24}\]"
_VALUE = re.compile(
    rf"(?:{_MARK}|[~∼≈≤≥<>$])*(?P<open>\()?(?P<number>(?P<sign>[+−–-]{{1,2}})?(?:{_DIGITS})(?:{_POWER})?)(?:[–~-](?P<high>{_DIGITS}))?"
    r"(?P<unit>\s?[^\W\d_]{1,5}(?:/[a-z]{1,6})?\b|\s?[%％×])?(?(open)\))"
    rf"(?:\s?(?:±|\+/-)\s?(?:{_DIGITS})(?:{_POWER})?%?|\s(?:{_DIGITS})|{_MARK}|{_NOTE}|\^[\w*†‡,]{{1,4}}"
    r"|_\{?±?\d[\d.]*\}?|[↑↓▲▼+−–-]\s?\d[\d.]*%?)*+"
)
_BRACKETED = re.compile(r"\[\s?([^\[\],]*)\](?=\W*$)")  # "[54.6]": the second best
_BLANK = {"", "-", "–", "—", "−", "--", "N/A", "n/a", "NA"}
_FACTORS = FACTORS | {"G": 1e9}
_COMPARATORS = {"<": "<≤", ">": ">≥", "~": "~∼≈"}
_TIDY = str.maketrans("−–", "--")


@dataclass(frozen=True)
class CellNumber:
    """One number of a cell; `text` is how it stands there, unit included where it is a percent sign or a factor."""

    value: float
    value_max: float | None
    text: str
    unit: str | None
    comparator: str
    has_plus: bool


def read_cell(text: str) -> list[CellNumber | None]:
    """The numbers of a cell that reports one, or several parted by slashes with None for a blank. Linear."""
    text = _BRACKETED.sub(r"\1", text.strip())
    if len(text) > MAX_CELL or not any(map(str.isdigit, text)):
        return []
    whole = _read_number(text)
    if whole is not None:
        return [whole]
    parts = [part.strip() for part in re.split(r"[/|]", text)]
    numbers = [_read_number(part) for part in parts]
    is_list = all(number or part in _BLANK for number, part in zip(numbers, parts, strict=True))
    return numbers if len(parts) > 1 and is_list else []


def _read_number(text: str) -> CellNumber | None:
    text = text.strip()
    found = _VALUE.fullmatch(text)
    if found is None:
        return None
    digits = found["number"].translate(_TIDY).replace("--", "-").replace(",", "").replace(" ", "")
    digits = re.sub(r"[×x]10\^?\(?([-+]?\d+)\)?", r"e\1", digits)
    high = float(found["high"].replace(",", "")) if found["high"] else None
    spelled, end = (found["unit"] or "").strip(), found.end("high" if high else "number")
    factor, unit = 1.0, UNIT_OF.get(spelled)
    if spelled in _FACTORS:
        factor, unit, end = _FACTORS[spelled], "count", found.end("unit")
    elif unit == "%":
        end = found.end("unit")
    elif spelled and unit is None:
        return None
    try:
        value = float(digits) * factor
    except ValueError:
        return None
    if value in (float("inf"), float("-inf")):
        return None
    head = text[: found.start("number")]
    unit = "USD" if "$" in head and unit is None else unit
    comparator = next((sign for sign, shapes in _COMPARATORS.items() if any(shape in head for shape in shapes)), "=")
    if factor != 1.0:
        value = round(value, 12)
    if high is not None and high * factor <= value:
        return None
    value_max = None if high is None else high * factor
    return CellNumber(value, value_max, text[found.start("number") : end], unit, comparator, digits.startswith("+"))
