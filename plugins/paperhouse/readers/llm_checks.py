"""The word-for-word check: what a model wrote may name only numbers and addresses that stand in the paper."""

import re

from ..read.sentences import split_sentences

# Full-width digits, letters and marks of numbers; full-width punctuation stays, so a list is no thousands separator.
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_FOLDED = _FULL_WIDTH | {ord("．"): ".", ord("％"): "%", ord("／"): "/", ord("－"): "-", ord("−"): "-", 0xA0: " "}
_FOLDED |= dict.fromkeys(range(0x2010, 0x2016), "-")
_FULL_WIDTH_SEPARATOR = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_SEPARATOR = re.compile(r"(?<=\d)(?:,|\{,\}|\\,|[\u2009\u202f])(?=\d{3}(?!\d))")

_TOKEN = re.compile(r"[a-z0-9]+(?:[-./_+×^~][a-z0-9]+)*")
_SCALE = re.compile(r"[\s-]?((?:[万亿千十]|百(?!分))+|(?:thousand|million|billion|trillion|[kmbt])(?![a-z]))")
_MEASURE = re.compile(r"\s?(?:(?P<percent>%|percent(?!a))|(?P<times>倍|×|(?:x|-?fold|times)(?![a-z])))")
_MEASURE_FORMS = {
    "percent": r"\s?(?:\\?%|per\s?cent(?!age))",
    "times": r"\s?-?(?:×|\\times|倍|(?:x|fold|times)(?![a-z]))",
}
_SPELLED = re.compile(
    r"百分之[零〇一二两三四五六七八九十百点]+|[一二两三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?(?:个百分点|倍|亿|万)"
    r"|翻[了一两]?[倍番]"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred)(?:-?fold\b| times\b| percent\b)"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)\]>」）】，。；]+")
_LIST_MARK = re.compile(r"^(?:[-+•]|\*(?!\*)|\d{1,2}[.、)])\s+")
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class SourceText:
    """A paper's text, ready to be asked whether words stand in it."""

    def __init__(self, text: str):
        self._text = _fold(text)

    def holds(self, words: str) -> bool:
        """Whether a number or a name stands in the text on its own, in any case: 6.3 does not stand in 76.3."""
        folded = " ".join(_fold(words).split())
        return bool(folded) and self._stands(folded)

    def find_invented(self, text: str) -> list[str]:
        """What in `text` does not stand in the source: numbers, names with digits, spelled-out measures, addresses.

        Thousands separators and full-width digits count as written plainly. A number with 万 or million must stand
        so; a whole number with % or 倍 must too, or fill a table cell: whole numbers stand in every paper.
        """
        folded = _fold(text)
        invented = [m[0] for m in _ADDRESS.finditer(folded) if m[0].rstrip("./,") not in self._text]
        invented += [m[0] for m in _SPELLED.finditer(folded) if m[0] not in self._text]
        for m in _TOKEN.finditer(_ADDRESS.sub(" ", folded)):
            if re.search(r"\d", m[0]):
                invented += self._find_invented_parts(m[0], m.string[m.end() :])
        return invented

    def _find_invented_parts(self, token: str, following: str) -> list[str]:
        unit = re.match(r"\s?([a-z]+)", following)
        if unit and self._stands(token + unit[1]):  # 4.8 FPS for 4.8FPS
            return []
        if self._stands(token):
            parts = [token]
        else:  # 14B/32B and 100-200 are two; GPT-5 is one name
            parts = [part for piece in token.split("/") for part in _split_range(piece) if re.search(r"\d", part)]
        if not all(map(self._stands, parts)) or not self._has_measure(parts[-1], following):
            return [token]
        return []

    def _stands(self, token: str) -> bool:
        return bool(re.search(_alone(token), self._text))

    def _has_measure(self, number: str, following: str) -> bool:
        if not re.fullmatch(r"\d+(\.\d+)?", number):
            return True
        start = rf"(?<![\w.]){re.escape(number)}"
        if scale := _SCALE.match(following):
            return bool(re.search(rf"{start}[\s-]?{scale[1]}", self._text))
        measure = _MEASURE.match(following)
        if not measure or "." in number:
            return True
        in_cell = rf"(?:^|[\t\n]){number}(?=[\t\n(±]|\s±|$)"
        return bool(re.search(rf"{start}{_MEASURE_FORMS[measure.lastgroup]}|{in_cell}", self._text))


def keep_sentences(source: SourceText, text: str) -> tuple[str | None, int]:
    """The sentences of a paragraph that name nothing invented, and how many others there were."""
    sentences = split_sentences(clean_line(text))
    kept = [sentence for sentence in sentences if not source.find_invented(sentence)]
    joined = "".join(s if s.endswith(("。", "！", "？", "；")) else f"{s} " for s in kept)
    return joined.strip() or None, len(sentences) - len(kept)


def keep_items(source: SourceText, items: list[str]) -> tuple[list[str], int]:
    """The items of a list that name nothing invented, without their list marks, and how many others there were."""
    lines = [_LIST_MARK.sub("", clean_line(item)) for item in items]
    lines = [line for line in lines if line]
    kept = [line for line in lines if not source.find_invented(line)]
    return kept, len(lines) - len(kept)


def clean_line(text: str) -> str:
    """One line that can't pass for a heading, a rule or a quotation of the report it will stand in."""
    return re.sub(r"^[#>=|\s]+", "", " ".join(_UNWANTED.sub("", text).split()))


def _fold(text: str) -> str:
    return _SEPARATOR.sub("", _FULL_WIDTH_SEPARATOR.sub("", text).translate(_FOLDED)).lower()


def _alone(token: str) -> str:
    before = r"(?<![a-z0-9])(?<!\d\.)" if token[0].isdigit() else r"(?<![a-z0-9])"
    after = r"(?![a-z0-9])(?!\.\d)" if token[-1].isdigit() else r"(?![a-z0-9])"
    words = re.escape(token).replace(r"\ ", r"\s+")
    if quantity := re.fullmatch(r"(\d+(?:\.\d+)?)([a-z]+)", token):  # 0.21s and 0.21 s are written alike
        words = rf"{re.escape(quantity[1])}\s?{quantity[2]}"
    return f"{before}{words}{after}"


def _split_range(piece: str) -> list[str]:
    return re.split(r"[-~×+]", piece) if piece[0].isdigit() else [piece]
