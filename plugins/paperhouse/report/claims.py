"""The few claims of a reading that a report shows, with what its words are made of."""

import re
from collections.abc import Iterable
from decimal import Decimal

MAX_CLAIMS = 5

# Sections are S1 in LaTeXML's pages and s1 in Markdown, appendices A1; everything else of a page counts behind them.
_PARTS = ("abstract", "S", "s", "A")
_ANCHOR = re.compile(r"[A-Za-z][\w.:-]*")
_BARE_NUMBER = re.compile(r"(?:[\s\d.,+\-−–—~≈±]|to|至|到)*(?:[kKMBT]|万|亿)?")
_DECIMALS = re.compile(r"\d+(?:\.(\d+))?")


def choose_claims(claims: Iterable[dict]) -> list[dict]:
    """At most five different claims, the most telling first: with a metric, with what it is measured on or against,
    from the abstract, then as the paper has them."""
    chosen = {}
    for claim in sorted(claims, key=_rank):
        chosen.setdefault(((claim["metric"] or "").casefold(), claim["value"], claim["kind"]), claim)
    return list(chosen.values())[:MAX_CLAIMS]


def describe_claim(claim: dict) -> dict:
    """The claim with `bare_unit` (None where value_text says its unit), `has_sign`, the spelled `baseline_number` and
    `change` (where the warehouse has a delta), and `place` and `url` of its evidence.

    `place` is abstract, report or an anchor of the page; only an anchor of arXiv's HTML has a `url`.
    """
    is_bare = _BARE_NUMBER.fullmatch(claim["value_text"])
    has_delta = claim["delta"] is not None and claim["baseline_value"] is not None
    decimals = _count_decimals(claim) if has_delta else 0
    location = claim["evidence_location"] or ""
    is_anchor = claim["reading_source"] == "html" and _ANCHOR.fullmatch(location) and location[:8] != "abstract"
    version = f"v{claim['paper_version']}" if claim["paper_version"] else ""
    return claim | {
        "bare_unit": claim["unit"] if claim["unit"] != "count" and is_bare else None,
        "has_sign": claim["value_text"].lstrip()[:1] in ("+", "-", "−"),
        "baseline_number": f"{claim['baseline_value']:.{decimals}f}" if has_delta else None,
        "change": f"{claim['delta']:+.{decimals}f}" if has_delta else None,
        "place": _name_place(location),
        "url": f"https://arxiv.org/html/{claim['paper_id']}{version}#{location}" if is_anchor else None,
    }


def _rank(claim: dict) -> tuple:
    location = claim["evidence_location"] or ""
    part = next((at for at, name in enumerate(_PARTS) if location.startswith(name)), len(_PARTS))
    numbers = tuple(int(number) for number in re.findall(r"\d{1,9}", location))
    in_evidence = (claim["evidence"] or "").find(claim["value_text"])
    return (
        claim["metric"] is None,
        claim["dataset"] is None and claim["baseline"] is None and claim["baseline_value"] is None,
        part,
        numbers,
        location,
        in_evidence,
        claim["claim_id"],
    )


def _count_decimals(claim: dict) -> int:
    """As many as the paper writes, and as the baseline needs; a value like 1.2M is not spelled as it counts."""
    own = -Decimal(str(claim["baseline_value"])).normalize().as_tuple().exponent
    written = _DECIMALS.search(claim["value_text"].replace(",", ""))
    is_spelled = written and float(written.group()) == abs(claim["value"])
    return max(0, own, len(written[1] or "") if is_spelled else 0)


def _name_place(location: str) -> str:
    if location.startswith("abstract"):
        return "abstract"
    return "report" if location.startswith("char=") else location
