"""A daily report file: taken apart into papers, read, and written back byte for byte."""

import importlib
import json
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paperhouse.claims.records import extract_from_text
from paperhouse.imports.layout import SECTION_NAMES, ReportUnreadable
from paperhouse.imports.parse_report import decode_report, parse_report
from paperhouse.imports.readings import read_report
from paperhouse.readers.reading import SECTIONS
from paperhouse.report.render import format_report
from paperhouse.report.restore import restore_report
from paperhouse.report.text import escape_markdown, to_line

from tests import test_report

SHARED = Path(__file__).parents[2] / "shared"
SEED = SHARED / "seed" / "2025-12-25.md"
READ_AT = "2026-03-05T08:30:00Z"
RULE = "=" * 60
STYLES = ["## {n}. {name}", "### {n}. {name}", "### {n}. **{name}**", "{n}. **{name}**", "{n}. **{name}**："]
BODIES = [
    "机器人",
    "一种新方法 StairNet。",
    "*   **输入**：一张图片。",
    "1.  **两步**：\n    先看再走。",
    "准确率达到 **91.2%**。",
]
HEAD = f"""\
# Hugging Face Daily Papers Report
**Date**: 2026-03-02
**Source URL**: https://huggingface.co/papers/date/2026-03-02

{RULE}

"""


def make_block(paper_id="2603.00001", title="Seeing Stairs", source="HTML", style=STYLES[0], bodies=BODIES):
    sections = [
        f"{style.format(n=number, name=name)}\n{body}\n\n"
        for number, (name, body) in enumerate(zip(SECTION_NAMES, bodies, strict=True), 1)
    ]
    head = f"- **链接**: https://huggingface.co/papers/{paper_id}\n- **阅读来源**: {source}\n\n"
    return f"## 📄 {title}\n\n{head}{''.join(sections)}\n{RULE}\n\n"


def make_report(*blocks):
    return HEAD + "".join(blocks or [make_block(), make_block("2603.00002", "Plain")])


def make_rows(parsed):
    """The entries as a warehouse gives them back."""
    return [
        {
            "entry_number": entry.entry_number,
            "paper_id": entry.paper_id,
            "title": entry.title,
            "layout": json.dumps(entry.layout),
            **entry.bodies,
        }
        for entry in parsed.entries
    ]


def restore(parsed):
    return restore_report(json.loads(json.dumps(parsed.envelope)), make_rows(parsed))


def change_once(text, old, new):
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


@pytest.fixture
def seed() -> str:
    if not SEED.is_file():
        pytest.skip(f"no example of a report: {SEED} is not there")
    return decode_report(SEED.read_bytes())


@pytest.fixture
def own_report() -> str:
    with duckdb.connect(":memory:") as warehouse:
        warehouse.execute(test_report.TABLES)
        test_report.add_small_day(warehouse)
        warehouse.execute("update papers set title = '2. *Seeing* [Stairs] #1 \\ `x`' where paper_id = '2603.00001'")
        return format_report(warehouse, test_report.DAY, "zh")


def test_the_seed_gives_all_its_papers_and_sections(seed):
    parsed = parse_report(seed)
    assert parsed.problems == ()
    assert parsed.listing_date == date(2025, 12, 25)
    assert [entry.entry_number for entry in parsed.entries] == list(range(1, 15))
    assert sum(bool(body) for entry in parsed.entries for body in entry.bodies.values()) == 70
    assert [e.paper_id for e in parsed.entries if e.reading_source == "abstract"] == [
        "2512.21094",
        "2512.20757",
        "2512.21334",
    ]


def test_the_seed_is_written_back_byte_for_byte(seed):
    assert restore(parse_report(seed)).encode() == SEED.read_bytes()


def test_the_seeds_claims_are_as_good_as_those_of_its_sections(seed, monkeypatch):
    monkeypatch.syspath_prepend(str(SHARED / "gold"))
    score = importlib.import_module("score_claims").score
    gold = json.loads((SHARED / "gold" / "seed_metrics_dev.json").read_text(encoding="utf-8"))
    claims = [claim for reading in read_report(parse_report(seed), seed, READ_AT) for claim in reading.claims]
    result = score(gold, claims, seed)
    print({k: result[k] for k in ("spot", "parse", "bind", "verbatim")})
    assert result["spot"]["f1"] >= 0.9
    assert result["parse"]["all"]["rate"] >= 0.9
    assert sum(result["bind"][field]["rate"] for field in ("metric", "method", "baseline", "dataset")) / 4 >= 0.9
    assert len({claim["claim_id"] for claim in claims}) == len(claims)


def test_our_own_report_is_written_back_byte_for_byte(own_report):
    parsed = parse_report(own_report)
    assert parsed.problems == ()
    assert [(e.paper_id, e.title) for e in parsed.entries] == [
        ("2603.00001", r"2. *Seeing* [Stairs] #1 \ `x`"),
        ("2603.00002", "Plain"),
    ]
    assert parsed.envelope["tail"].strip().startswith("## 📊")
    assert restore(parsed) == own_report


def test_our_own_words_for_nothing_are_no_reading(own_report):
    _, plain = read_report(parse_report(own_report), own_report, READ_AT)
    assert [getattr(plain, column) for column in SECTIONS] == [None] * 5
    assert (plain.state, plain.claims, plain.sentences) == ("failed", (), ())
    assert "未阅读" in plain.reason


@settings(deadline=None)
@given(st.text())
def test_an_escaped_title_is_read_as_it_was(title):
    line = to_line(title)
    text = make_report(make_block(title=str(escape_markdown(f"T {line}"))))
    assert [entry.title for entry in parse_report(text).entries] == [f"T {line}".strip()]


BLANKS = st.sampled_from(["", "\n", "\n\n", " \n", "\t\n\n\u3000\n"])
ODD_LINES = [
    "一句话。", "   *   **输入**：图片", "5.  **实验效果**：见下", "        1.  很深的一项", "#### 小节",
    "**应用领域**很广", "=====", "| 表 | 格 |", "", "  ", "\u3000缩进", "- **链接** 见上", "> `# 代码`",
    "$a_1$ \\ 结束 ", "实验效果：", "达到 90.5% 的准确率",
]  # fmt: skip


@st.composite
def blocks(draw, paper_id):
    style = draw(st.sampled_from(STYLES))
    body = st.lists(st.sampled_from(ODD_LINES), max_size=4).map("\n".join)
    lines = [f"## 📄{draw(st.sampled_from(['', ' ', '  ']))}{draw(st.sampled_from(['A', 'A: b 📄', '应用 # c ']))}\n"]
    lines += [
        draw(BLANKS),
        f"- **链接**: https://huggingface.co/papers/{paper_id}{draw(st.sampled_from(['', '  ']))}\n",
    ]
    lines += draw(st.lists(st.sampled_from(["- **投票**: 3\n", "- **代码**: <https://e.org>\n"]), max_size=2))
    lines += [f"- **阅读来源**: {draw(st.sampled_from(['HTML', 'ArXiv Abs', 'markdown ', '未阅读（仅列表信息）']))}\n"]
    lines += [draw(BLANKS), draw(st.sampled_from(["", "# 论文报告：A\n\n"]))]
    for number, name in enumerate(draw(st.permutations(SECTION_NAMES)), 1):
        heading = style.format(n=number, name=name) + draw(st.sampled_from(["", " ", "\t"]))
        lines += [heading, "\n", draw(BLANKS), draw(body), "\n", draw(BLANKS)]
    return "".join([*lines, RULE, draw(st.sampled_from(["", " "])), "\n", draw(BLANKS)])


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_report_without_problems_is_written_back_byte_for_byte(data):
    count = data.draw(st.integers(1, 3))
    text = HEAD + "".join(data.draw(blocks(f"2603.0000{number}")) for number in range(count))
    text += data.draw(st.sampled_from(["", "## 📊 概况\n\n- 论文", "*落款*\n"]))
    text = data.draw(st.sampled_from(["", "\ufeff"])) + text
    if data.draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    parsed = parse_report(decode_report(text.encode()))
    assert [problem.message for problem in parsed.problems] == []
    assert len(parsed.entries) == count
    assert restore(parsed) == text
    for reading in read_report(parsed, text, READ_AT):
        places = [(claim["evidence"], claim["evidence_location"]) for claim in reading.claims]
        places += [(sentence.text, sentence.location) for sentence in reading.sentences]
        assert all(text.startswith(quote, int(place.removeprefix("char="))) for quote, place in places)


@pytest.mark.parametrize("style", STYLES)
def test_all_five_styles_give_the_same_sections(style):
    (entry,) = parse_report(make_report(make_block(style=style))).entries
    assert list(entry.bodies.values()) == BODIES


def test_changed_rows_show_in_the_report():
    parsed = parse_report(make_report())
    rows = make_rows(parsed)
    rows[0] |= {"paper_id": "2603.00009", "title": "Seeing *More*", "results": "没有变化。"}
    again = parse_report(restore_report(parsed.envelope, rows)).entries[0]
    assert (again.paper_id, again.title, again.bodies["results"]) == ("2603.00009", "Seeing *More*", "没有变化。")
    assert again.bodies["usage_guide"] == BODIES[2]


def test_a_reading_says_where_it_was_read():
    text = make_report(make_block(), make_block("2603.00002", source="ArXiv Abs"))
    full, abstract = read_report(parse_report(text), text, READ_AT)
    assert (full.reading_source, full.state, full.reason, full.language) == ("html", "read", None, "zh")
    assert (abstract.reading_source, abstract.state) == ("abstract", "abstract_only")
    assert [(c["section"], c["value"], c["paper_id"]) for c in full.claims] == [("实验效果", 91.2, "2603.00001")]
    assert full.claims[0].keys() == extract_from_text("准确率达到 91.2%。")[0].keys()
    assert full.entry["listing_date"] == "2026-03-02"


GOOD = make_report()
FIRST, SECOND = make_block(), make_block("2603.00002", "Plain")
TITLE = "## 📄 Seeing Stairs"


@pytest.mark.parametrize(
    ("text", "left_out", "at", "told"),
    [
        (change_once(GOOD, "- **链接**: https://huggingface.co/papers/2603.00001\n", ""), None, TITLE, "no link"),
        (change_once(GOOD, "papers/2603.00001", "papers/stairs"), None, "- **链接**", "names no paper"),
        (change_once(GOOD, "- **阅读来源**: HTML\n", ""), "2603.00001", TITLE, "no reading source"),
        (change_once(GOOD, "来源**: HTML", "来源**: PDF"), "2603.00001", "- **阅读来源**: PDF", "'PDF'"),
        (change_once(GOOD, "## 3. 使用指南\n", ""), "2603.00001", TITLE, "lacks 3. 使用指南"),
        (change_once(GOOD, "## 4. 主要创新点", "## 4. 创新"), "2603.00001", "## 4. 创新", "「创新」"),
        (change_once(GOOD, "\n\n\n" + RULE, "\n\n## 6. 局限\n无\n" + RULE), "2603.00001", "## 6. 局限", "「局限」"),
        (change_once(GOOD, "## 5. 实验效果", "## 3. 使用指南"), "2603.00001", "## 3. 使用指南", "lines 18 and 25"),
        (change_once(GOOD, RULE + "\n\n## 📄 Pl", "## 📄 Pl"), "2603.00001", "## 📄 Plain", "line of 60 ="),
        (GOOD.rstrip("=\n") + "\n" + "=" * 30, "2603.00002", "=" * 30, "breaks off"),
        (GOOD[: GOOD.rindex("## 4.")], "2603.00002", "*   **输入**", "breaks off"),
        (change_once(GOOD, "## 1. 应", "**Date**: 2026-03-01\n\n## 1. 应"), "2603.00001", "**Date**", "2026-03-01"),
        (make_report(FIRST, SECOND, FIRST), "2603.00001", TITLE, "2 times, on lines 7 and 55"),
        (change_once(GOOD, "## 📄 Plain", "Plain"), "2603.00002", "Plain", "no title"),
        (change_once(GOOD, "准确率", RULE + "\n准确率"), "2603.00001", "准确率", "behind its line of ="),
        (change_once(GOOD, TITLE, "## 📄"), "2603.00001", "## 📄", "no title"),
    ],
)
def test_a_broken_paper_is_left_out_whole_and_named(text, left_out, at, told):
    parsed = parse_report(text)
    problem = next(problem for problem in parsed.problems if told in problem.message)
    assert problem.paper_id == left_out
    assert text.split("\n")[problem.line_number - 1].startswith(at)
    assert problem.message.startswith(f"line {problem.line_number}: {left_out or 'Seeing Stairs'} ")
    (kept,) = parsed.entries
    assert kept.paper_id != left_out
    assert kept.entry_number == 1
    assert list(kept.bodies.values()) == BODIES
    assert parse_report(restore(parsed)).problems == ()
    assert not left_out or left_out not in restore(parsed)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: the file is empty"),
        (b"\xef\xbb\xbf\r\n", "line 1: the file is empty"),
        (HEAD.encode(), "line 5: no paper"),
        (change_once(GOOD, "**Date**: 2026-03-02\n", "").encode(), "line 6: no date"),
        (change_once(GOOD, "**Date**: 2026-03-02", "**Date**: 2026-3-2").encode(), "line 2: '2026-3-2'"),
        (change_once(GOOD, "date/2026-03-02", "date/2026-03-03").encode(), "line 3: 2026-03-03"),
        ((GOOD + GOOD.replace("2026-03-02", "2026-03-03")).encode(), "line 56: 2026-03-03"),
        (GOOD.encode("gb18030", "ignore"), "line 7: the file is not UTF-8"),
        (GOOD.encode("utf-16"), "line 1: the file is not UTF-8"),
        (GOOD.replace("机器人", "机器\0人").encode(), "line 13: a NUL"),
        ("# 论文日报\n\n### 1. 一篇论文\n".encode(), "no date"),
    ],
)
def test_a_file_without_one_day_or_any_paper_is_refused(content, told):
    with pytest.raises(ReportUnreadable, match=re.escape(told)):
        parse_report(decode_report(content))


def test_a_report_cut_anywhere_gives_only_whole_papers():
    whole = parse_report(GOOD).entries
    for cut in range(GOOD.index("## 📄"), len(GOOD), 3):
        try:
            parsed = parse_report(GOOD[:cut])
        except ReportUnreadable:
            continue
        kept = [(entry.paper_id, entry.bodies) for entry in parsed.entries]
        assert kept == [(entry.paper_id, entry.bodies) for entry in whole][: len(kept)]
        assert len(kept) + len(parsed.problems) >= GOOD[:cut].count("## 📄")
