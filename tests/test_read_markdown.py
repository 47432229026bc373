"""Markdown papers become the same structure; the page that stands in for a paper is found out."""

from pathlib import Path

import pytest
from paperhouse.read.document import render_text
from paperhouse.read.inline import clean_inline
from paperhouse.read.limits import MAX_BYTES, NotAPaper, PaperTooLarge
from paperhouse.read.markdown import is_fallback_page, read_markdown

RECORDED = Path(__file__).parents[2] / "shared" / "recorded" / "arxiv_md"

PAPER = """---
title: "Walking Nets:
  far and wide"
---

###### Abstract

Nets walk. They walk *well*.

## 1 Walk

We beat Doe \\[[3](https://arxiv.org/html/1v1#bib.bib3)\\] by $`3\\times`$.

### 1.1 Steps

- First step.
- Second step.

```
code is no prose
```

Table 1: Scores of all nets.

| Model | Easy |      | Hard |
| ----- | ---- | ---- | ---- |
|       | Acc  | F1   | Acc  |
| A     | 1.5  | **2.5** | $71.2_{\\pm 0.3}$ |
| B     | 1.6  | 2.6  | 3.6  |

## References

Doe. Old work.
"""


def test_headings_sentences_and_title_are_read() -> None:
    document = read_markdown(PAPER)
    assert (document.title, document.abstract) == ("Walking Nets: far and wide", "Nets walk. They walk well.")
    assert document.reading_source == "markdown"
    assert [(s.heading, s.level) for s in document.sections] == [("Abstract", 1), ("1 Walk", 1), ("1.1 Steps", 2)]
    assert [s.text for s in document.sections[1].sentences] == ["We beat Doe by 3×."]
    assert [s.text for s in document.sections[2].sentences] == ["First step.", "Second step."]


def test_a_pipe_table_reads_like_one_of_html() -> None:
    [table] = read_markdown(PAPER).tables
    assert (table.caption, table.flaw) == ("Table 1: Scores of all nets.", None)
    best, spread = table.rows[2][2], table.rows[2][3]
    assert (best.text, best.is_bold, best.row_headers, best.column_headers) == ("2.5", True, ("A",), ("Easy", "F1"))
    assert (spread.text, spread.column_headers) == ("71.2±0.3", ("Hard", "Acc"))


def test_an_underlined_line_is_a_heading() -> None:
    document = read_markdown("Walking Nets\n============\n\nWalk\n----\n\nThey walk.\n")
    assert (document.title, [s.heading for s in document.sections]) == ("Walking Nets", ["Walk"])


def test_a_caption_below_its_table_is_found() -> None:
    text = "# T\n\nText.\n\n| M | A |\n|---|---|\n| x | 1.5 |\n| y | 2.5 |\n\nTable 2: Below.\n"
    assert read_markdown(text).tables[0].caption == "Table 2: Below."


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("**Bold** and _thin_ and `code`", "Bold and thin and code"),
        ("see [here](https://example.org)", "see here"),
        ("![Refer to caption](https://example.org/x.png)", ""),
        ("snake_case_name stays, 2 * 3 * 4 too", "snake_case_name stays, 2 * 3 * 4 too"),
        ("costs \\$5 or \\[so\\]", "costs $5 or [so]"),
        ("between $5 and $10", "between $5 and $10"),
        ("of $10^{-3}$ and $x_{i+1}$", "of 10^-3 and x_(i+1)"),
        ("\\ours wins", "ours wins"),
    ],
)
def test_inline_marks_leave_plain_text(line: str, text: str) -> None:
    assert clean_inline(line) == text


ABSTRACT = "Nets walk. " * 60


@pytest.mark.parametrize(
    ("text", "is_fallback"),
    [
        (f"# Walking Nets\n\nAda Example\n\n## Abstract\n\n{ABSTRACT}\n", True),
        (
            f"# Walking Nets\n\n## Abstract\n\n{ABSTRACT}\n\n## Community\n\n## Models citing this paper 3\n\n- a/b\n",
            True,
        ),
        (f"# Walking Nets\n\n{ABSTRACT}\n", True),
        (f"# Walking Nets\n\n## Abstract\n\n{ABSTRACT}\n\n## 1 Introduction\n\nWe walk.\n", False),
        (f"# Walking Nets\n\n{ABSTRACT * 10}\n", False),
    ],
    ids=["abstract", "page furniture", "no heading", "paper", "long text without headings"],
)
def test_the_page_that_replaces_a_paper_is_found_out(text: str, is_fallback: bool) -> None:
    assert is_fallback_page(text, ABSTRACT) is is_fallback


def test_text_without_sentences_or_without_end_is_refused() -> None:
    with pytest.raises(NotAPaper):
        read_markdown("")
    with pytest.raises(PaperTooLarge):
        read_markdown("x" * (MAX_BYTES + 1))


@pytest.mark.parametrize("noise", ["**a ", "[", "![", "$", "_a ", "# ", "| ", "`", "\\", "<b "])
def test_endless_marks_are_read_in_linear_time(noise: str) -> None:
    assert read_markdown(f"A word. {noise * 50_000}\n\nEnd.\n").sections


def test_recorded_papers_are_read_and_none_is_taken_for_a_fallback() -> None:
    paths = sorted(RECORDED.rglob("*.md"))
    if not paths:
        pytest.skip(f"no recorded Markdown: {RECORDED} is not there, so real papers are not read")
    for path in paths:
        text = path.read_text()
        document = read_markdown(text)
        assert document.title, path
        assert len(document.sections) > 3, path
        assert not is_fallback_page(text, document.abstract), path
        rendered = render_text(document)
        assert all(sentence.text in rendered for section in document.sections for sentence in section.sentences), path
        for table in document.tables:
            assert table.flaw or not any("\\" in cell.text for row in table.rows for cell in row), (path, table.id)
