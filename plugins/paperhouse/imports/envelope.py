"""What stands around the papers of a report: the day it is about, and text that belongs to no paper."""

from collections.abc import Iterator
from datetime import date

from .layout import COLUMNS, DATE, HEADING, LINK, LINK_KEY, RULE, SOURCE_URL, Block, Fault, ReportUnreadable, find_line


def read_listing_date(text: str, head_end: int) -> date:
    """The day that the lines before the first paper name. Raises ReportUnreadable for none, or for two."""
    said = list(DATE.finditer(text, 0, head_end))
    if not said:
        raise ReportUnreadable(
            f"line {find_line(text, head_end)}: no date up to here; begin with `**Date**: 2025-12-25`"
        )
    value, line_number = said[0]["value"].strip(), find_line(text, said[0].start("value"))
    try:
        listing_date = date.fromisoformat(value)
    except ValueError:
        listing_date = None
    if listing_date is None or listing_date.isoformat() != value:
        raise ReportUnreadable(f"line {line_number}: {value!r} is not a date; write `**Date**: 2025-12-25`")
    for other in [*said[1:], *SOURCE_URL.finditer(text, 0, head_end)]:
        if other["value"].strip() != value:
            raise ReportUnreadable(
                f"line {find_line(text, other.start('value'))}: {other['value'].strip()} is another day than {value} "
                f"on line {line_number}; a report is about one day, correct the one that is wrong"
            )
    return listing_date


def find_strays(text: str, blocks: list[Block], listing_date: date) -> Iterator[Fault]:
    """Text outside of the papers that looks as if it were cut out of one.

    Headings with text below, as our own `## 📊`, may stand between two papers, and anything may stand behind the last.
    Raises ReportUnreadable for the head of another day's report: which day the papers below are of, nobody can tell.
    """
    starts = [0, *(block.end for block in blocks)]
    ends = [*(block.start for block in blocks), len(text)]
    for block, start, end in zip([None, *blocks], starts, ends, strict=True):
        if block and not block.is_closed:
            continue
        rules = list(RULE.finditer(text, start, end))
        cuts = [start, *(place for rule in rules for place in rule.span()), end]
        for left, right in zip(cuts[::2], cuts[1::2], strict=True):
            is_free = block is None or right == len(text)
            yield from _judge_piece(text, left, right, listing_date, block, is_free)


def keep_text(text: str, start: int, end: int, strays: list[Fault]) -> str:
    """`text[start:end]` without the strays in it."""
    cuts = [
        start,
        *(place for stray in strays if start <= stray.place < end for place in (stray.place, stray.end)),
        end,
    ]
    return "".join(text[left:right] for left, right in zip(cuts[::2], cuts[1::2], strict=True))


def _judge_piece(
    text: str, left: int, right: int, listing_date: date, block: Block | None, is_free: bool
) -> Iterator[Fault]:
    dates = list(DATE.finditer(text, left, right))
    for said in dates:
        if said["value"].strip() != listing_date.isoformat():
            raise ReportUnreadable(
                f"line {find_line(text, said.start('value'))}: {said['value'].strip()} is a second day in the report "
                f"of {listing_date}; split the file into one report a day"
            )
    piece = text[left:right].lstrip()
    place = max(left, text.rfind("\n", left, right - len(piece)) + 1)
    marks = [mark.start() for mark in LINK_KEY.finditer(text, left, right)]
    marks += [mark.start() for mark in HEADING.finditer(text, left, right) if mark["name"] in COLUMNS]
    if marks:
        if block is None:  # what stands above is the head of the report, and its date stays
            place = max(min(marks), *(said.end() for said in dates), 0)
        link = LINK.search(text, left, right)
        untitled = Block(place, "", place, link["paper_id"] if link else None, right, True, right)
        told = "has no title; begin it with `## 📄 title`, or remove the line of = that cuts it off from its paper"
        yield Fault(untitled, place, told, end=right)
    elif piece and not is_free and not piece.startswith("#"):
        yield Fault(block, place, "has text behind its line of =; remove that line, or this text", end=right)
