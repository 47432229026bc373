"""What a daily report file is made of: the words of its format, and the parts it is taken into."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ..errors import PaperhouseError
from ..readers.reading import SECTIONS

SECTION_NAMES = ("应用领域", "一句话核心贡献", "使用指南", "主要创新点", "实验效果")
COLUMNS = dict(zip(SECTION_NAMES, SECTIONS, strict=True))

# What `阅读来源` may say, in lower case, and what was read then. None: nothing, the paper was only listed.
READING_SOURCES = {
    "html": "html",
    "arxiv html": "html",
    "markdown": "markdown",
    "arxiv abs": "abstract",
    "abstract": "abstract",
    "摘要": "abstract",
    "未阅读（仅列表信息）": None,
}

# How our own report writes that a section has nothing to say.
PLACEHOLDER = re.compile(
    r"未识别|(?:尚未阅读全文|原文中未找到|仅读了摘要，摘要未提及|导入的报告没有写)。(?:来源给出的代码或项目主页链接见上。)?"
    r"(?:\s*(?:已读全文，未找到|导入的报告没有给出)可核对的结果数字。)?"
    r"|未阅读，来源也没有自动摘要；论文摘要见 \S+"
)

RULE = re.compile(r"^={60}[ \t\r]*(?:\n|\Z)", re.MULTILINE)
TITLE = re.compile(r"^ {0,3}##[ \t]+📄\ufe0f?(?P<title>.*)$", re.MULTILINE)
LINK_KEY = re.compile(r"^[ \t]*[-*+][ \t]+\*\*链接\*\*[ \t]*[:：]", re.MULTILINE)
LINK = re.compile(
    LINK_KEY.pattern + r"[ \t]*(?P<url>https?://huggingface\.co/papers/(?P<paper_id>\d{4}\.\d{4,5}))[ \t\r]*$",
    re.MULTILINE,
)
SOURCE = re.compile(r"^[ \t]*[-*+][ \t]+\*\*阅读来源\*\*[ \t]*[:：](?P<value>.*)$", re.MULTILINE)
DATE = re.compile(r"^\ufeff?[ \t]*(?:[-*+][ \t]+)?\*\*Date\*\*[ \t]*[:：](?P<value>.*)$", re.MULTILINE)
SOURCE_URL = re.compile(r"^[ \t]*\*\*Source URL\*\*[ \t]*[:：].*/papers/date/(?P<value>[^\s/>?#]+)", re.MULTILINE)

# Five styles are known: `## 1. X`, `### 1. X`, `### 1. **X**`, `1. **X**` and `1. **X**：`. Without `#`, one space
# stands behind the dot: two or more make it an item of a list inside a section.
HEADING = re.compile(
    r"^(?P<indent> {0,3})(?:(?P<hashes>#{1,6})[ \t]+\d{1,2}\.[ \t]*|\d{1,2}\. )(?P<bold>\*\*)?"
    r"(?P<name>[^*#\s:：][^*\n:：]{0,60}?)[ \t]*+(?:\*\*)?(?P<colon>[:：])?(?:\*\*)?[ \t\r]*+$",
    re.MULTILINE,
)


class ReportUnreadable(PaperhouseError):
    """A file from which no paper can be loaded, because its envelope does not say which day it is about."""


@dataclass(frozen=True)
class Problem:
    """Why a paper of the file is not loaded. `message` begins with the line and ends with the fix."""

    line_number: int
    paper_id: str | None
    title: str | None
    message: str


@dataclass(frozen=True)
class Entry:
    """One paper of a report. `bodies` and `starts` have the names of SECTIONS as keys.

    A body is verbatim, from the start of its first line to its last word, and None where nothing was found to say.
    `starts` are the places of the bodies in the text, in characters. `reading_source` is html, markdown, abstract, or
    None for a paper that was only listed. `layout` is JSON, all the text of the block that stands nowhere else:
    before_title, title (as written), before_id, sections (column, before, and the placeholder where the body is None),
    ending (up to the line of `=`) and after (up to the next paper).
    """

    entry_number: int
    paper_id: str
    title: str
    url: str
    reading_source: str | None
    reading_source_text: str
    bodies: dict[str, str | None]
    starts: dict[str, int]
    layout: dict


@dataclass(frozen=True)
class ParsedReport:
    """A report taken apart. `entries` are the papers without problems, numbered from 1 in the order of the file."""

    listing_date: date
    envelope: dict
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


class Block(NamedTuple):
    """Where a paper stands in the text. `title` is as written, `paper_id` None without a link that can be read.

    `end` is where its line of `=` begins, or where it breaks off. `next_start` is where the next paper begins; for the
    last one, where its line of `=` ends.
    """

    start: int
    title: str
    title_start: int
    paper_id: str | None
    end: int
    is_closed: bool
    next_start: int


class Fault(NamedTuple):
    """What is wrong at a place of the text; the paper of `block` is left out.

    For text that belongs to no paper, `end` is where it ends: from `place` to there nothing is kept.
    """

    block: Block
    place: int
    told: str
    end: int = 0


def find_line(text: str, place: int) -> int:
    """The number of the line that the character at `place` stands in; the first is 1."""
    return text.count("\n", 0, place) + 1


def unescape_title(raw: str) -> str:
    """A title as it is read: without the backslashes that keep its punctuation from acting as Markdown."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", raw)
