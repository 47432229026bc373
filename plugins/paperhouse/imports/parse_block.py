"""One paper of a report: its link, its source and its five sections, or what is wrong with them."""

import re
from collections.abc import Iterator
from datetime import date

from .layout import (
    COLUMNS,
    DATE,
    HEADING,
    LINK,
    LINK_KEY,
    PLACEHOLDER,
    READING_SOURCES,
    SECTION_NAMES,
    SOURCE,
    Block,
    Entry,
    Fault,
    find_line,
    unescape_title,
)


def parse_block(text: str, block: Block, listing_date: date) -> tuple[Entry | None, list[Fault]]:
    """The entry of a block, without its number and the lines behind it, or None and its faults."""
    headings = [h for h in HEADING.finditer(text, block.title_start, block.end) if h["name"] in COLUMNS]
    head_end = headings[0].start() if headings else block.end
    faults = [
        *_find_head_faults(text, block, head_end, listing_date),
        *_find_section_faults(text, block, headings),
        *_find_end_faults(text, block),
    ]
    if faults:
        return None, faults
    return _build_entry(text, block, headings), []


def _build_entry(text: str, block: Block, headings: list[re.Match[str]]) -> Entry:
    link = LINK.search(text, block.title_start, block.end)
    source = SOURCE.search(text, block.title_start, block.end)["value"].strip()
    bodies, starts, sections, place = {}, {}, [], link.end("paper_id")
    for heading, end in zip(headings, [*(h.start() for h in headings[1:]), block.end], strict=True):
        column = COLUMNS[heading["name"]]
        starts[column], body_end = _trim_body(text, heading.end(), end)
        body = text[starts[column] : body_end]
        section = {"column": column, "before": text[place : starts[column]]}
        if PLACEHOLDER.fullmatch(body.strip()):
            section["placeholder"], body = body, ""
        bodies[column] = body or None
        sections.append(section)
        place = body_end
    return Entry(
        entry_number=0,
        paper_id=block.paper_id,
        title=unescape_title(block.title),
        url=link["url"],
        reading_source=READING_SOURCES[source.lower()],
        reading_source_text=source,
        bodies=bodies,
        starts=starts,
        layout={
            "before_title": text[block.start : block.title_start],
            "title": block.title,
            "before_id": text[block.title_start + len(block.title) : link.start("paper_id")],
            "sections": sections,
            "ending": text[place : block.end],
        },
    )


def _trim_body(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a body: from the start of its first line with a word to the end of its last word."""
    region = text[start:end]
    first = region.rfind("\n", 0, len(region) - len(region.lstrip())) + 1
    last = len(region.rstrip())
    return start + first, start + max(first, last)


def _find_head_faults(text: str, block: Block, head_end: int, listing_date: date) -> Iterator[Fault]:
    if not block.title:
        yield Fault(block, block.start, "has no title; write it behind `## 📄`")
    links = list(LINK_KEY.finditer(text, block.title_start, head_end))
    if len(links) != 1:
        place = links[1].start() if links else block.start
        count = "two links" if links else "no link"
        yield Fault(
            block, place, f"has {count}; put one `- **链接**: https://huggingface.co/papers/<arXiv id>` under its title"
        )
    elif not LINK.search(text, block.title_start, head_end):
        yield Fault(
            block, links[0].start(), "has a link that names no paper; write https://huggingface.co/papers/<arXiv id>"
        )
    sources = list(SOURCE.finditer(text, block.title_start, head_end))
    if len(sources) != 1:
        place = sources[1].start() if sources else block.start
        count = "two reading sources" if sources else "no reading source"
        yield Fault(block, place, f"has {count}; put one `- **阅读来源**: HTML` or `ArXiv Abs` under its link")
    elif sources[0]["value"].strip().lower() not in READING_SOURCES:
        told = f"has the unknown reading source {sources[0]['value'].strip()!r}; write HTML, Markdown or ArXiv Abs"
        yield Fault(block, sources[0].start(), told)
    for said in DATE.finditer(text, block.title_start, block.end):
        value = said["value"].strip()
        if value != listing_date.isoformat():
            told = f"is dated {value} in the report of {listing_date}; move it to its day, or remove this line"
            yield Fault(block, said.start("value"), told)


def _find_section_faults(text: str, block: Block, headings: list[re.Match[str]]) -> Iterator[Fault]:
    known = {_get_style(heading) for heading in headings}
    for heading in HEADING.finditer(text, block.title_start, block.end):
        if heading["name"] not in COLUMNS and (heading["hashes"] or heading["bold"]) and _get_style(heading) in known:
            told = (
                f"has a section 「{heading['name']}」, which is none of {'、'.join(SECTION_NAMES)}; rename or remove it"
            )
            yield Fault(block, heading.start(), told)
    names = [heading["name"] for heading in headings]
    missing = [f"{number}. {name}" for number, name in enumerate(SECTION_NAMES, 1) if name not in names]
    if missing:
        yield Fault(block, block.start, f"lacks {'、'.join(missing)}; add a line like `## {missing[0]}` and the text")
    for name in SECTION_NAMES:
        repeated = [heading.start() for heading in headings if heading["name"] == name]
        if len(repeated) > 1:
            lines = " and ".join(str(find_line(text, place)) for place in repeated)
            yield Fault(block, repeated[1], f"has the section {name} on lines {lines}; keep one")


def _get_style(heading: re.Match[str]) -> tuple:
    return heading["indent"], heading["hashes"], bool(heading["bold"]), bool(heading["colon"])


def _find_end_faults(text: str, block: Block) -> Iterator[Fault]:
    if block.is_closed:
        return
    if block.next_start == len(text):
        place = len(text.rstrip())
        yield Fault(block, place, "breaks off at the end of the file; complete it and close it with a line of 60 =")
    else:
        yield Fault(block, block.next_start, "is not closed before the next paper begins; put a line of 60 = between")
