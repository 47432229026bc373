"""Report text to sentences: markup taken out, places in the original kept."""

import re
from dataclasses import dataclass
from itertools import chain, pairwise

LONGEST = 600  # characters; a longer run without a full stop is cut, so that all later work stays linear

MOST_NUMBERS = 60  # groups of digits; what holds more in that space is a table laid flat, not a sentence
LONGEST_NUMBER = 40  # digits; a longer run is a key or a dump
DIGITS = re.compile(r"\d+")

# Markup that carries no words, and the few LaTeX commands that stand between a number and its unit.
MARKUP = re.compile(
    r"(?<=[A-Za-z])~(?=[A-Za-z0-9])|(?<=\d)~(?=[A-Za-z])|\*\*|`|\{,\}|\\[%&$]|\\(?:times|sim|approx|pm|leq?|"
    r"geq?|rightarrow|to|uparrow|downarrow)(?![A-Za-z])"
    r"|\\(?:textbf|textit|textsc|texttt|mathbf|mathrm|text|emph)\{([^{}\n]{0,80})\}|\$([^$\n]{1,80})\$"
)
LATEX = {"times": "×", "sim": "~", "approx": "~", "pm": "±", "le": "<", "leq": "<", "ge": ">", "geq": ">"}
LATEX |= {"rightarrow": "→", "to": "→", "uparrow": "", "downarrow": ""}
FORMULA = re.compile(r"[\\^_={}<>~]|^[\d.,+\-/%x×K]+$")
BULLET = re.compile(r"[ \t]*(?:[*+•·-]|\d{1,2}[.、)）])[ \t]+")
LABEL = re.compile(r"([^：:\n。]{1,80})[：:](?=\s|[^\x00-\x7f]|$|[A-Z])[ \t\n]*")
HEADING = re.compile(r"[ \t]*(?:#{1,6} |[=-]{5,}$|\|)")
FULL_STOP = re.compile(
    r"[。！？；!?;]+[”’」』）)]*|"
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bal)(?<!\b[A-Z])(?<!\d(?=\.\s+\d))\.(?=\s+[^a-z\s])"
)
IN_BRACKETS = re.compile(r"[(（][^()（）。]*$")
ABBREVIATION = re.compile(r"\b(?:Fig|Figs|Tab|Eq|Eqs|Sec|Ref|No|approx|resp|cf|etc|Dr|App)$")


@dataclass(frozen=True)
class Sentence:
    """One sentence without markup; `starts[i]` and `ends[i]` delimit its character i in the original text."""

    text: str
    starts: list[int]
    ends: list[int]
    block: int  # paragraph or list item
    label: str  # what the list item says before its colon
    is_item: bool

    def is_readable(self) -> bool:
        """Whether this is prose that can report numbers; bounds the work on what is not."""
        if not self.label and not any(c.isalpha() for c in self.text):
            return False
        groups = DIGITS.findall(self.text)
        return len(groups) <= MOST_NUMBERS and max(map(len, groups), default=0) <= LONGEST_NUMBER

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The half-open place of `text[start:end]` in the original text."""
        return self.starts[start], self.ends[end - 1]


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a Markdown or plain text, in order; headings, rules and table rows are left out."""
    sentences: list[Sentence] = []
    for number, (start, end, is_item) in enumerate(split_blocks(text)):
        clean, starts, ends = strip_markup(text, start, end)
        label = LABEL.match(clean) if is_item or text.startswith("**", start) else None
        first = label.end() if label and not re.search(r"\d\s*[%％倍]", label.group()) else 0
        name = label.group(1).strip() if first else ""
        pieces = list(cut_sentences(clean, first)) or [(0, 0)]
        for a, b in pieces:
            sentences.append(Sentence(clean[a:b], starts[a:b], ends[a:b], number, name, is_item))
    return sentences


def split_blocks(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, is a list item) of each paragraph; a wrapped line belongs to the block before it."""
    blocks: list[tuple[int, int, bool]] = []
    is_open, place = False, 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        if not line.strip() or HEADING.match(line):
            is_open = False
        elif bullet := BULLET.match(line):
            blocks.append((start + bullet.end(), place, True))
            is_open = True
        elif is_open:
            blocks[-1] = (blocks[-1][0], place, blocks[-1][2])
        else:
            blocks.append((start + len(line) - len(line.lstrip()), place, False))
            is_open = True
    return blocks


def strip_markup(text: str, start: int, end: int) -> tuple[str, list[int], list[int]]:
    """`text[start:end]` without markup, and where each character of it starts and ends in `text`."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(a: int, b: int) -> None:
        pieces.append(text[a:b])
        starts.extend(range(a, b))
        ends.extend(range(a + 1, b + 1))

    place = start
    while mark := MARKUP.search(text, place, end):
        keep(place, mark.start())
        place = mark.end()
        token = mark.group()
        if mark.group(1) is not None:
            keep(*mark.span(1))
        elif mark.group(2) is not None:
            if FORMULA.search(mark.group(2)):  # a formula: its inside is read again without the dollars
                inside, a, b = strip_markup(text, *mark.span(2))
                pieces.append(inside)
                starts.extend(a)
                ends.extend(b)
            else:  # two prices in one sentence
                keep(mark.start(), mark.start() + 1)
                place = mark.start() + 1
        elif mark.group() == "~":  # a LaTeX space
            pieces.append(" ")
            starts.append(mark.start())
            ends.append(mark.end())
        elif mark.group() == "{,}":  # a thousands separator in LaTeX
            keep(mark.start() + 1, mark.start() + 2)
        elif token[0] == "\\":
            word = LATEX.get(token[1:], token[1:] if len(token) == 2 else "")
            pieces.append(word)
            starts.extend([mark.start()] * len(word))
            ends.extend([mark.end()] * len(word))
    keep(place, end)
    return "".join(pieces), starts, ends


def cut_sentences(clean: str, first: int) -> list[tuple[int, int]]:
    """Half-open places of the sentences of one block, none longer than `LONGEST`."""
    stops = [
        m.end()
        for m in FULL_STOP.finditer(clean, first)
        if not ABBREVIATION.search(clean, max(0, m.start() - 8), m.start())
        and not (m.group()[0] in ";；" and IN_BRACKETS.search(clean, max(first, m.start() - 200), m.start()))
    ]
    places = []
    for a, b in pairwise(chain([first], stops, [len(clean)])):
        while b - a > LONGEST:
            space = clean.rfind(" ", a + LONGEST // 2, a + LONGEST)
            cut = space if space > a else a + LONGEST
            places.append((a, cut))
            a = cut
        while a < b and clean[a].isspace():
            a += 1
        if clean[a:b].strip():
            places.append((a, a + len(clean[a:b].rstrip())))
    return places
