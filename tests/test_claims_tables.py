"""Claims from tables: which cells are results, of what, and whose."""

from dataclasses import replace
from pathlib import Path

import pytest
from paperhouse.claims.records import extract_from_document
from paperhouse.claims.table_records import MAX_RECORDS, extract_table_records
from paperhouse.claims.table_values import read_cell
from paperhouse.read.document import Document, Section, Sentence, render_text
from paperhouse.read.grid import RawCell, build_table
from paperhouse.read.html import read_html
from paperhouse.read.limits import NotAPaper

PAGES = Path(__file__).parents[2] / "shared" / "recorded" / "sota_html" / "train"
COMPARISON = "Table 1: Comparison with other methods on the CIFAR-10 dataset."


def make_document(*tables, text="We propose FooNet, a network.", title="FooNet: Faster Features"):
    """A paper with one sentence and tables of (caption, rows); "*x" is bold, "x|3" spans three columns."""
    built = []
    for number, (caption, rows) in enumerate(tables, 1):
        raw = [
            [make_cell(f"S4.T{number}.{at}.{column}", cell) for column, cell in enumerate(row)]
            for at, row in enumerate(rows)
        ]
        built.append(build_table(f"S4.T{number}", caption, raw))
    sections = (
        Section("abstract", "Abstract", 1, (Sentence("p1.s1", text, "p1"),)),
        Section("S4", "4 Experiments", 1, ()),
    )
    return Document(title, text, None, "html", sections, tuple(built))


def make_cell(cell_id, text):
    name, _, span = text.removeprefix("*").partition("|")
    return RawCell(cell_id, name, is_bold=text.startswith("*"), col_span=int(span or 1))


def extract(*tables, **options):
    return extract_table_records(make_document(*tables, **options))


def pick(records, *columns):
    return [tuple(record[column] for column in columns) for record in records]


def test_own_row_is_the_result_and_the_others_are_baselines():
    rows = [["Method", "Accuracy (%)"], ["BarNet", "70.1"], ["BazNet", "72.5"], ["Ours", "*74.0"]]
    assert pick(extract((COMPARISON, rows)), "role", "method", "metric", "dataset", "value", "unit") == [
        ("baseline", "BarNet", "Accuracy", "CIFAR-10", 70.1, "%"),
        ("baseline", "BazNet", "Accuracy", "CIFAR-10", 72.5, "%"),
        ("result", "FooNet", "Accuracy", "CIFAR-10", 74.0, "%"),
    ]


def test_result_names_the_best_rival_of_its_column():
    rows = [["Method", "Accuracy", "Error ↓"], ["BarNet", "70.1", "9"], ["BazNet", "72.5", "11"], ["Ours", "74.0", "8"]]
    results = [record for record in extract((COMPARISON, rows)) if record["role"] == "result"]
    assert pick(results, "baseline", "baseline_value") == [("BazNet", 72.5), ("BarNet", 9.0)]


def test_no_rival_is_named_when_two_share_the_best_value():
    rows = [["Method", "Accuracy"], ["BarNet", "72.5"], ["BazNet", "72.5"], ["Ours", "74.0"]]
    assert pick(extract((COMPARISON, rows))[-1:], "role", "baseline") == [("result", None)]


def test_evidence_is_the_row_as_the_document_is_rendered():
    document = make_document((COMPARISON, [["Method", "mIoU"], ["BarNet", "70.1±0.2"], ["FooNet (ours)", "*74.0"]]))
    records = extract_table_records(document)
    assert pick(records, "evidence", "value_text", "evidence_location", "section") == [
        ("BarNet\t70.1±0.2", "70.1", "S4.T1.1.1", "4 Experiments"),
        ("FooNet (ours)\t74.0", "74.0", "S4.T1.2.1", "4 Experiments"),
    ]
    assert all(f"{record['evidence']}\n" in render_text(document) for record in records)


def test_outer_headers_name_data_sets_and_inner_ones_metrics():
    rows = [
        ["Method", "Set5|2", "Urban100|2"],
        ["", "PSNR", "LPIPS", "PSNR", "LPIPS"],
        ["BarNet", "30.1", "0.31", "25.0", "0.42"],
        ["FooNet", "31.2", "0.25", "26.1", "0.40"],
    ]
    records = extract(("Table 1: Comparison with previous methods.", rows))
    assert pick(records[4:], "dataset", "metric", "direction", "role") == [
        ("Set5", "PSNR", "higher_better", "result"),
        ("Set5", "LPIPS", "lower_better", "result"),
        ("Urban100", "PSNR", "higher_better", "result"),
        ("Urban100", "LPIPS", "lower_better", "result"),
    ]


def test_caption_names_metric_and_data_set_of_columns_that_are_splits():
    rows = [["Method", "val", "test"], ["BarNet", "60.1", "60.4"], ["FooNet", "62.3", "62.9"]]
    caption = "Table 2: Comparison with other methods on the Cityscapes dataset (mIoU)."
    assert pick(extract((caption, rows))[2:], "dataset", "metric", "value") == [
        ("Cityscapes val", "mIoU", 62.3),
        ("Cityscapes test", "mIoU", 62.9),
    ]


def test_methods_may_head_the_columns():
    rows = [["", "BarNet", "FooNet"], ["Accuracy", "70.1", "74.0"], ["F1", "61.0", "66.2"]]
    assert pick(extract((COMPARISON, rows)), "method", "metric", "value", "role") == [
        ("BarNet", "Accuracy", 70.1, "baseline"),
        ("FooNet", "Accuracy", 74.0, "result"),
        ("BarNet", "F1", 61.0, "baseline"),
        ("FooNet", "F1", 66.2, "result"),
    ]


def test_two_metrics_may_share_a_cell():
    rows = [["Method", "PSNR / SSIM"], ["BarNet", "30.1 / 0.81"], ["FooNet", "31.0 / 0.84"]]
    assert pick(extract((COMPARISON, rows))[2:], "metric", "value", "value_text") == [
        ("PSNR", 31.0, "31.0"),
        ("SSIM", 0.84, "0.84"),
    ]


def test_an_arrow_in_the_header_beats_the_lexicon():
    rows = [["Method", "Accuracy ↓", "Zorg ↑"], ["BarNet", "70.1", "1.5"], ["FooNet", "74.0", "1.7"]]
    assert pick(extract((COMPARISON, rows))[2:], "direction") == [("lower_better",), ("higher_better",)]


def test_ablations_are_variants():
    rows = [["Method", "Accuracy"], ["Baseline", "70.1"], ["+ gate", "72.0"], ["FooNet", "*74.0"]]
    records = extract(("Table 3: Ablation study on CIFAR-10.", rows))
    assert {record["role"] for record in records} == {"variant"}


def test_single_classes_are_variants_beside_their_mean():
    rows = [["Method", "mIoU", "car", "road"], ["BarNet", "50.1", "60.2", "70.3"], ["FooNet", "55.5", "65.1", "75.2"]]
    assert pick(extract((COMPARISON, rows))[3:], "role", "metric") == [
        ("result", "mIoU"),
        ("variant", "mIoU"),
        ("variant", "mIoU"),
    ]


def test_size_and_cost_are_scale():
    rows = [["Method", "Params", "Accuracy"], ["BarNet", "25.6M", "70.1"], ["FooNet", "5.1M", "74.0"]]
    own = [record for record in extract((COMPARISON, rows)) if record["role"] != "baseline"]
    assert pick(own, "role", "value", "value_text") == [("scale", 5_100_000.0, "5.1M"), ("result", 74.0, "74.0")]


def test_differences_are_improvements_in_points():
    rows = [["Method", "Accuracy", "Gain"], ["BarNet", "70.1", "-0.5"], ["FooNet", "74.0", "+3.9"]]
    records = extract((COMPARISON.replace("methods", "methods by accuracy"), rows))
    assert pick(records, "kind", "unit", "value") == [
        ("absolute", None, 70.1),
        ("reduction", "points", -0.5),
        ("absolute", None, 74.0),
        ("improvement", "points", 3.9),
    ]


def test_without_a_label_the_bold_last_row_is_the_papers_own():
    rows = [
        ["Method", "Acc", "F1"],
        ["A-1", "70.1", "60"],
        ["B-2", "71", "62"],
        ["C-3", "70", "61"],
        ["D-4", "*75", "*66"],
    ]
    records = extract((COMPARISON, rows), text="We study features.", title="On Features")
    assert {record["method"] for record in records if record["role"] == "result"} == {"D-4"}


@pytest.mark.parametrize(
    "caption",
    ["Table 5: Hyper-parameters of FooNet.", "Table 6: Statistics of the datasets.", "Table 7: Notation."],
)
def test_tables_of_settings_are_not_read(caption):
    assert extract((caption, [["Name", "Accuracy"], ["FooNet", "0.1"], ["BarNet", "32"]])) == []


def test_columns_of_settings_are_not_read():
    rows = [
        ["Method", "Year", "Epochs", "Accuracy"],
        ["BarNet", "2020", "90", "70.1"],
        ["FooNet", "2021", "30", "74.0"],
    ]
    assert pick(extract((COMPARISON, rows)), "value") == [(70.1,), (74.0,)]


def test_flawed_tables_are_not_read():
    document = make_document((COMPARISON, [["Method", "Accuracy"], ["\\bar", "70.1"], ["FooNet", "74.0"]]))
    assert document.tables[0].flaw
    assert extract_table_records(document) == []


def test_a_number_over_several_columns_is_one_claim():
    rows = [["Method", "Accuracy", "F1"], ["BarNet", "70.1|2"], ["FooNet", "74.0", "66.0"]]
    assert pick(extract((COMPARISON, rows)), "value") == [(70.1,), (74.0,), (66.0,)]


def test_results_are_kept_when_a_paper_has_too_many_numbers():
    head = ["Method", *(f"F1@{column}" for column in range(50))]
    rows = [head, *([f"Net-{at}"] + ["60.5"] * 50 for at in range(60)), ["Ours"] + ["61.5"] * 50]
    records = extract((COMPARISON, rows))
    assert len(records) == MAX_RECORDS
    assert sum(record["role"] == "result" for record in records) == 50


def test_claims_of_the_text_come_before_those_of_the_tables():
    rows = [["Method", "Accuracy"], ["BarNet", "70.1"], ["FooNet", "74.0"]]
    document = make_document((COMPARISON, rows), text="We propose FooNet, which reaches 74.0% accuracy on CIFAR-10.")
    assert pick(extract_from_document(document), "extractor") == [("rules-1",), ("tables-1",), ("tables-1",)]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("71.2±0.3", [(71.2, "71.2", None)]),
        ("54.6 (+1.7)", [(54.6, "54.6", None)]),
        ("1,234.5*†", [(1234.5, "1,234.5", None)]),
        ("−3.5%", [(-3.5, "−3.5%", "%")]),
        ("6.7M", [(6_700_000.0, "6.7M", "count")]),
        ("18.2 ms", [(18.2, "18.2", "ms")]),
        ("3.2e-4", [(0.00032, "3.2e-4", None)]),
        ("1.5×10^-3", [(0.0015, "1.5×10^-3", None)]),
        ("60.6 0.6", [(60.6, "60.6", None)]),
        ("(1.66)", [(1.66, "1.66", None)]),
        ("[54.6]", [(54.6, "54.6", None)]),
        ("32.5 / -", [(32.5, "32.5", None), None]),
        ("512×512", []),
        ("6, 16, 16", []),
        ("[0, 30]", []),
        ("ResNet-50", []),
        ("1" + "^*" * 28 + "?x?", []),
    ],
)
def test_cells_are_parsed(cell, numbers):
    assert [number and (number.value, number.text, number.unit) for number in read_cell(cell)] == numbers


def test_a_range_has_both_ends():
    number = read_cell("∼20–35")[0]
    assert (number.value, number.value_max, number.text, number.comparator) == (20.0, 35.0, "20–35", "~")


def test_a_hedge_and_a_unit_may_stand_in_the_header():
    rows = [["Method", "Latency (ms)", "Acc."], ["BarNet", "~12.5", "70.1"], ["FooNet", "<8.5", "74.0"]]
    records = [record for record in extract((COMPARISON, rows)) if record["metric"] == "Latency"]
    assert pick(records, "unit", "comparator", "direction") == [
        ("ms", "~", "lower_better"),
        ("ms", "<", "lower_better"),
    ]


def test_of_many_own_rows_only_the_best_are_results():
    rows = [["Method", "Acc"], *([f"Net-{at}", "60.5"] for at in range(6))]
    rows += [[f"FooNet-{size}", value] for size, value in (("S", "61"), ("M", "63"), ("L", "64"), ("B", "62"))]
    records = extract((COMPARISON, rows))
    assert pick([record for record in records if record["role"] == "result"], "method") == [
        ("FooNet-M",),
        ("FooNet-L",),
    ]


def test_recorded_pages_give_claims_that_stand_in_their_text():
    pages = sorted(PAGES.glob("*.html"))[::4]
    if not pages:
        pytest.skip("the recorded pages of ../shared are not here")
    count = 0
    for page in pages:
        try:
            document = read_html(page.read_bytes())
        except NotAPaper:
            continue
        records, text = extract_table_records(document), render_text(document)
        assert all(record["evidence"] in text and record["value_text"] in record["evidence"] for record in records)
        assert len({record["claim_id"] for record in records}) == len(records)
        count += len(records)
    assert count > 2_000


def test_the_sentence_that_points_at_a_table_names_its_data_set():
    rows = [["Method", "Accuracy"], ["BarNet", "70.1"], ["FooNet", "74.0"]]
    document = make_document(("Table 1: Comparison with other methods.", rows), text="We use STL-10 and SVHN.")
    pointer = Section("S5", "5 Results", 1, (Sentence("p2.s1", "Table 1 shows results on STL-10.", "p2"),))
    document = replace(document, sections=(*document.sections, pointer))
    assert pick(extract_table_records(document), "dataset") == [("STL-10",), ("STL-10",)]


def test_neighbours_of_data_sets_are_data_sets():
    rows = [
        ["Method", "Cora", "Citeseer", "Zorgnet"],
        ["BarNet", "70.1", "71.2", "72.3"],
        ["FooNet", "75.1", "76.2", "77.3"],
    ]
    records = extract(("Table 1: Comparison with other methods (accuracy).", rows))
    assert pick(records[3:], "dataset", "role") == [("Cora", "result"), ("Citeseer", "result"), ("Zorgnet", "result")]


def test_a_heading_over_the_whole_table_changes_the_data_set():
    rows = [["SVHN|3"], ["Method", "Acc", "F1"], ["BarNet", "70.1", "60.1"], ["FooNet", "74.0", "64.0"], ["STL-10|3"]]
    rows += [["BarNet", "80.1", "81.1"], ["FooNet", "84.0", "85.0"]]
    records = extract(("Table 1: Comparison with other methods.", rows))
    assert pick(records[-2:], "dataset", "value") == [("STL-10", 84.0), ("STL-10", 85.0)]


def test_a_silent_table_has_the_usual_metric_of_its_data_set():
    rows = [["Method", "CIFAR-10", "SVHN"], ["BarNet", "90.1", "91.2"], ["FooNet", "92.1", "93.2"]]
    records = extract(("Table 1: Comparison with other methods.", rows))
    assert pick(records[2:], "metric", "dataset") == [("accuracy", "CIFAR-10"), ("accuracy", "SVHN")]


def test_short_names_are_written_in_full():
    rows = [["Method", "R-1", "R-L"], ["BarNet", "40.1", "37.1"], ["FooNet", "41.0", "38.0"]]
    records = extract(("Table 1: Comparison with other methods on CNN/DM.", rows))
    assert pick(records[2:], "metric", "dataset") == [("ROUGE-1", "CNN / Daily Mail"), ("ROUGE-L", "CNN / Daily Mail")]


def test_numbers_under_a_blank_header_are_no_results():
    rows = [["Method", "mAP", ""], ["BarNet", "40.1", "60.1"], ["FooNet", "41.0", "61.0"]]
    records = extract(("Table 1: Comparison with other methods on COCO (mAP).", rows))
    assert pick(records[2:], "value", "role") == [(41.0, "result"), (61.0, "variant")]


def test_the_test_set_is_the_result_where_the_development_set_stands_beside_it():
    rows = [["Method", "Dev", "Test"], ["BarNet", "20.1", "20.4"], ["FooNet", "18.3", "18.9"]]
    records = extract(("Table 1: Comparison with other methods on AISHELL-1 (WER).", rows))
    assert pick(records[2:], "dataset", "role") == [("AISHELL-1 Dev", "variant"), ("AISHELL-1 Test", "result")]


def test_a_second_own_row_is_a_result_only_if_it_beats_all_others():
    rows = [["Method", "Acc"], ["BarNet", "72.0"], ["BazNet", "71.0"], ["FooNet-S", "71.5"], ["FooNet-L", "74.0"]]
    results = [record for record in extract((COMPARISON, rows)) if record["role"] == "result"]
    assert pick(results, "method") == [("FooNet-L",)]


def test_headers_may_be_written_a_second_time():
    rows = [["", "Dev|2", "Test|2"], ["Large", "BLEU", "WER", "BLEU", "WER"], ["BarNet", "20.1", "9.1", "20.2", "9.2"]]
    rows += [["Small", "BLEU", "WER", "BLEU", "WER"], ["FooNet", "30.1", "8.1", "30.2", "8.2"]]
    records = extract(("Table 1: Comparison with other methods on AISHELL-1.", rows))
    assert pick(records[4:], "dataset", "metric") == [
        ("AISHELL-1 Dev", "BLEU"),
        ("AISHELL-1 Dev", "WER"),
        ("AISHELL-1 Test", "BLEU"),
        ("AISHELL-1 Test", "WER"),
    ]


def test_rivals_are_those_of_the_same_setting():
    rows = [["Method", "Scale", "PSNR"], ["BarNet", "2", "38.1"], ["BarNet", "4", "32.1"]]
    rows += [["FooNet", "2", "38.5"], ["FooNet", "4", "32.8"]]
    results = [record for record in extract((COMPARISON, rows)) if record["role"] == "result"]
    assert pick(results, "value", "baseline", "baseline_value") == [(38.5, "BarNet", 38.1), (32.8, "BarNet", 32.1)]


def test_numbers_compared_with_nobody_are_variants():
    rows = [["Method", "Accuracy", "F1"], ["BarNet", "70.1", "-"], ["BazNet", "72.5", "-"], ["FooNet", "74.0", "66.0"]]
    assert pick(extract((COMPARISON, rows))[2:], "metric", "role") == [("Accuracy", "result"), ("F1", "variant")]
