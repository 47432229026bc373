"""The keyless reader quotes the right sentences of a paper and never writes one of its own."""

import hashlib
from pathlib import Path

import pytest
from paperhouse.read.abstract import read_abstract
from paperhouse.read.document import Document, render_text
from paperhouse.read.html import read_html
from paperhouse.read.limits import NotAPaper
from paperhouse.read.markdown import read_markdown
from paperhouse.readers.keyless import READER, read_keyless
from paperhouse.readers.passages import is_quotable
from paperhouse.readers.reading import SECTIONS, Reading

RECORDED = Path(__file__).parents[2] / "shared" / "recorded"

PAPER = """# StrideNet: Walking Robots from Video

## Abstract

Legged robots still fall on stairs. Recent methods learn to walk in simulation only.
In this paper, we propose StrideNet, a novel policy network that learns walking from video.
StrideNet takes a monocular video as input and outputs joint torques.
We further introduce a replay loss. StrideNet reaches a success rate of 91.5% on StairBench, 12% higher than GaitGPT.
Code is available at https://example.org/stridenet.

Keywords: legged locomotion, imitation learning

## 1 Introduction

Walking is an old problem. Figures help to see it.

Figure 1: We propose to look at this caption. It is no sentence of the text.

Our main contributions are as follows:

- We propose StrideNet, the first policy that learns stairs from video alone.
- We introduce a replay loss that keeps the gait stable over long runs.
- A new benchmark. We build StairBench with 40 staircases and three weather conditions.

The rest of this paper is organized as follows.

## 2 Related Work

We propose nothing here, and the code of GaitGPT is available at https://example.org/gait.

## 3 Experiments

We train StrideNet on 8 NVIDIA A100 GPUs for two days. StrideNet reaches a success rate of 91.5% on StairBench.
Removing the replay loss reduces the success rate by 7.4% on StairBench.

## 4 Conclusion

We presented StrideNet.
"""


def read(document: Document, **changes: object) -> Reading:
    fields = {"paper_id": "2501.00001", "paper_version": 2, "state": "read", "reason": None}
    return read_keyless(document, **{**fields, "read_at": "2025-01-02T00:00:00Z", **changes})


def read_abstract_of(abstract: str, title: str = "On Walking") -> Reading:
    return read(read_abstract(title, abstract), state="abstract_only", reason="not fetched yet")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(read_markdown(PAPER))


def test_the_contribution_is_the_one_sentence_that_states_it(reading: Reading) -> None:
    assert reading.contribution == (
        "In this paper, we propose StrideNet, a novel policy network that learns walking from video."
    )


def test_innovations_are_the_papers_own_list_without_bare_labels(reading: Reading) -> None:
    assert reading.innovations == (
        "- We propose StrideNet, the first policy that learns stairs from video alone.\n"
        "- We introduce a replay loss that keeps the gait stable over long runs.\n"
        "- We build StairBench with 40 staircases and three weather conditions."
    )


def test_the_usage_guide_labels_what_each_sentence_tells(reading: Reading) -> None:
    assert reading.usage_guide == (
        "- Input: StrideNet takes a monocular video as input and outputs joint torques.\n"
        "- Needs: We train StrideNet on 8 NVIDIA A100 GPUs for two days.\n"
        "- Code: Code is available at https://example.org/stridenet."
    )


def test_results_give_each_number_once_in_the_order_of_the_paper(reading: Reading) -> None:
    assert reading.results == (
        "- StrideNet reaches a success rate of 91.5% on StairBench, 12% higher than GaitGPT.\n"
        "- Removing the replay loss reduces the success rate by 7.4% on StairBench."
    )


def test_the_field_is_the_line_of_keywords_where_there_is_one(reading: Reading) -> None:
    assert reading.domain_text == "Keywords: legged locomotion, imitation learning"


def test_without_keywords_the_field_is_the_sentence_that_holds_the_given_ones() -> None:
    document = read_abstract(
        "On Walking", "Progress is fast. Gait synthesis is still very hard. We propose a simple cure for falls."
    )
    assert read(document, keywords=("gait synthesis",)).domain_text == "Gait synthesis is still very hard."


def test_every_sentence_stands_in_the_text_at_its_place(reading: Reading) -> None:
    document = read_markdown(PAPER)
    paragraphs: dict[str, str] = {}
    for section in document.sections:
        for sentence in section.sentences:
            paragraphs[sentence.paragraph_id] = f"{paragraphs.get(sentence.paragraph_id, '')} {sentence.text}"
    text = render_text(document)
    assert reading.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert {sentence.section for sentence in reading.sentences} == set(SECTIONS)
    for sentence in reading.sentences:
        assert sentence.text in text
        assert sentence.text in paragraphs[sentence.location]


def test_claims_belong_to_the_paper_and_their_ids_to_it_alone() -> None:
    document = read_markdown(PAPER)
    first, again, other = read(document), read(document), read(document, paper_id="2501.00002")
    ids = [claim["claim_id"] for claim in first.claims]
    assert {(claim["paper_id"], claim["paper_version"]) for claim in first.claims} == {("2501.00001", 2)}
    assert len(ids) == len(set(ids)) > 2
    assert first == again
    assert not set(ids) & {claim["claim_id"] for claim in other.claims}


@pytest.mark.parametrize(
    ("abstract", "contribution"),
    [
        ("Existing tools fail. We study why stairs are hard for robots. We find that light matters.", 1),
        ("This survey reviews a decade of walking machines. It covers legs and wheels.", 0),
        ("Recently, nets were proposed by others. A new proof of the stair theorem is presented. It is short.", 1),
        ("StairBench is a benchmark of 40 staircases for robots. It is large. Results show that all models fail.", 0),
        ("This is hard. To this end, we introduce Gait, a family of models. We also release a small data set.", 1),
    ],
)
def test_papers_without_a_method_of_their_own_state_a_contribution_too(abstract: str, contribution: int) -> None:
    title = "StairBench: Stairs for Robots" if abstract.startswith("StairBench") else "On Walking"
    document = read_abstract(title, abstract)
    assert read(document).contribution == document.sections[0].sentences[contribution].text


def test_a_section_is_none_where_the_abstract_says_nothing_of_the_kind() -> None:
    reading = read_abstract_of("We propose a walking robot for stairs of any kind.")
    assert (reading.state, reading.reading_source, reading.reader) == ("abstract_only", "abstract", READER)
    assert reading.usage_guide is None
    assert reading.results is None
    assert reading.claims == ()


def test_comparisons_without_a_number_are_results_of_an_abstract() -> None:
    reading = read_abstract_of(
        "We propose a gait. Extensive experiments show that it outperforms all baselines on stairs."
    )
    assert reading.results == "Extensive experiments show that it outperforms all baselines on stairs."


def test_a_link_on_its_own_line_follows_the_sentence_that_announces_it() -> None:
    paper = "# Gait\n\n## Abstract\n\nWe propose a gait. The code is available at:\n\nhttps://example.org/gait\n"
    assert read(read_markdown(paper)).usage_guide == (
        "- Code: The code is available at:\n- Code: https://example.org/gait"
    )


def test_an_empty_document_and_a_chinese_one_are_read_without_error() -> None:
    assert read(read_abstract("", "")).sentences == ()
    reading = read_abstract_of("本文提出一种行走方法。实验表明成功率提升了 12%。代码已开源。", "行走")
    assert reading.language == "zh"
    assert all(claim["paper_id"] == "2501.00001" for claim in reading.claims)


@pytest.mark.parametrize(
    "text",
    [
        "where x is the stride of the robot.",
        "Ada Example, Stair Institute, ada@example.org and others.",
        "f(x) = g(x) + h(x) = 3 + 4 = 7 ≥ 0.",
        "As shown in LABEL:fig:stairs the robot walks well.",
        "The error of the gait is at most .",
        "3 Experiments and Analysis of Walking Robots",
    ],
)
def test_fragments_formulas_and_headings_are_never_quoted(text: str) -> None:
    assert not is_quotable(text)


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded pages are not beside this repository")
def test_recorded_pages_give_verbatim_sections_and_a_contribution() -> None:
    read_count = 0
    for page in sorted(RECORDED.glob("sota_html/*/*.html"))[::12]:
        try:
            document = read_html(page.read_bytes())
        except NotAPaper:
            continue
        text, reading = render_text(document), read(document)
        assert all(sentence.text in text for sentence in reading.sentences)
        assert all(claim["evidence"] in text for claim in reading.claims)
        assert len({claim["claim_id"] for claim in reading.claims}) == len(reading.claims)
        assert reading.contribution or not document.abstract
        read_count += 1
    assert read_count > 5
