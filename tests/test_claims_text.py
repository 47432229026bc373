"""Claims from sentences: what is a result, whose it is, and what is not one."""

import pytest
from paperhouse.claims.extract import Claim, extract_claims

from tests.claims_sentences import BOUND, PARSED, compare, read_sentences

TITLE = "OrbitNet: Ring Attention for Satellite Imagery"


def results(text: str, title: str | None = TITLE, **known: object) -> list[Claim]:
    return [c for c in extract_claims(text, title=title, **known) if c.role == "result"]


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_labelled_sentences_are_read_as_labelled(part: str) -> None:
    shares = compare(read_sentences(part))
    print(part, {field: round(share, 3) for field, share in shares.items()})
    assert shares["verbatim"] == 1
    assert shares["spot"] >= 0.9
    assert min(shares[field] for field in PARSED) >= 0.9
    assert min(shares[field] for field in BOUND) >= 0.8


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_sentences_without_results_give_none(part: str) -> None:
    silent = [s for s in read_sentences(part) if not any("result" in row["role"] for row in s.rows)]
    assert len(silent) >= 5
    assert {s.name: [c.value_text for c in results(s.text, s.title)] for s in silent} == {s.name: [] for s in silent}


def test_spans_point_into_the_original_markdown() -> None:
    text = "*   **速度**：相比 Wan 基线加速约 **7.5**倍，延迟仅 `0.48` 秒。"
    claims = extract_claims(text)
    assert [c.value_text for c in claims] == ["7.5**倍", "0.48` 秒"]
    assert all(
        text[slice(*c.value_span)] == c.value_text and text[slice(*c.evidence_span)] == c.evidence for c in claims
    )


def test_the_old_value_of_a_path_is_the_baseline_value() -> None:
    (claim,) = results("OrbitNet raises mIoU from 61.2 to 64.9 on RoadSet.")
    assert (claim.value, claim.baseline_value, claim.kind, claim.dataset) == (64.9, 61.2, "absolute", "RoadSet")


def test_a_rival_s_value_is_no_result_of_its_own() -> None:
    (claim,) = results("OrbitNet reaches 84.7% accuracy, compared with 82.1% for SpectraFormer.")
    assert (claim.value, claim.baseline, claim.baseline_value) == (84.7, "SpectraFormer", 82.1)


def test_respectively_pairs_values_with_data_sets() -> None:
    claims = results("On RoadSet and FarmSet, OrbitNet obtains 71.2% and 54.8% accuracy, respectively.")
    assert [(c.value, c.dataset, c.metric) for c in claims] == [
        (71.2, "RoadSet", "accuracy"),
        (54.8, "FarmSet", "accuracy"),
    ]


def test_parentheses_bind_to_the_name_before_them() -> None:
    claims = results("OrbitNet matches the baseline on GSM8K (90.8%) and HumanEval (77.4%) in accuracy.")
    assert [(c.value, c.dataset) for c in claims] == [(90.8, "GSM8K"), (77.4, "HumanEval")]


def test_own_method_stands_behind_we_and_benwen() -> None:
    assert results("We achieve 84.7% accuracy.")[0].method == "OrbitNet"
    assert results("本文方法的准确率达到 84.7%。")[0].method == "OrbitNet"
    assert results("We achieve 84.7% accuracy.", title=None, known_methods=["RingFormer"])[0].method == "RingFormer"


def test_method_is_carried_from_the_sentence_before() -> None:
    text = "SpectraFormer is evaluated on RoadSet. It achieves 61.2 mIoU."
    assert results(text, title=None)[0].method == "SpectraFormer"


def test_lower_is_better_for_errors_and_times() -> None:
    text = (
        "OrbitNet attains an FID of 2.1, a WER of 3.4%, a perplexity of 9.8 and a latency of 18 ms, with 92.0% recall."
    )
    assert [c.direction for c in results(text)] == ["lower_better"] * 4 + ["higher_better"]


def test_a_lead_in_line_gives_the_data_set_of_its_list() -> None:
    text = "在 RoadSet 数据集上的主要结果如下：\n*   **精度**：准确率为 84.7%。\n*   **效率**：推理速度提升 3 倍。\n"
    assert [(c.value, c.dataset) for c in results(text)] == [(84.7, "RoadSet"), (3, None)]


def test_a_hard_wrapped_abstract_reads_like_one_line() -> None:
    text = "OrbitNet reaches 84.7%\ntop-1 accuracy on RoadSet, 2.3\npoints above SpectraFormer."
    found = [(c.value, c.unit, c.metric) for c in results(text)]
    assert found == [(84.7, "%", "top-1 accuracy"), (2.3, "points", "top-1 accuracy")]


@pytest.mark.parametrize(
    "text", ["", "   \n\n", "No numbers at all.", "没有数字。", "**", "$", "1", "%", "(((", "第", "\ufeff"]
)
def test_a_text_without_claims_gives_an_empty_list(text: str) -> None:
    assert extract_claims(text) == []


def test_the_same_text_gives_the_same_claims() -> None:
    text = "\n".join(s.text for s in read_sentences("tuned"))
    assert extract_claims(text) == extract_claims(text)


@pytest.mark.parametrize("text", ["7" * 1_000_000, "61.2% " * 50_000, "1-2-" * 50_000, "提升3%，" * 50_000])
def test_what_is_no_prose_gives_no_claims_however_long(text: str) -> None:
    assert len(results(text)) < 20


def test_prose_beside_a_number_dump_is_read() -> None:
    dump = ", ".join(f"{n}.5%" for n in range(80))
    claims = results(f"{dump}.\n\nOrbitNet reaches 84.7% accuracy on RoadSet.")
    assert [(c.value, c.dataset) for c in claims] == [(84.7, "RoadSet")]


def test_a_line_of_a_million_characters_is_read() -> None:
    line = "all work and no play makes a dull paper " * 25_000 + "OrbitNet reaches 84.7% accuracy on RoadSet."
    claims = extract_claims(line, title=TITLE)
    assert [(c.value_text, c.dataset) for c in claims] == [("84.7%", "RoadSet")]
    assert len(claims[0].evidence) <= 600
