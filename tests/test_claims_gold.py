"""The labelled papers of the seed report, where they are at hand: a measurement with a floor."""

import importlib
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from paperhouse.claims.extract import extract_claims
from paperhouse.claims.own_method import find_own_method

GOLD = Path(__file__).parents[2] / "shared" / "gold"
INTRODUCTION = ("一句话核心贡献", "主要创新点")


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> dict:
    if not (GOLD / "seed_metrics_dev.json").is_file():
        pytest.skip(f"no labelled papers: {GOLD} is not there, so the extraction of claims is not measured")
    monkeypatch.syspath_prepend(str(GOLD))
    score = importlib.import_module("score_claims").score
    gold = json.loads((GOLD / "seed_metrics_dev.json").read_text(encoding="utf-8"))
    return score(gold, [row for paper in gold["papers"] for row in read_paper(paper)])


def read_paper(paper: dict) -> list[dict]:
    """The claims of the five sections; the contribution names the method that later sections mean."""
    sections = paper["sections"]
    own = find_own_method("\n".join(sections.get(name, "") for name in INTRODUCTION), paper["title"])
    known = [own] if own else []
    return [
        {"paper_id": paper["arxiv_id"], **asdict(claim)}
        for name, text in sections.items()
        for claim in extract_claims(text, section=name, title=paper["title"], known_methods=known)
    ]


def test_results_are_spotted_and_read(report: dict) -> None:
    print({k: report[k] for k in ("spot", "parse", "bind", "verbatim")})
    assert report["spot"]["f1"] >= 0.9
    assert all(share["rate"] >= 0.9 for field, share in report["parse"].items() if field != "all")


def test_results_are_bound(report: dict) -> None:
    shares = [report["bind"][field]["rate"] for field in ("metric", "method", "baseline", "dataset")]
    assert sum(shares) / 4 >= 0.8


def test_evidence_is_quoted(report: dict) -> None:
    assert report["verbatim"]["rate"] == 1
    assert report["value_text_in_evidence"]["rate"] == 1


def test_papers_without_numeric_results_give_none(report: dict) -> None:
    assert report["empty_papers"]["rate"] == 1


def test_no_labelled_paper_is_named_in_the_rules() -> None:
    if not (GOLD / "seed_metrics_dev.json").is_file():
        pytest.skip(f"no labelled papers: {GOLD} is not there")
    package = Path(sys.modules["paperhouse.claims.extract"].__file__).parent
    rules = "\n".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    titles = [p["title"] for p in json.loads((GOLD / "seed_metrics_dev.json").read_text(encoding="utf-8"))["papers"]]
    names = [t.partition(":")[0] for t in titles if re.fullmatch(r"\S+", t.partition(":")[0])]
    assert [n for n in names if n in rules] == []
