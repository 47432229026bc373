"""`paperhouse import-report` and what follows from it: published at once, written back from the rows, as of a time."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pytest
from paperhouse.as_of import MomentInvalid, NothingKnown, open_as_of, parse_moment
from paperhouse.operate.import_report import ReportIncomplete, import_report
from paperhouse.report.render import format_report
from paperhouse.report.restore import NothingImported
from paperhouse.warehouse import open_published

from tests.conftest import build_body, make_item

DAY = date(2026, 3, 5)
BROKEN_ID = "2603.00003"

BLOCK = """
## 📄 {title}

- **链接**: https://huggingface.co/papers/{paper_id}
- **阅读来源**: {source}

### 1. 应用领域
自然语言处理

### 2. 一句话核心贡献
提出了 {title}。

### 3. 使用指南
*   **输入**：文本。

### 4. 主要创新点
1.  **更快**：一次前向即可。

### 5. 实验效果
*   在 GSM8K 上，{title} 的准确率达到 **91.5%**，比基线 CoT 高 **3.0 个百分点**。


============================================================
"""
HEAD = f"""# Hugging Face Daily Papers Report
**Date**: {DAY}
**Source URL**: https://huggingface.co/papers/date/{DAY}

============================================================
"""


def write_report(file, *papers):
    file.write_text(HEAD + "".join(BLOCK.format(title=t, paper_id=p, source=s) for t, p, s in papers))
    return file


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A warehouse with a report of three papers, the third of them without its link; then the list is fetched."""
    from paperhouse.settings import Settings

    folder = tmp_path_factory.mktemp("imported")
    settings = Settings(data_dir=folder / "data", hf_url="http://127.0.0.1:9")
    papers = [("Alpha", "2603.00001", "HTML"), ("Beta", "2603.00002", "ArXiv Abs"), ("Gamma", BROKEN_ID, "HTML")]
    file = write_report(folder / "report.md", *papers)
    whole = file.read_text()
    file.write_text(whole.replace(f"- **链接**: https://huggingface.co/papers/{BROKEN_ID}\n", ""))
    with pytest.raises(ReportIncomplete) as told:
        import_report(settings, file, say=lambda line: None)
    before = shutil.copy(settings.warehouse_link.resolve(), folder / "before.duckdb")
    items = [make_item(paper_id) for paper_id in ("2603.00001", "2603.00002", BROKEN_ID)]
    build_body(settings, str(DAY), items, f"{DAY}T20:00:00")
    return settings, file, before, str(told.value)


def rows(file, query):
    with duckdb.connect(str(file), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def test_a_report_is_published_into_an_empty_warehouse(imported):
    _, _, before, _ = imported
    assert rows(before, "select paper_id, reader, state from paper_readings order by 1") == [
        ("2603.00001", f"report:{DAY}", "read"),
        ("2603.00002", f"report:{DAY}", "abstract_only"),
    ]
    assert rows(before, "select state, paper_count, reported_count from day_status") == [("never_fetched", 2, 2)]
    assert rows(before, "select distinct metric, value_text, dataset from paper_metrics where unit = '%'") == [
        ("准确率", "91.5%", "GSM8K")
    ]


def test_a_broken_paper_is_named_with_its_line_and_nothing_of_it_is_loaded(imported):
    _, file, before, told = imported
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "Gamma" in text)
    assert f"line {line}" in told
    assert "Gamma" in told
    assert rows(before, "select count(*) from papers where title = 'Gamma'") == [(0,)]
    assert rows(before, "select source, item_number from rejected_records") == [("imported_report", line)]


def test_a_fetched_list_names_the_papers_that_the_report_lacks(imported):
    settings, _, _, _ = imported
    with open_published(settings) as warehouse:
        query = "select paper_count, reported_count, unreported_paper_ids from day_status"
        assert warehouse.execute(query).fetchall() == [(3, 2, [BROKEN_ID])]
        report = format_report(warehouse, DAY, "zh")
    assert "2 / 3" in report
    assert BROKEN_ID in report.split("## 📊")[1]


def test_the_report_comes_back_from_the_rows_alone(imported, tmp_path):
    settings, file, _, _ = imported
    shutil.rmtree(settings.readings_dir)
    with open_published(settings) as warehouse:
        restored = format_report(warehouse, DAY, "zh", "report")
    assert restored == file.read_text()[: len(restored)]
    assert restored.count("## 📄") == 2

    changed = shutil.copy(settings.warehouse_link.resolve(), tmp_path / "changed.duckdb")
    changed.chmod(0o644)
    with duckdb.connect(str(changed)) as warehouse:
        warehouse.execute("update paper_readings set contribution = '改过的一句话。' where paper_id = '2603.00001'")
        assert "改过的一句话。" in format_report(warehouse, DAY, "zh", "report")


def test_a_date_without_an_import_says_so(imported):
    settings, _, _, _ = imported
    with open_published(settings) as warehouse, pytest.raises(NothingImported, match="import-report FILE"):
        format_report(warehouse, date(2026, 3, 6), "zh", "report")


def test_a_report_as_of_a_time_knows_nothing_later(settings):
    day = date(2025, 12, 25)
    build_body(settings, str(day), [make_item("2512.00001", upvotes=3)], "2025-12-25T09:00:00")
    moment = datetime(2025, 12, 26, tzinfo=UTC)
    with open_as_of(settings, day, moment) as warehouse:
        first = format_report(warehouse, day, "zh")
    build_body(settings, str(day), [make_item("2512.00001", upvotes=9), make_item("2512.00002")], "2025-12-28T09:00:00")
    with open_as_of(settings, day, moment) as warehouse:
        assert format_report(warehouse, day, "zh") == first
    with open_as_of(replace(settings), day, parse_moment("2025-12-28")) as warehouse:
        assert warehouse.execute("select upvotes from papers order by 1").fetchall() == [(5,), (9,)]
    with pytest.raises(NothingKnown, match="nothing was known"), open_as_of(settings, day, parse_moment("2025-12-24")):
        pass
    with pytest.raises(MomentInvalid, match="2025-12-26T09:00"):
        parse_moment("yesterday")
