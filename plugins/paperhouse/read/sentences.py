"""Cut a paragraph into sentences, in English and Chinese. A wrong join costs less than a cut inside a number."""

import re

_ABBREVIATIONS = {
    "e.g", "i.e", "al", "fig", "figs", "tab", "tabs", "eq", "eqs", "eqn", "sec", "secs", "sect", "ref", "refs",
    "vs", "cf", "resp", "approx", "w.r.t", "dr", "prof", "mr", "mrs", "vol", "pp", "appx",
    "alg", "thm", "prop", "lem", "a.k.a", "viz", "ca", "incl", "avg", "ver",
}  # fmt: skip
# End marks with their closing quotes; Latin ones need a space behind them, Chinese ones do not.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+\s+|[。！？；]+[”’」』）]*\s*")
_LAST_WORD = re.compile(r"[^\s(\[“\"'/]*$")
_LOOK_BACK = 40


def split_sentences(paragraph: str) -> list[str]:
    """Sentences of one whitespace-normalised paragraph, each a verbatim part of it; empty for blank text."""
    sentences, start = [], 0
    for end in _END.finditer(paragraph):
        if end.end() < len(paragraph) and _is_boundary(paragraph, end):
            sentences.append(paragraph[start : end.end()].strip())
            start = end.end()
    sentences.append(paragraph[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_boundary(text: str, end: re.Match[str]) -> bool:
    mark, following = end[0].strip(), text[end.end()]
    if mark[0] in "。！？；":
        return True
    if following.islower() or following in ",;:)]}=<>×±%+-–—/":
        return False
    if mark != ".":
        return True
    word = _LAST_WORD.search(text[max(0, end.start() - _LOOK_BACK) : end.start()])
    last = word[0] if word else ""
    if last.lower() == "no":
        return not following.isdigit()
    return last.lower() not in _ABBREVIATIONS and not _is_initial(text, end.start())


def _is_initial(text: str, dot: int) -> bool:
    """The dot of "Donald E. Knuth", but not of "denoted by X. We": a name has capitals before its initial."""
    return re.search(r"(^|[A-Z][\w.]*\s)[A-Z]$", text[max(0, dot - _LOOK_BACK) : dot]) is not None
