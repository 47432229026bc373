"""Tables become full grids with headers, or carry the flaw that keeps their numbers from being believed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paperhouse.read.document import Cell, Table
from paperhouse.read.grid import RawCell, build_table
from paperhouse.read.headers import is_numeric
from paperhouse.read.html import read_html

from tests.test_read_html import make_math, make_page

TEXT = '<div class="ltx_para"><p class="ltx_p">Text.</p></div>'


def td(text: str, attributes: str = "", name: str = "td") -> str:
    return f'<{name} class="ltx_td" {attributes}>{text}</{name}>'


def make_table(*rows: str, tag: str = "table") -> str:
    row = "tr" if tag == "table" else "span"
    inside = "".join(f'<{row} class="ltx_tr">{cells}</{row}>' for cells in rows)
    return f'<{tag} class="ltx_tabular">{inside}</{tag}>'


def read_table(html: str) -> Table:
    figure = f'<figure class="ltx_table" id="S5.T1"><figcaption class="ltx_caption">Table 1: Scores</figcaption>{html}'
    [table] = read_html(make_page(f"{figure}</figure>{TEXT}")).tables
    return table


def get_texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def find_cell(table: Table, text: str) -> Cell:
    return next(cell for row in table.rows for cell in row if cell.text == text)


def test_a_table_has_the_id_and_caption_of_its_figure_and_cells_have_ids() -> None:
    table = read_table(make_table(td("M") + td("A"), td("x") + td("1.5", 'id="S5.T1.2.2"'), td("y") + td("2.5")))
    assert (table.id, table.caption, table.flaw) == ("S5.T1", "Table 1: Scores", None)
    assert [[cell.id for cell in row] for row in table.rows[1:]] == [
        ["S5.T1.r2.c1", "S5.T1.2.2"],
        ["S5.T1.r3.c1", "S5.T1.r3.c2"],
    ]


def test_spans_fill_all_their_places_and_headers_lead_to_each_number() -> None:
    table = read_table(
        make_table(
            td("Data", 'rowspan="2"') + td("Model", 'rowspan="2"') + td("Easy", 'colspan="2"') + td("Hard"),
            td("Acc") + td("F1") + td("Acc"),
            td("CIFAR", 'rowspan="2"') + td("A") + td("1.1") + td("1.2") + td("1.3"),
            td("B") + td("2.1") + td("2.2") + td("2.3"),
        )
    )
    assert get_texts(table)[0] == ["Data", "Model", "Easy", "Easy", "Hard"]
    assert get_texts(table)[3] == ["CIFAR", "B", "2.1", "2.2", "2.3"]
    cell = find_cell(table, "2.2")
    assert (cell.row_headers, cell.column_headers) == (("CIFAR", "B"), ("Easy", "F1"))
    assert [cell.is_repeat for cell in table.rows[0]] == [False, False, False, True, False]


def test_nested_span_tabular_reads_like_a_table() -> None:
    cells = '<span class="ltx_td ltx_th ltx_colspan ltx_colspan_2">Scores</span>'
    row = '<span class="ltx_td">A</span><span class="ltx_td">1.5</span>'
    other = '<span class="ltx_td">B</span><span class="ltx_td">2.5</span>'
    table = read_table(make_table(cells, row, other, tag="span"))
    assert get_texts(table) == [["Scores", "Scores"], ["A", "1.5"], ["B", "2.5"]]
    assert table.flaw is None


def test_a_line_break_made_of_a_tabular_stays_one_cell() -> None:
    inner = '<span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">Top-1</span></span>'
    inner += '<span class="ltx_tr"><span class="ltx_td">Acc</span></span></span>'
    table = read_table(make_table(td("M") + td(inner), td("x") + td("1.5"), td("y") + td("2.5")))
    assert find_cell(table, "1.5").column_headers == ("Top-1 Acc",)


def test_tables_side_by_side_in_a_layout_table_are_tables_of_their_own() -> None:
    inner = make_table(td("M") + td("A"), td("x") + td("1.5"), td("y") + td("2.5"))
    document = read_html(make_page(make_table(td(inner) + td(inner)) + TEXT))
    assert [(table.id, table.flaw) for table in document.tables] == [("table", None), ("table.t2", None)]


def test_a_table_in_a_figure_panel_has_the_caption_of_the_panel() -> None:
    inner = make_table(td("M") + td("A"), td("x") + td("1.5"), td("y") + td("2.5"))
    panel = f'<figure class="ltx_figure ltx_figure_panel" id="F1.sf1">{inner}<figcaption>(a) Left</figcaption></figure>'
    whole = f'<figure class="ltx_figure" id="F1">{panel}<figcaption>Figure 1</figcaption></figure>'
    [table] = read_html(make_page(whole + TEXT)).tables
    assert (table.id, table.caption) == ("F1.sf1", "(a) Left")


def test_a_formula_in_a_cell_is_one_number_and_bold_is_kept() -> None:
    spread = make_math(r"71.2\pm 0.3", "<mrow><mn>71.2</mn><mo>±</mo><mn>0.3</mn></mrow>")
    bold = make_math(r"\mathbf{83.5}", "<mn>𝟖𝟑.𝟓</mn>")
    strong = '<span class="ltx_text ltx_font_bold">84.5</span>'
    table = read_table(make_table(td("M") + td("A"), td("x") + td(spread), td("y") + td(bold), td("z") + td(strong)))
    assert [(row[1].text, row[1].is_bold) for row in table.rows[1:]] == [
        ("71.2±0.3", False),
        ("83.5", True),
        ("84.5", True),
    ]


def test_a_footnote_mark_does_not_become_a_digit() -> None:
    note = '85.3<span class="ltx_note"><sup class="ltx_note_mark">1</sup>Own run.</span>'
    table = read_table(
        make_table(td("M") + td("A"), td("x") + td(note), td("y") + td('84.1<sup class="ltx_sup">2</sup>'))
    )
    assert [row[1].text for row in table.rows[1:]] == ["85.3", "84.1^2"]


def test_a_row_of_one_label_names_the_rows_below_it() -> None:
    table = read_table(
        make_table(
            td("M") + td("A"),
            td("Speech", 'colspan="2"'),
            td("x") + td("1.5"),
            td("Music"),
            td("x") + td("2.5"),
        )
    )
    assert find_cell(table, "1.5").row_headers == ("Speech", "x")
    assert find_cell(table, "2.5").row_headers == ("Music", "x")


def test_a_second_header_row_further_down_replaces_the_first() -> None:
    table = read_table(
        make_table(
            td("M", name="th") + td("PESQ", name="th") + td("STOI", name="th"),
            td("x") + td("1.5") + td("1.6"),
            td("M", name="th") + td("MCD", name="th") + td("LSD", name="th"),
            td("x") + td("2.5") + td("2.6"),
        )
    )
    assert find_cell(table, "1.6").column_headers == ("STOI",)
    assert find_cell(table, "2.6").column_headers == ("LSD",)


def test_a_row_of_decimals_that_the_converter_took_for_headers_is_data() -> None:
    table = read_table(
        make_table(td("x", name="th") + td("1.5", name="th") + td("2.5", name="th"), td("y") + td("1.6") + td("2.6"))
    )
    assert [cell.is_header for cell in table.rows[0]] == [True, False, False]


def test_whole_numbers_over_decimals_are_headers() -> None:
    table = read_table(make_table(td("R@") + td("1") + td("5"), td("x") + td("30.5") + td("60.1")))
    assert find_cell(table, "60.1").column_headers == ("5",)


def test_whole_numbers_under_a_spanning_name_are_headers() -> None:
    head = td("M", 'rowspan="2"') + td("Clusters", 'colspan="2"')
    table = read_table(make_table(head, td("250") + td("500"), td("x") + td("6.1") + td("6.2")))
    assert find_cell(table, "6.2").column_headers == ("Clusters", "500")


@pytest.mark.parametrize(
    ("rows", "flaw"),
    [
        ((td("a") + td("b") + td("c"), td("x") + td("1.5"), td("y") + td("2.5") + td("3")), "uneven rows"),
        ((td("a") + td("b"), td("x") + td("1.5")), "fewer than 2 numbers"),
        (
            (td("a") + td("b"), td("x") + td('<span class="ltx_ERROR">\\pzo</span>5.1'), td("y") + td("2.5")),
            "untranslated TeX",
        ),
        (
            (td("a", 'colspan="1000000000"') + td("1.5"), td("x") + td("2.5")),
            "a cell spans more than 200 rows or columns",
        ),
        ((td("a") + td("b"), td("x") + td("91.080.43"), td("y") + td("2.5")), "numbers run together"),
        ((td("a") + td("b", 'rowspan="2"'), td("x", 'colspan="2"') + td("1.5"), td("y") + td("2.5")), "cells overlap"),
    ],
)
def test_a_broken_table_carries_its_flaw_and_no_header_paths(rows: tuple[str, ...], flaw: str) -> None:
    table = read_table(make_table(*rows))
    assert table.flaw == flaw
    assert not any(cell.row_headers or cell.column_headers for row in table.rows for cell in row)


@pytest.mark.parametrize(
    "text", ["71.2", "71.2±0.3", "85.3†", "+1.5", "25.6M", "10^-3", "1,024", "85.3 (+1.2)", "3/5", "~90%", "(0.04)"]
)
def test_numbers_are_told_from_names(text: str) -> None:
    assert is_numeric(text)


@pytest.mark.parametrize("text", ["ResNet-50", "GSM8K", "Qwen2.5-VL-7B", "R@1", "-", "", "Top-1", "LoRA (r=8)"])
def test_names_with_digits_are_no_numbers(text: str) -> None:
    assert not is_numeric(text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(["", "a", "1.5", "2"]), st.integers(1, 4), st.integers(1, 4), st.booleans()),
            max_size=5,
        ),
        max_size=6,
    )
)
def test_any_spans_give_an_even_grid_or_a_flaw(rows: list[list[tuple[str, int, int, bool]]]) -> None:
    raw = [
        [
            RawCell(f"r{at}.c{number}", text, marked, False, down, right)
            for number, (text, down, right, marked) in enumerate(row)
        ]
        for at, row in enumerate(rows)
    ]
    table = build_table("T", "", raw)
    assert table.flaw or len({len(row) for row in table.rows}) == 1
