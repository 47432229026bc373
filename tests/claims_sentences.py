"""Reads the labelled sentences beside this file and compares claims with them."""

import re
from dataclasses import dataclass
from pathlib import Path

from paperhouse.claims.extract import Claim, extract_claims

PARSED = ("value", "unit", "comparator", "kind", "direction")
BOUND = ("metric", "method", "baseline", "dataset")
DIRECTIONS = {"up": "higher_better", "down": "lower_better"}


@dataclass(frozen=True)
class Labelled:
    """A text with the rows that it should give; each field of a row lists the right answers."""

    name: str
    title: str
    text: str
    rows: list[dict[str, list[str | None]]]


def read_sentences(part: str) -> list[Labelled]:
    """The sentences of `claims_sentences_<part>.txt`."""
    blocks = re.split(
        r"^## ", (Path(__file__).parent / f"claims_sentences_{part}.txt").read_text(encoding="utf-8"), flags=re.M
    )
    return [read_block(block.strip().split("\n")) for block in blocks[1:]]


def read_block(lines: list[str]) -> Labelled:
    rows = [read_row(line[2:]) for line in lines[2:] if line.startswith("- ")]
    text = "\n".join(line for line in lines[2:] if not line.startswith("- "))
    return Labelled(lines[0], lines[1].removeprefix("title: "), text, rows)


def read_row(line: str) -> dict[str, list[str | None]]:
    names = (
        "role",
        "value_text",
        "value",
        "unit",
        "comparator",
        "kind",
        "direction",
        *BOUND[:3],
        "baseline_value",
        "dataset",
    )
    cells = [[None if x.strip() == "-" else x.strip() for x in cell.split(" or ")] for cell in line.split(" | ")]
    return dict(zip(names, cells, strict=False))


def claims_of(sentence: Labelled) -> list[Claim]:
    return extract_claims(sentence.text, title=sentence.title)


def is_value(claim: Claim, row: dict) -> bool:
    low, _, high = row["value"][0].partition("..")
    return claim.value == float(low) and claim.value_max == (float(high) if high else None)


def is_name(found: str | None, right: list[str | None]) -> bool:
    """Equal or one inside the other, letters and digits only; None only where None is right."""
    if found is None:
        return None in right
    letters = [re.sub(r"[\W_]", "", name).casefold() for name in (found, *(n for n in right if n))]
    return any(letters[0] in name or name in letters[0] for name in letters[1:])


def compare(sentences: list[Labelled]) -> dict[str, float]:
    """Shares: spotted F1, each parsed and bound field among the spotted results, verbatim among all claims."""
    hits = dict.fromkeys((*PARSED, *BOUND), 0)
    found = wanted = given = verbatim = total = 0
    for sentence in sentences:
        claims = claims_of(sentence)
        total += len(claims)
        verbatim += sum(c.evidence in sentence.text and c.value_text in c.evidence for c in claims)
        results = [c for c in claims if c.role == "result"]
        given += len(results)
        for row in sentence.rows:
            match = next((c for c in results if is_value(c, row)), None)
            if row["role"] == ["result"]:
                wanted += 1
            if match is None:
                continue
            results.remove(match)
            if row["role"] != ["result"]:
                given -= "result" in row["role"]
                continue
            found += 1
            hits["value"] += 1
            for field in PARSED[1:]:
                right = [DIRECTIONS.get(x, x) if field == "direction" else x for x in row[field]]
                hits[field] += getattr(match, field) in right or (field == "unit" and is_name(match.unit, right))
            for field in BOUND:
                hits[field] += is_name(getattr(match, field), row[field])
    shares = {field: count / found for field, count in hits.items()}
    return {"spot": 2 * found / (wanted + given), "verbatim": verbatim / total, **shares}
