"""The number grammar, one form of writing a test row."""

import pytest
from paperhouse.claims.extract import extract_claims
from paperhouse.claims.names import find_names
from paperhouse.claims.numbers import find_quantities
from paperhouse.claims.terms import find_metrics


def read(text: str) -> list[tuple]:
    quantities = find_quantities(text, find_names(text, find_metrics(text)))
    return [(q.value, q.value_max, q.unit, q.comparator) for q in quantities]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("76.3%", 76.3, "%"),
        ("76.3\\%".replace("\\", ""), 76.3, "%"),
        ("78.4 percent", 78.4, "%"),
        ("11 个点", 11, "points"),
        ("6.1 个百分点", 6.1, "points"),
        ("5 percentage points", 5, "points"),
        ("2.5x", 2.5, "x"),
        ("2.5×", 2.5, "x"),
        ("10 倍", 10, "x"),
        ("3-fold", 3, "x"),
        ("two times", 2, "x"),
        ("两倍", 2, "x"),
        ("三个百分点", 3, "points"),
        ("十二倍", 12, "x"),
        ("doubles", 2, "x"),
        ("0.21秒/帧", 0.21, "s/frame"),
        ("0.2 s per frame", 0.2, "s/frame"),
        ("4.8 FPS", 4.8, "FPS"),
        ("1,850 tokens/s", 1850, "tokens/s"),
        ("260 毫秒", 260, "ms"),
        ("1 分钟", 1, "min"),
        ("40GB", 40, "GB"),
        ("29.4 dB", 29.4, "dB"),
        ("$0.40 per issue", 0.4, "USD/issue"),
        ("55,546 张", 55546, "count"),
        ("100 万 token", 1_000_000, "count"),
        ("46.5 万条", 465_000, "count"),
        ("20 亿个", 2e9, "count"),
        ("1.2 trillion tokens", 1.2e12, "count"),
        ("3.6M pages", 3_600_000, "count"),
        ("15K samples", 15_000, "count"),
        ("224×224", 224, "px"),
        ("第22名", 22, "rank"),
        ("四个梯队", 4, "tier"),
        ("3e-4", 0.0003, None),
        ("10^{-4}", 0.0001, None),
        ("4.21 分", 4.21, "score"),
        ("39.5 年", 39.5, "years"),
        ("AlphaNet2 to 84%", 84, "%"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, value: float, unit: str | None) -> None:
    ((low, high, found, _),) = read(text)
    assert (pytest.approx(value), None, unit) == (low, high, found)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("100-200 倍", 100, 200, "x"),
        ("100 至 200 倍", 100, 200, "x"),
        ("4–8 步", 4, 8, "count"),
        ("68% to 74%", 68, 74, "%"),
        ("30--60%", 30, 60, "%"),
        ("1.6~1.8 倍", 1.6, 1.8, "x"),
        ("+0.9% to +6.6%", 0.9, 6.6, "%"),
        ("3x-6x", 3, 6, "x"),
    ],
)
def test_a_range_has_two_ends(text: str, low: float, high: float, unit: str) -> None:
    ((a, b, found, _),) = read(text)
    assert (a, b, found) == (low, high, unit)


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("约 50%", "~"),
        ("about 50%", "~"),
        ("~50%", "~"),
        ("50% 左右", "~"),
        ("up to +3.5%", "up_to"),
        ("最高 10 倍", "up_to"),
        ("up to 10x", "up_to"),
        ("不超过 40GB", "up_to"),
        ("小于 1%", "<"),
        ("不到 1%", "<"),
        ("less than 1%", "<"),
        ("1 分钟以内", "<"),
        ("more than 3x", ">"),
        ("at least 3x", ">"),
        ("超过 300 FPS", ">"),
        ("120 FPS 以上", ">"),
        ("76.3%", "="),
    ],
)
def test_hedges_become_comparators(text: str, comparator: str) -> None:
    assert [q[3] for q in read(text)] == [comparator]


def test_a_path_is_two_numbers_and_no_range() -> None:
    assert [q[0] for q in read("from 71.2 to 83.5")] == [71.2, 83.5]
    assert [q[0] for q in read("从 61.2% 至 68.9%")] == [61.2, 68.9]
    assert [q[0] for q in read("nearly doubled accuracy (28% to 54%)")][-2:] == [28, 54]
    assert [q[:2] for q in read("a speedup (2 to 10 times)")] == [(2, 10)]


def test_a_unit_may_follow_after_a_latex_space() -> None:
    (claim,) = extract_claims("OrbitNet is ahead of SpectraFormer by 8.67~pp.", title="OrbitNet: Rings")
    assert (claim.value, claim.unit) == (8.67, "points")


def test_an_error_bar_belongs_to_its_number() -> None:
    assert [q[0] for q in read("57.3 ± 0.8")] == [57.3]


@pytest.mark.parametrize(
    "text",
    [
        "Qwen2.5-7B",
        "Llama 3.1 8B",
        "GPT-4o",
        "Kinetics-400",
        "RTX 5090",
        "H100",
        "Gemini 1.5 Pro",
        "W8A8",
        "3D 重建",
        "1080p 视频",
        "see [12, 15]",
        "in Section 4.2",
        "as in Table 5",
        "by Eq. 3",
        "见第 3.2 节和表 4",
        "(Smith et al., 2023)",
        "2025 年 3 月 8 日",
        "arXiv:2512.20144",
        "p < 0.01",
        "（1）首先",
        "一种方法",
        "第一",
        "step 3",
        "v2.1",
    ],
)
def test_digits_of_names_dates_and_references_are_no_numbers(text: str) -> None:
    assert read(text) == []
