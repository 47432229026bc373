"""What the daily report says about papers that were read."""

import re

import duckdb
import pytest
from markdown_it import MarkdownIt
from paperhouse.readers.reading import SECTIONS
from paperhouse.report.render import TEMPLATES, format_report

from tests.report_rows import DAY, TABLES, add_paper, add_status, insert

PAPER = "2603.00001"
RULE = "=" * 60
HOSTILE = '"><script>alert(1)</script> [x](javascript:y) | **b**'


@pytest.fixture
def warehouse():
    with duckdb.connect(":memory:") as connection:
        connection.execute(TABLES)
        yield connection


def add_reading(warehouse, paper_id=PAPER, **row):
    defaults = {
        "paper_version": 2,
        "reading_source": "html",
        "reader": "keyless-1",
        "language": "en",
        "state": "read",
        "dropped_claim_count": 0,
        "is_current": True,
        "is_shown": True,
    }
    insert(warehouse, "paper_readings", paper_id=paper_id, **{**defaults, **row})


def add_claim(warehouse, value_text="71.2", paper_id=PAPER, **row):
    number = re.search(r"[\d.]+", value_text)[0]
    defaults = {
        "claim_id": f"{paper_id} {value_text} {row.get('metric')} {row.get('evidence_location')}",
        "paper_version": 2,
        "role": "result",
        "metric": "F1",
        "value": float(number),
        "comparator": "=",
        "kind": "absolute",
        "evidence": f"It reaches {value_text}.",
        "evidence_location": "S5.p2",
        "reading_source": "html",
        "reader": "keyless-1",
    }
    insert(warehouse, "paper_metrics", paper_id=paper_id, value_text=value_text, **{**defaults, **row})


def add_read_day(warehouse, **reading):
    add_status(warehouse)
    add_paper(warehouse, title="Seeing Stairs")
    add_reading(warehouse, **reading)


def read_section(text, number):
    """One section of the first paper."""
    block = text.split(f"\n{RULE}\n")[1]
    return re.split(r"^## \d\. .+\n", block, flags=re.MULTILINE)[number].strip()


READ_BLOCK = """\
## 📄 Seeing Stairs

- **链接**: https://huggingface.co/papers/2603.00001
- **阅读来源**: HTML
- **读者**: keyless-1（规则摘录，英文原句），v2
- **投票**: 1（2026-03-05 观测）
- **评论**: 0

# 论文阅读报告：Seeing Stairs

## 1. 应用领域
Stairs matter to robots.

## 2. 一句话核心贡献
We find stairs in \\*one\\* image.

## 3. 使用指南
原文中未找到。

## 4. 主要创新点
- It is new.
- It is \\# 1.

## 5. 实验效果
- It wins.

结果数字与依据：

- **F1** 提升约 11 points（Stairs；StepQA；对比 Ramp）〔摘要〕
- **F1** 68.2 → 71.2%，+3.0（StepQA）〔[S5.p2](https://arxiv.org/html/2603.00001v2#S5.p2)〕
- 最高 10 倍〔[S6.T1.2](https://arxiv.org/html/2603.00001v2#S6.T1.2)〕
"""


def test_a_paper_that_was_read_reads_like_this(warehouse):
    add_read_day(
        warehouse,
        domain_text="Stairs matter to robots.",
        contribution="We find stairs in *one* image.",
        innovations="- It is new.\n- It is # 1.",
        results="- It wins.",
    )
    add_claim(warehouse, "10", metric=None, comparator="up_to", kind="ratio", unit="x", evidence_location="S6.T1.2")
    change = {"baseline_value": 68.2, "delta": 3.0000000000000004}
    add_claim(warehouse, "71.2", unit="%", dataset="StepQA", **change)
    told = {"method": "Stairs", "dataset": "StepQA", "baseline": "Ramp", "evidence_location": "abstract.p1"}
    add_claim(warehouse, "11", kind="improvement", unit="points", comparator="~", **told)
    assert format_report(warehouse, DAY, "zh").split(f"\n{RULE}\n")[1].strip() == READ_BLOCK.strip()


@pytest.mark.parametrize(
    ("form", "readings", "chosen"),
    [
        ("zh", [("a", "en", "read", True), ("b", "zh", "read", False)], "b"),
        ("en", [("a", "en", "read", False), ("b", "zh", "read", True)], "a"),
        ("zh", [("a", "en", "read", False), ("b", "zh", "abstract_only", True)], "a"),
        ("zh", [("a", "zh", "failed", True), ("b", "en", "unusable", False)], "b"),
        ("html", [("a", "en", "read", False), ("b", "en", "read", True)], "b"),
        ("zh", [("b", "en", "read", False), ("a", "en", "read", False)], "a"),
    ],
)
def test_read_in_full_first_then_the_reports_language_then_the_shown_one(warehouse, form, readings, chosen):
    add_status(warehouse)
    add_paper(warehouse)
    for name, language, state, is_shown in readings:
        row = {"reader": f"llm-1:{name}", "language": language, "state": state, "is_shown": is_shown}
        add_reading(warehouse, contribution=f"Told by {name}.", **row)
    assert re.findall(r"Told by (\w)", format_report(warehouse, DAY, form)) == [chosen]


def test_only_readers_of_the_asked_source_count(warehouse):
    add_read_day(warehouse, reader="llm-1:m", contribution="Told by the model.")
    add_reading(warehouse, contribution="Told by the rules.", is_shown=False)
    assert "Told by the model." in format_report(warehouse, DAY, "en")
    assert "Told by the rules." in format_report(warehouse, DAY, "en", "keyless")
    assert "The full text has not been read." in format_report(warehouse, DAY, "en", "report")


def test_a_reading_that_is_not_current_is_not_shown(warehouse):
    add_read_day(warehouse, contribution="Old.", is_current=False)
    assert "Old." not in format_report(warehouse, DAY, "zh")


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({"state": "read"}, "原文中未找到。\n\n已读全文，未找到可核对的结果数字。"),
        ({"state": "read", "results": "It wins."}, "It wins.\n\n已读全文，未找到可核对的结果数字。"),
        ({"state": "no_html_yet", "reading_source": "abstract"}, "仅读了摘要，摘要未提及。"),
        (
            {"state": "unusable", "reading_source": "abstract", "results": "It wins."},
            "It wins.\n\n以上仅据摘要；全文中的结果尚未阅读。",
        ),
        ({"state": "failed", "reading_source": "abstract"}, "尚未阅读全文。"),
    ],
)
def test_no_results_reported_and_not_read_in_full_are_told_apart(warehouse, reading, said):
    add_read_day(warehouse, **reading)
    assert read_section(format_report(warehouse, DAY, "zh"), 5) == said


def test_the_head_says_why_a_paper_was_not_read_in_full(warehouse):
    add_read_day(warehouse, state="unusable", reading_source="abstract", reason="the page is 40 MB", paper_version=None)
    assert (
        "- **阅读来源**: ArXiv Abs\n- **读者**: keyless-1（规则摘录，英文原句）\n"
        "- **未读全文**: 全文无法读取：the page is 40 MB\n" in format_report(warehouse, DAY, "zh")
    )


def test_without_a_contribution_the_sources_own_summary_is_shown_and_named(warehouse):
    add_status(warehouse)
    add_paper(warehouse, ai_summary="Short.")
    add_reading(warehouse, results="It wins.")
    assert read_section(format_report(warehouse, DAY, "zh"), 2) == "Hugging Face 自动摘要（英文原文）：Short."


def test_an_imported_section_stays_the_markdown_that_was_written_and_its_html_is_text(warehouse):
    body = "1.  **新**：`code`\n    *   内层 <b>\n\n| a | b |"
    add_read_day(warehouse, reader="report:2026-03-05", language="zh", paper_version=None, innovations=body)
    assert read_section(format_report(warehouse, DAY, "zh"), 4) == body.replace("<b>", r"\<b>")
    page = format_report(warehouse, DAY, "html")
    assert "<li>新：`code`</li>\n<li>内层 &lt;b&gt;</li>\n</ul>\n<p>| a | b |</p>" in page


def test_an_imported_section_cannot_begin_another_paper_or_section(warehouse):
    body = f"One\n{RULE}\n## 📄 Two\n## 5. 实验效果\n### 5. fine"
    add_read_day(warehouse, reader="report:2026-03-05", innovations=body)
    text = format_report(warehouse, DAY, "zh")
    assert len(re.findall(rf"^{RULE}$", text, re.MULTILINE)) == 2
    assert re.findall(r"^## (\S+)", text, re.MULTILINE) == ["📄", "1.", "2.", "3.", "4.", "5.", "📊"]
    assert "\n### 5. fine\n" in text


@pytest.mark.parametrize("reader", ["keyless-1", "llm-1:m", "report:2026-03-05"])
def test_nothing_that_was_read_becomes_html(warehouse, reader):
    sections = dict.fromkeys(SECTIONS, HOSTILE)
    add_read_day(warehouse, reader=reader, state="unusable", reason=HOSTILE, **sections)
    names = dict.fromkeys(["metric", "unit", "method", "baseline", "dataset", "evidence"], HOSTILE)
    add_claim(warehouse, "71", reader=reader, evidence_location=HOSTILE, **names)
    page = format_report(warehouse, DAY, "html")
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert page.count("&lt;script&gt;") >= 10


def test_what_was_read_shows_as_itself_in_markdown(warehouse):
    add_read_day(warehouse, contribution=HOSTILE, results=f"- {HOSTILE}\n- {RULE}\n- 2. two")
    add_claim(warehouse, "71", metric=HOSTILE, dataset=HOSTILE, evidence_location=HOSTILE)
    text = format_report(warehouse, DAY, "zh")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in html
    assert 'href="javascript' not in html
    cells = re.search(r"<tbody>\n<tr>\n(.+?)</tr>", html, re.DOTALL)[1]
    assert cells.count("<td>") == 7
    assert f"<li>{RULE}</li>\n<li>2. two</li>" in html


def test_the_five_most_telling_numbers_of_the_shown_reading(warehouse):
    add_read_day(warehouse)
    for value, row in {
        "7": {"metric": None, "evidence_location": "abstract.p1"},
        "6": {"evidence_location": "S2.p1"},
        "5": {"evidence_location": "abstract.p1"},
        "4": {"dataset": "D", "evidence_location": "A1.p1"},
        "3": {"dataset": "D", "evidence_location": "S10.p1"},
        "2": {"baseline": "B", "evidence_location": "S9.p1"},
        "1": {"dataset": "D", "evidence_location": "abstract.p1"},
    }.items():
        add_claim(warehouse, value, **row)
    add_claim(warehouse, "1", dataset="D", evidence_location="S9.p1")  # said again
    add_claim(warehouse, "10", dataset="D", role="baseline")
    add_claim(warehouse, "11", dataset="D", reader="report:2026-03-05")
    section = read_section(format_report(warehouse, DAY, "zh"), 5)
    assert re.findall(r"^- \*\*F1\*\* (\d+)", section, re.MULTILINE) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("value_text", "claim", "said"),
    [
        ("76.3", {"unit": "%"}, "76.3%"),
        ("76.3%", {"unit": "%"}, "76.3%"),
        ("1", {"unit": "min", "comparator": "<"}, "小于 1 min"),
        ("1 分钟", {"unit": "min", "comparator": ">"}, "至少 1 分钟"),
        ("300M", {"unit": "count", "value": 3e8}, "300M"),
        ("+3.4", {"unit": "points", "kind": "improvement"}, "+3.4 points"),
        ("3.4 points", {"unit": "points", "kind": "reduction"}, "降低 3.4 points"),
        ("1.2M", {"value": 1.2e6, "baseline_value": 9e5, "delta": 3e5}, "900000 → 1.2M，+300000"),
        ("0.35 s", {"unit": "s", "baseline_value": 1.2, "delta": -0.85}, "1.20 → 0.35 s，-0.85"),
    ],
)
def test_a_number_is_written_as_in_the_paper_with_its_unit(warehouse, value_text, claim, said):
    add_read_day(warehouse)
    add_claim(warehouse, value_text, **claim)
    assert f"\n- **F1** {said}〔" in format_report(warehouse, DAY, "zh")


@pytest.mark.parametrize(
    ("claim", "mark"),
    [
        ({"paper_version": None}, "[S5.p2](https://arxiv.org/html/2603.00001#S5.p2)"),
        ({"reading_source": "markdown"}, "S5.p2"),
        ({"evidence_location": "char=120"}, "导入的报告"),
        ({"evidence_location": 'S1" x'}, 'S1" x'),
    ],
)
def test_only_an_anchor_of_the_html_page_is_linked(warehouse, claim, mark):
    add_read_day(warehouse, reading_source=claim.get("reading_source", "html"))
    add_claim(warehouse, **claim)
    assert f"〔{mark}〕\n" in format_report(warehouse, DAY, "zh")


def test_the_web_page_quotes_the_evidence(warehouse):
    add_read_day(warehouse)
    add_claim(warehouse, evidence='It "wins".')
    page = format_report(warehouse, DAY, "html")
    assert 'href="https://arxiv.org/html/2603.00001v2#S5.p2" title="It &#34;wins&#34;."' in page
    assert "“It &#34;wins&#34;.”" in page


LAST_BLOCK = """\
- **论文**: 5 篇
- **阅读**: 读完全文 2 篇（HTML 1、Markdown 1），仅摘要 1 篇，无法读取 1 篇，未读 1 篇
  - 无法读取 2603.00004：the page is 40 MB
- **未采用的数字**: 3 个，原文中找不到
- **领域一致**: 文字与阅读得出的领域在 2 / 3 篇上一致（一级领域 3 篇）
- **导入**: 导入的报告含 3 / 5 篇，缺：2603.00004, 2603.00005，另有 1 篇不在列表中
"""


def test_the_last_block_counts_what_was_read(warehouse):
    add_status(warehouse, paper_count=5, reported_count=4, unreported_paper_ids=["2603.00004", "2603.00005"])
    for number in range(1, 6):
        add_paper(warehouse, f"2603.0000{number}", number)
    add_reading(warehouse, dropped_claim_count=1)
    add_reading(warehouse, "2603.00002", reading_source="markdown", dropped_claim_count=2)
    add_reading(warehouse, "2603.00003", reading_source="abstract", state="no_html_yet")
    add_reading(warehouse, "2603.00004", reading_source="abstract", state="unusable", reason="the page is 40 MB")
    add_reading(
        warehouse, "2603.00005", reading_source="abstract", state="failed", reader="report:2026-03-05", reason="listed"
    )
    agreement = {"paper_count": 3, "same_root_count": 3, "same_branch_count": 2}
    insert(warehouse, "domain_agreement", listing_date=DAY, **agreement)
    assert LAST_BLOCK in format_report(warehouse, DAY, "zh")


def test_the_numbers_of_the_day_hold_three_a_paper(warehouse):
    add_read_day(warehouse)
    for value in ("1", "2", "3", "4"):
        add_claim(warehouse, value, method="Stairs", evidence_location="abstract.p1")
    link = f"[Seeing Stairs](https://huggingface.co/papers/{PAPER})"
    rows = [line for line in format_report(warehouse, DAY, "zh").splitlines() if line.startswith(f"| {link}")]
    assert rows == [f"| {link} | F1 | {value} |  | Stairs |  | 〔摘要〕 |" for value in "123"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("zh", ["1 篇，未抓取（never_fetched）", "**投票**: 未知\n", "导入的报告含 1 篇\n"]),
        ("en", ["1 paper, never fetched;", "**Votes**: unknown\n", "the imported report has 1 paper\n"]),
        ("html", [">never fetched</span>", "<dd>unknown</dd>", "The imported report has 1 paper."]),
    ],
)
def test_a_day_known_from_an_imported_report_alone_says_so(warehouse, form, said):
    add_status(warehouse, state="never_fetched", last_seen_at=None, reported_count=1, unreported_paper_ids=[])
    add_paper(warehouse, upvotes=None, comment_count=None)
    warehouse.execute("update papers set last_observed_at = null")
    text = format_report(warehouse, DAY, form)
    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize("form", TEMPLATES)
def test_the_same_readings_give_the_same_text(warehouse, form):
    add_read_day(warehouse, contribution="One.")
    add_reading(warehouse, reader="keyless-2", contribution="Two.")
    for value in ("3", "1", "2"):
        add_claim(warehouse, value)
    first = format_report(warehouse, DAY, form)
    for table in ("paper_readings", "paper_metrics"):
        warehouse.execute(f"create table turned as select * from {table} order by rowid desc")
        warehouse.execute(f"drop table {table}; alter table turned rename to {table}")
    assert format_report(warehouse, DAY, form) == first
