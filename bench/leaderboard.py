"""How well are the results of a paper read from its tables? Scored against leaderboards that people filled in.

    .venv/bin/python bench/leaderboard.py [--best] [--split train|validation]

Reads the pages of ../shared/recorded/sota_html and the labels of ../shared/recorded/pwc, and scores with
../shared/gold/score_leaderboard.py; without them it says so and stops. Nothing is kept from one run to the next.
Two numbers a split: how many labelled values that stand anywhere on the page are among the values read from its
tables, and F1 of (data set, metric, value) for records of role "result". --best keeps one value for each data set
and metric. Labels name a few scores of a paper that often reports dozens, so many a false positive is a true result;
the pages are conversions without their formulas, so about half of the labelled values stand on no page at all. What is
read from pages that show none of their labelled values can only be wrong here, and is counted apart.
"""

import argparse
import importlib.util
import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import ModuleType

from paperhouse.claims.table_records import extract_table_records
from paperhouse.errors import PaperhouseError
from paperhouse.read.document import render_text
from paperhouse.read.html import read_html

SHARED = Path(__file__).resolve().parents[2] / "shared"
NUMBER = re.compile(r"(?:\d[\d,]*)?\.?\d+")


def main(splits: list[str], best: bool) -> None:
    scorer = load_scorer()
    for split in splits:
        score_split(split, best, scorer)


def load_scorer() -> ModuleType:
    path = SHARED / "gold" / "score_leaderboard.py"
    if not path.is_file() or not (SHARED / "recorded" / "sota_html").is_dir():
        sys.exit(f"this benchmark needs {SHARED} (recorded/sota_html, recorded/pwc and gold); it is not there")
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def score_split(split: str, best: bool, scorer: ModuleType) -> None:
    labels = scorer.load_labels(SHARED / "recorded" / "pwc" / "sota_leaderboard_labels" / split)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for page in sorted((SHARED / "recorded" / "sota_html" / split).glob("*.html")):
            records, text = read_page(page)
            (Path(folder) / f"{page.stem}.json").write_text(json.dumps(records), encoding="utf-8")
            values = {value for *_, value in labels.get(page.stem, []) if value is not None}
            present = values & {scorer.number(number) for number in NUMBER.findall(text)}
            counts["pages"] += 1
            counts["unreadable"] += not text
            counts["values"] += len(values)
            counts["present"] += len(present)
            counts["found"] += len(present & {scorer.number(record["value"]) for record in records})
            counts.update(record["role"] for record in records)
            counts["blank"] += not present
            counts["blank results"] += 0 if present else sum(record["role"] == "result" for record in records)
        report = scorer.score(labels, folder, best)
    print(f"{split}: {counts['pages']} pages, {counts['unreadable']} without any text")
    print("  records: " + ", ".join(f"{counts[role]} {role}" for role in ("result", "variant", "scale", "baseline")))
    print(f"  labelled values: {counts['values']}, of them on the page {counts['present']}")
    print(f"  recall of those: {counts['found']} = {counts['found'] / counts['present']:.1%}")
    print(f"  {counts['blank']} pages show no labelled value; {counts['blank results']} results are from these")
    for name in ("tuple", "value"):
        micro, macro = report["micro"][name], report["macro"][name]
        shares = ", ".join(f"{key.upper()} {micro[key]:.1%}" for key in ("p", "r", "f1"))
        print(f"  {name}{' (best)' if best else ''}: micro {shares}; macro F1 {macro['f1']:.1%}")


def read_page(page: Path) -> tuple[list[dict], str]:
    try:
        document = read_html(page.read_bytes())
    except PaperhouseError:
        return [], ""
    return extract_table_records(document), render_text(document)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=["train", "validation"], help="only this one of the two")
    parser.add_argument("--best", action="store_true", help="one value for each data set and metric")
    arguments = parser.parse_args()
    main([arguments.split] if arguments.split else ["train", "validation"], arguments.best)
