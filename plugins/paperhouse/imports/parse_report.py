"""A daily report file to its papers. A paper that cannot be read for certain is left out whole and named."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from .envelope import find_strays, keep_text, read_listing_date
from .layout import LINK, RULE, TITLE, Block, Entry, Fault, ParsedReport, Problem, ReportUnreadable, find_line
from .parse_block import parse_block


def decode_report(content: bytes) -> str:
    """The text of a report file, byte for byte: a byte order mark and the line ends stay. Raises ReportUnreadable."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line_number = content.count(b"\n", 0, error.start) + 1
        raise ReportUnreadable(f"line {line_number}: the file is not UTF-8; save it as UTF-8 and try again") from error
    if "\0" in text:
        line_number = find_line(text, text.index("\0"))
        raise ReportUnreadable(f"line {line_number}: a NUL character, which no text has; import a Markdown file")
    return text


def parse_report(text: str) -> ParsedReport:
    """Take a report of any of the five heading styles apart.

    Without problems, `restore_report` writes exactly this text again. A paper with a problem is in `problems` and not
    in `entries`. Raises ReportUnreadable when there is no date, more than one, or no paper at all.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise ReportUnreadable("line 1: the file is empty; import a daily report")
    blocks = _split_blocks(text)
    listing_date = read_listing_date(text, blocks[0].start if blocks else len(text))
    if not blocks:
        line_number = find_line(text, len(text.rstrip()))
        raise ReportUnreadable(f"line {line_number}: no paper up to here; each begins with a line `## 📄 title`")
    strays = list(find_strays(text, blocks, listing_date))
    faults = [*strays, *_find_repeats(text, blocks)]
    entries = []
    for block in blocks:
        entry, found = parse_block(text, block, listing_date)
        entries.append(entry)
        faults += found
    faulty = {fault.block for fault in faults}
    good = [(block, entry) for block, entry in zip(blocks, entries, strict=True) if block not in faulty]
    return ParsedReport(
        listing_date=listing_date,
        envelope={
            "head": keep_text(text, 0, blocks[0].start, strays),
            "tail": keep_text(text, blocks[-1].next_start, len(text), strays),
        },
        entries=tuple(_complete_entry(text, *item, number, strays) for number, item in enumerate(good, 1)),
        problems=tuple(_name_problem(text, fault) for fault in sorted(faults, key=lambda fault: fault.place)),
    )


def _split_blocks(text: str) -> list[Block]:
    titles = list(TITLE.finditer(text))
    blocks = []
    for number, title in enumerate(titles, 1):
        is_last = number == len(titles)
        next_start = len(text) if is_last else titles[number].start()
        closing = RULE.search(text, title.end(), next_start)
        end = closing.start() if closing else next_start
        link = LINK.search(text, title.end(), end)
        raw = title["title"].strip()
        blocks.append(
            Block(
                start=title.start(),
                title=raw,
                title_start=text.index(raw, title.start("title")),
                paper_id=link["paper_id"] if link else None,
                end=end,
                is_closed=closing is not None,
                next_start=closing.end() if closing and is_last else next_start,
            )
        )
    return blocks


def _complete_entry(text: str, block: Block, entry: Entry, number: int, strays: list[Fault]) -> Entry:
    after = keep_text(text, block.end, block.next_start, strays)
    return replace(entry, entry_number=number, layout=entry.layout | {"after": after})


def _find_repeats(text: str, blocks: list[Block]) -> Iterator[Fault]:
    """Every block of a paper that stands in the file twice: which one is meant, nobody can tell."""
    blocks_of = defaultdict(list)
    for block in blocks:
        blocks_of[block.paper_id].append(block)
    for paper_id, repeated in blocks_of.items():
        if paper_id and len(repeated) > 1:
            lines = " and ".join(str(find_line(text, block.start)) for block in repeated)
            for block in repeated:
                yield Fault(block, block.start, f"stands in the file {len(repeated)} times, on lines {lines}; keep one")


def _name_problem(text: str, fault: Fault) -> Problem:
    block, line_number = fault.block, find_line(text, fault.place)
    name = block.paper_id or block.title or "a block"
    return Problem(line_number, block.paper_id, block.title or None, f"line {line_number}: {name} {fault.told}")
