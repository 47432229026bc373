"""The daily report: rows in, text out."""

import re
from datetime import UTC, datetime

import duckdb
import pytest
from markdown_it import MarkdownIt
from paperhouse.errors import PaperhouseError
from paperhouse.report.render import TEMPLATES, format_report, render_report
from paperhouse.report.text import escape_markdown
from paperhouse.settings import Settings

from tests.report_rows import DAY, SEEN, TABLES, add_paper, add_status, insert

RULE = "=" * 60
SECTIONS = ["应用领域", "一句话核心贡献", "使用指南", "主要创新点", "实验效果"]


@pytest.fixture
def warehouse():
    with duckdb.connect(":memory:") as connection:
        connection.execute(TABLES)
        yield connection


def add_author(warehouse, name, position, is_hidden=False):
    insert(warehouse, "authors", author_id=name, name=name)
    paper_author = {"paper_id": "2603.00001", "author_id": name, "author_position": position, "is_hidden": is_hidden}
    insert(warehouse, "paper_authors", **paper_author)


def add_small_day(warehouse):
    """Two papers: one with all a paper can have, one with nothing but its title."""
    add_status(warehouse, paper_count=2, expected_count=3, rejected_count=1)
    add_paper(
        warehouse,
        title="Seeing Stairs",
        upvotes=42,
        upvotes_at_listing=5,
        comment_count=3,
        organization_id="o1",
        github_url="https://github.com/stairs/code",
        github_stars=7,
        project_url="https://stairs.example",
        ai_summary="Stairs are found from one image.",
        ai_summary_model="some/model",
        primary_domain_id="cv.3d",
    )
    add_paper(warehouse, "2603.00002", 2, title="Plain", upvotes=None, comment_count=None)
    insert(warehouse, "organizations", organization_id="o1", full_name="Step Lab")
    for position, name in enumerate(["Ann", "Bo", "Cy", "Di", "Ed", "Flo"], 1):
        add_author(warehouse, name, position)
    add_author(warehouse, "Hidden", 7, is_hidden=True)
    for domain_id, source, evidence, score in [
        ("cv", "abstract", "vision", 1.0),
        ("cv.3d", "abstract", "3D", 1.0),
        ("cv.3d", "title", "Stairs", 3.0),
    ]:
        match = {"domain_id": domain_id, "source": source, "evidence": evidence, "score": score}
        insert(warehouse, "paper_domains", paper_id="2603.00001", **match)
    for domain_id in ("cv.3d", "cv"):
        insert(warehouse, "domain_metrics_daily", domain_id=domain_id, listing_date=DAY, paper_count=1, upvotes=42)
    insert(warehouse, "fetches", fetch_id="f1", listing_date=DAY, observed_at=SEEN, is_accepted=True)
    check = {"fetch_id": "f1", "suite": "s", "severity": "warning"}
    insert(warehouse, "audit_results", **check, check_name="links", success=True, observed="0 of 2", message="fine")
    insert(warehouse, "audit_results", **check, check_name="votes", success=False, observed="1 of 2", message="none")


SMALL_DAY_ZH = f"""\
# Hugging Face Daily Papers Report
**Date**: 2026-03-02
**Source URL**: https://huggingface.co/papers/date/2026-03-02
**Status**: 2 篇，已定稿（settled）；概况见文末

{RULE}

## 📄 Seeing Stairs

- **链接**: https://huggingface.co/papers/2603.00001
- **阅读来源**: 未阅读（仅列表信息）
- **投票**: 42（2026-03-05 观测；上榜时 5）
- **评论**: 3
- **机构**: Step Lab
- **代码**: <https://github.com/stairs/code>（★ 7）
- **项目主页**: <https://stairs.example>
- **作者**: Ann、Bo、Cy、Di、Ed 等 6 人
- **领域依据**: 三维视觉（标题“Stairs”，摘要“3D”）；计算机视觉（摘要“vision”）

# 论文阅读报告：Seeing Stairs

## 1. 应用领域
**计算机视觉 > 三维视觉**；计算机视觉

## 2. 一句话核心贡献
Hugging Face 自动摘要（some/model，英文原文）：Stairs are found from one image.

## 3. 使用指南
尚未阅读全文。来源给出的代码或项目主页链接见上。

## 4. 主要创新点
尚未阅读全文。

## 5. 实验效果
尚未阅读全文。


{RULE}

## 📄 Plain

- **链接**: https://huggingface.co/papers/2603.00002
- **阅读来源**: 未阅读（仅列表信息）
- **投票**: 未知（2026-03-05 观测）

# 论文阅读报告：Plain

## 1. 应用领域
未识别

## 2. 一句话核心贡献
未阅读，来源也没有自动摘要；论文摘要见 <https://arxiv.org/abs/2603.00002>

## 3. 使用指南
尚未阅读全文。

## 4. 主要创新点
尚未阅读全文。

## 5. 实验效果
尚未阅读全文。


{RULE}

## 📊 当日概况

- **状态**: 已定稿（settled）：上榜日开始两天之后仍查看过
- **最后查看**: 2026-03-05 08:30 UTC
- **论文**: 2 篇，另有 1 篇已下榜，1 条记录不合格
- **阅读**: 读完全文 0 篇（HTML 0、Markdown 0），仅摘要 0 篇，无法读取 0 篇，未读 2 篇
- **质量检查**: 2 项，1 项未通过
  - 警告 votes：none（1 of 2）

### 领域

- 计算机视觉：1 篇，42 票
  - 三维视觉：1 篇，42 票
- 未识别：1 篇

一篇论文计入它的每个领域及上级领域，因此各项之和会超过论文总数。

### 票数最多

1. [Seeing Stairs](https://huggingface.co/papers/2603.00001)，42 票
2. [Plain](https://huggingface.co/papers/2603.00002)，票数未知

本报告直接由数据仓库生成，生成时没有用语言模型翻译或改写；标题、自动摘要和检查说明都是来源原文，各节的作者见“读者”。
"""

SMALL_DAY_EN = f"""\
# Hugging Face Daily Papers Report
**Date**: 2026-03-02
**Source URL**: https://huggingface.co/papers/date/2026-03-02
**Status**: 2 papers, settled; the day at a glance stands at the end

{RULE}

## 📄 Seeing Stairs

- **Link**: https://huggingface.co/papers/2603.00001
- **Reading source**: not read (listing only)
- **Votes**: 42 (seen on 2026-03-05; 5 when listed)
- **Comments**: 3
- **Organization**: Step Lab
- **Code**: <https://github.com/stairs/code> (★ 7)
- **Project page**: <https://stairs.example>
- **Authors**: Ann, Bo, Cy, Di, Ed and 1 more
- **Domain evidence**: 3D vision (title “Stairs”, abstract “3D”); Computer vision (abstract “vision”)

# Paper report: Seeing Stairs

## 1. Application area
**Computer vision > 3D vision**; Computer vision

## 2. Core contribution in one sentence
Hugging Face's own summary (some/model): Stairs are found from one image.

## 3. Usage guide
The full text has not been read. The source's links to code or project page are above.

## 4. Main innovations
The full text has not been read.

## 5. Results
The full text has not been read.


{RULE}

## 📄 Plain

- **Link**: https://huggingface.co/papers/2603.00002
- **Reading source**: not read (listing only)
- **Votes**: unknown (seen on 2026-03-05)

# Paper report: Plain

## 1. Application area
Not recognized

## 2. Core contribution in one sentence
Not read, and the source has no summary; the abstract is at <https://arxiv.org/abs/2603.00002>

## 3. Usage guide
The full text has not been read.

## 4. Main innovations
The full text has not been read.

## 5. Results
The full text has not been read.


{RULE}

## 📊 The day at a glance

- **State**: settled: seen at least two days after it began
- **Last seen**: 2026-03-05 08:30 UTC
- **Papers**: 2, and 1 no longer listed, 1 record set aside
- **Reading**: 0 read in full (HTML 0, Markdown 0), 0 by abstract only, 0 could not be read, 2 not read yet
- **Quality checks**: 2, 1 failed
  - warning votes: none (1 of 2)

### Domains

- Computer vision: 1 paper, 42 votes
  - 3D vision: 1 paper, 42 votes
- Not recognized: 1 paper

A paper counts in each of its domains and in everything above them, so the numbers add up to more than the day has.

### Most votes

1. [Seeing Stairs](https://huggingface.co/papers/2603.00001), 42 votes
2. [Plain](https://huggingface.co/papers/2603.00002), votes unknown

This report is written from the warehouse alone. No language model translated or rephrased it on the way; \
titles and summaries are as in the source, and each paper names its reader.
"""


@pytest.mark.parametrize(("form", "expected"), [("zh", SMALL_DAY_ZH), ("en", SMALL_DAY_EN)])
def test_a_small_day_reads_like_this(warehouse, form, expected):
    add_small_day(warehouse)
    assert format_report(warehouse, DAY, form) == expected


def test_the_web_page_tells_the_same_day(warehouse):
    add_small_day(warehouse)
    page = format_report(warehouse, DAY, "html")
    for words in ["2 papers", "▲ 42", "5 when listed", "三维视觉", "Step Lab", "none (1 of 2)", "▲ ?", "not read"]:
        assert words in page


def test_the_web_page_loads_nothing(warehouse):
    add_small_day(warehouse)
    page = format_report(warehouse, DAY, "html")
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|\bsrc=|@import|url\(", page)


def test_the_envelope_can_be_split_into_papers_and_sections(warehouse):
    add_small_day(warehouse)
    parts = re.split(rf"^{RULE}$", format_report(warehouse, DAY, "zh"), flags=re.MULTILINE)
    blocks = [part.strip() for part in parts if part.strip().startswith("## 📄 ")]
    assert len(parts) == len(blocks) + 2
    assert [re.search(r"papers/(\S+)", block)[1] for block in blocks] == ["2603.00001", "2603.00002"]
    for block in blocks:
        assert re.findall(r"^## \d\. (.+)$", block, re.MULTILINE) == SECTIONS
        assert re.split(r"^## 5\. .+$", block, flags=re.MULTILINE)[1].strip() == "尚未阅读全文。"


def test_most_votes_first_then_position_then_id(warehouse):
    add_status(warehouse, paper_count=5)
    add_paper(warehouse, "2603.00005", position=1, upvotes=None)
    add_paper(warehouse, "2603.00004", position=3, upvotes=9)
    add_paper(warehouse, "2603.00003", position=2, upvotes=9)
    add_paper(warehouse, "2603.00002", position=2, upvotes=9)
    add_paper(warehouse, "2603.00001", position=4, upvotes=10)
    titles = re.findall(r"^## 📄 Paper 2603\.0000(\d)$", format_report(warehouse, DAY, "zh"), re.MULTILINE)
    assert titles == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("form", TEMPLATES)
def test_a_delisted_paper_is_counted_and_not_shown(warehouse, form):
    add_status(warehouse, paper_count=1, expected_count=2)
    add_paper(warehouse)
    add_paper(warehouse, "2603.00002", 2, title="Gone Again", delisted_at=SEEN)
    text = format_report(warehouse, DAY, form)
    assert "Gone Again" not in text
    assert re.search(r"另有 1 篇已下榜|1 no longer listed|no longer listed</dt><dd>1<", text)


@pytest.mark.parametrize(("form", "said"), [("zh", "当日无论文（quiet）"), ("en", "quiet"), ("html", "quiet")])
def test_a_quiet_day_says_so_and_has_no_papers(warehouse, form, said):
    add_status(warehouse, state="quiet", paper_count=0)
    text = format_report(warehouse, DAY, form)
    assert said in text
    assert "📄" not in text
    assert "<details" not in text


@pytest.mark.parametrize("form", TEMPLATES)
def test_a_failed_day_says_the_last_error(warehouse, form):
    error = {"last_error": "503 from the source, three times", "last_error_at": SEEN}
    add_status(warehouse, state="failed", paper_count=0, last_seen_at=None, **error)
    assert "503 from the source, three times" in format_report(warehouse, DAY, form)


@pytest.mark.parametrize("form", TEMPLATES)
def test_an_error_before_the_last_good_look_is_over(warehouse, form):
    add_status(warehouse, last_error="503 from the source", last_error_at=datetime(2026, 3, 4, tzinfo=UTC))
    add_paper(warehouse)
    assert "503" not in format_report(warehouse, DAY, form)


def test_the_checks_are_those_of_the_newest_accepted_fetch(warehouse):
    add_status(warehouse)
    add_paper(warehouse)
    for hour, (fetch_id, is_accepted) in enumerate([("f1", True), ("f2", True), ("f3", False)]):
        seen = SEEN.replace(hour=hour)
        insert(warehouse, "fetches", fetch_id=fetch_id, listing_date=DAY, observed_at=seen, is_accepted=is_accepted)
        check = {"suite": "s", "check_name": f"check of {fetch_id}", "severity": "warning", "success": False}
        insert(warehouse, "audit_results", fetch_id=fetch_id, observed="1", message="odd", **check)
    assert re.findall(r"check of f\d", format_report(warehouse, DAY, "zh")) == ["check of f2"]


@pytest.mark.parametrize(
    "title",
    [
        "A | B # C * D * `code` ``",
        "# not a heading #",
        "1. not a list",
        "- not a list",
        "__init__ and _x_ and N_0-VTLA",
        "<script>alert(1)</script> & &lt;b&gt; <1 GB",
        "[text](http://example.org) ![image](x) <http://example.org>",
        r"$\pi_0$ costs $5 \* ~~not~~ ~3 of ~4",
        "*" * 3 + "bold",
        RULE,
        "ends with \\",
    ],
)
def test_a_title_shows_as_itself_in_markdown(title):
    parse = MarkdownIt("commonmark").enable("strikethrough").parse
    for prefix in ("", "## 📄 "):
        inline = next(token for token in parse(f"{prefix}{escape_markdown(title)}") if token.type == "inline")
        shown = "".join(child.content for child in inline.children)
        assert {child.type for child in inline.children} <= {"text", "text_special"}
        assert shown.removeprefix("📄 ") == title


def test_a_title_stays_on_its_line(warehouse):
    add_status(warehouse)
    add_paper(warehouse, title=f"One\n{RULE}\n## 📄 Two\u2028three\x00 \u202efour")
    text = format_report(warehouse, DAY, "zh")
    assert len(re.findall(r"^## 📄 ", text, re.MULTILINE)) == 1
    assert f"## 📄 One {RULE} \\## 📄 Two three four\n" in text


@pytest.mark.parametrize("column", ["title", "abstract", "ai_summary", "ai_summary_model", "github_url", "project_url"])
def test_nothing_from_outside_becomes_html(warehouse, column):
    add_status(warehouse)
    add_paper(warehouse, **{"ai_summary": "Short.", column: '"><script>alert(1)</script><b onclick="x">'})
    page = format_report(warehouse, DAY, "html")
    assert "<script" not in page
    assert "<b onclick" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.org", "https://x.org/a b", "https://me@x.org", "//x.org"]
)
def test_only_a_web_address_becomes_a_link(warehouse, url):
    add_status(warehouse)
    add_paper(warehouse, project_url=url)
    page = format_report(warehouse, DAY, "html")
    assert f"<dd>{url}</dd>" in page
    assert f"- **项目主页**: {url}\n" in format_report(warehouse, DAY, "zh")


@pytest.mark.parametrize("form", TEMPLATES)
def test_the_same_rows_give_the_same_text(warehouse, form):
    add_small_day(warehouse)
    first = format_report(warehouse, DAY, form)
    for table in ("papers", "paper_listings", "paper_domains", "paper_authors", "domain_metrics_daily"):
        warehouse.execute(f"create table turned as select * from {table} order by rowid desc")
        warehouse.execute(f"drop table {table}; alter table turned rename to {table}")
    warehouse.execute("set timezone = 'Asia/Shanghai'")
    assert format_report(warehouse, DAY, form) == first


def test_an_unknown_date_names_the_command(warehouse):
    with pytest.raises(PaperhouseError, match=r"2026-03-02 is not in the warehouse yet; run it: make run DATE=2026"):
        format_report(warehouse, DAY, "zh")


def test_three_files_are_written_from_the_published_warehouse(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with duckdb.connect(str(settings.warehouse_link)) as connection:
        connection.execute(TABLES)
        add_small_day(connection)
    paths = render_report(settings, DAY)
    assert [path.name for path in paths] == ["2026-03-02.zh.md", "2026-03-02.en.md", "2026-03-02.html"]
    assert paths[0].read_text() == SMALL_DAY_ZH
    assert sorted(settings.reports_dir.iterdir()) == sorted(paths)
