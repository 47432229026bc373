"""A document as one run of quotable sentences, each with the part of a paper it stands in."""

import re
from dataclasses import dataclass

from ..read.document import Document, Section

_AVAILABILITY = (
    "availability",
    r"(?:code|data|software|model|resource)s?\b.*\b(?:availability|release)|reproducib|availability",
)
# Parts of a paper by heading, first match wins; a heading that matches none keeps the part of the section around it.
_PARTS = (
    ("abstract", r"abstract$"),
    ("contributions", r"(?:(?:our|main|key) )*contributions?\b(?! statement)(?!.*author)"),
    ("introduction", r"introduction"),
    _AVAILABILITY,
    ("skipped", r"related|prior work|literature|background|preliminar|acknowledg|references|bibliograph|appendi"),
    ("skipped", r"supplement|limitation|ethic|broader|impact|author|contributors|future|funding|conflict|notation"),
    ("conclusion", r"conclu|summary|closing"),
    ("usage", r"inference|implementation|experimental set|set-?up|training"),
    ("experiments", r"experiment|result|evaluat|ablation|analysis|comparison|performance|benchmark|discussion"),
    ("keywords", r"keywords|key words|index terms"),
)
_NUMBERING = re.compile(r"(?:(?:chapter|section|appendix)\s+)?(?:[\divx]+|[a-z])(?:\.\w+)*[.:)]?\s+", re.IGNORECASE)
_CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Tab\.|Algorithm|Listing|Alg\.)\s*[\dIVXA-Z]+[a-z]?\s*[:.|]", re.IGNORECASE
)
_END = re.compile(r"(?:[.!?…]|https?://\S+)[\"'”’)\]]*$|[。！？；]+[”’」』）]*$")
_GARBLED = re.compile(
    r"LABEL:|\?\?|,\s*,|\(\s*\)|\[\s*\]|\bref\{|\{[^}]*@|@\w+\.\w|\bet ?al\.?$|\s[,.;](?:\s|$)|^In,|"
    r"\b(?:[vV]\.[sS]|vs|e\.g|i\.e|cf)\.$|\b(?:over|than|by|of|to|with|from|on|between|and|that)\.$|\b(?:by|"
    r"in|from|of|with)\s*[.,]"
)
_MARK = re.compile(r"(?:[•·●▪■◆*–—-]|[(\[]?(?:\d|[ivx]{1,4}|[a-e])[)\].:]|[①-⑨❶-❾])\s+")
_MATHS = re.compile(r"[\\^_=∈∑∏∫√≤≥<>|∥‖∇∂∀∃→←↦⟨⟩]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
MAX_CHARACTERS = 700
MIN_WORDS = 5
MAX_RAW = 2_000  # characters; a longer run is no sentence and is left out


@dataclass(frozen=True)
class Passage:
    """One sentence of the paper, without the mark of a list, verbatim; `number` counts in reading order."""

    number: int
    text: str
    paragraph_id: str
    section: int
    part: str  # abstract, contributions, introduction, method, usage, experiments, conclusion, availability, …
    is_first: bool  # of its paragraph
    is_item: bool  # of a list, by the mark before it
    is_whole: bool  # can be quoted as a sentence of its own


def list_passages(document: Document) -> list[Passage]:
    """All sentences outside of related work, most of the appendix and the like. Linear in the length of the paper."""
    passages: list[Passage] = []
    path: list[tuple[int, str]] = []
    is_back = False
    for at, section in enumerate(document.sections):
        while path and path[-1][0] >= section.level:
            path.pop()
        part = name_part(section, path[-1][1] if path else "method")
        is_back = is_back or (section.level == 1 and _is_back_matter(section.heading))
        if not section.heading and section.level == 0:
            part = "introduction" if document.abstract else "abstract"
        path.append((section.level, part))
        if part == "skipped" or (is_back and part not in ("availability", "usage")):
            continue
        passages += _read_section(section, at, part, len(passages))
    return passages


def name_part(section: Section, around: str) -> str:
    """Which part of a paper a section is, from its heading, else from the section around it."""
    if section.id == "abstract":
        return "abstract"
    heading = _NUMBERING.sub("", section.heading.strip(" .:—-"), count=1).lower()
    parts = _PARTS if around not in ("skipped", "conclusion") else [_AVAILABILITY]
    starts = (part for part, pattern in parts if re.match(pattern, heading))
    holds = (part for part, pattern in parts[3:-1] if re.search(rf"\b(?:{pattern})", heading))
    return next(starts, None) or next(holds, around)


def _is_back_matter(heading: str) -> bool:
    return bool(re.search(r"acknowledg|references|bibliograph|appendi|supplement", heading, re.IGNORECASE))


def _read_section(section: Section, at: int, part: str, start: int) -> list[Passage]:
    passages: list[Passage] = []
    last, is_caption = None, False
    for sentence in section.sentences:
        is_first = sentence.paragraph_id != last
        last = sentence.paragraph_id
        is_caption = bool(_CAPTION.match(sentence.text)) if is_first else is_caption
        if not is_caption and len(sentence.text) <= MAX_RAW:
            mark = _MARK.match(sentence.text)
            text = sentence.text[mark.end() :] if mark else sentence.text
            number = start + len(passages)
            passages.append(Passage(number, text, last, at, part, is_first, bool(mark), is_quotable(text)))
    return passages


def is_quotable(text: str) -> bool:
    """Whether a piece of text reads as one whole sentence: no heading, fragment, address block or row of formulas."""
    if not text or len(text) > MAX_CHARACTERS or not _END.search(text) or _GARBLED.search(text):
        return False
    if _CHINESE.search(text):
        return len(text) >= MIN_WORDS
    words = text.split()
    if len(words) < MIN_WORDS or _is_continuation(words[0]):
        return False
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return (
        letters >= 0.55 * len(text)
        and letters + digits >= 0.7 * len(text)
        and len(_MATHS.findall(text)) <= 0.02 * len(text) + 1
    )


def _is_continuation(word: str) -> bool:
    """A lower-case word at the start goes on after a formula ("where x is"); vLLM and t-SNE are names."""
    return word[0] in ",;:)]}=" or (word[0].islower() and word.rstrip(",").isalpha() and word.rstrip(",").islower())
