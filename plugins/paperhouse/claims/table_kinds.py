"""What a table is for: results or settings, methods compared or choices within one method."""

import re

from ..read.document import Table

_NOT_RESULTS = re.compile(
    r"hyper-?\s?param|statistic|\bnotations?\b|data ?set (?:details|summary|description)|"
    r"(?:details|overview|summary|description)s? of (?:the |our |all )*(?:\w+ )?data ?sets|"
    r"(?:training|implementation|experiment\w*) (?:details|settings?|configurations?)|architecture (?:details|of)|"
    r"configurations?\b|distribution of|number of (?:samples|images|sentences)|list of|symbols|"
    r"data ?sets? used",
    re.I,
)
_COMPARISON = re.compile(
    r"state[- ]of[- ]the[- ]art|\bsota\b|main results|(?:compar\w+|benchmark\w*).{0,40}\b(?:other|previous|prior|"
    r"existing|recent|different|popular|leading|published|various|competing|baseline)s?\b",
    re.I,
)
_ABLATION = re.compile(
    r"ablat|effects? of|impact of|influence of|sensitivity|"
    r"different (?!.{0,30}(?:methods|models|approaches|baselines))|variants?\b|design choice|"
    r"choices? of|contribution of (?:each|the)|component|grid search|comparison of (?:various|our)|varying|analysis|"
    r"number of|with(?:out)? (?:and|or) with|importance of|validation of|effective",
    re.I,
)
_CHOICE = re.compile(
    r"\s*(?:[+–−-]\s?\S|w/o?\b|with(?:out)?\b|no\b|only\b|\([a-z\d]\)|[✓✗✔✘]|full\b|base(?:line)?\b|vanilla\b|single|\d)",
    re.I,
)
_CHECK_MARKS = {"✓", "✔", "√", "✗", "✘"}


def speaks_of_settings(table: Table) -> bool:
    """Whether the caption announces hyper-parameters, statistics of data, notation: numbers that are no results."""
    return bool(_NOT_RESULTS.search(_read_title(table)))


def is_ablation(table: Table) -> bool:
    """Whether the rows are choices within one method rather than methods: by the caption, else by their labels."""
    title = _read_title(table)[:160]
    if _COMPARISON.search(title):
        return False
    if _ABLATION.search(title):
        return True
    rows = [row for row in table.rows if any(not cell.is_header and cell.text for cell in row)]
    marked = sum(any(cell.text in _CHECK_MARKS for cell in row) for row in rows)
    choices = sum(bool(_CHOICE.match(row[0].text[:40])) for row in rows)
    return max(marked, choices) * 2 > len(rows)


def _read_title(table: Table) -> str:
    """The first sentence of a caption, without "Table 3:"."""
    caption = table.caption[:400]
    return re.split(r"(?<=[a-z)]{2})\. ", caption.partition(":")[2] or caption)[0]


def is_picture(table: Table) -> bool:
    """Whether the table is a part of a figure: there papers show what they tried."""
    return ".F" in table.id


def is_appendix(table: Table) -> bool:
    """Whether the table stands in an appendix, by the anchor that LaTeXML gives it."""
    return re.match(r"A\d|Pt\d+\.A", table.id) is not None
