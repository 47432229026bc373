"""The form of a model's answer, and its claims bound to the candidates that our own rules found in the paper."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..claims.numbers import find_quantities
from ..claims.terms import find_metrics
from ..errors import PaperhouseError
from .llm_checks import SourceText
from .llm_prompt import Evidence


class ModelFailed(PaperhouseError):
    """The model gave no usable answer. The message names the cause and the fix; it never holds the key."""


@dataclass(frozen=True)
class Reply:
    """A complete answer: the body as it was sent, what the model wrote in it, and the tokens it cost."""

    body: str
    content: str
    tokens: int


class ModelClaim(BaseModel):
    """One number the model selected, with the names it bound to it."""

    model_config = ConfigDict(extra="forbid")
    evidence_id: str
    value_text: str
    metric: str | None
    method: str | None
    baseline: str | None
    baseline_value_text: str | None
    dataset: str | None
    role: Literal["result", "baseline", "variant", "scale", "setup"]


class ModelAnswer(BaseModel):
    """The five sections and the claims. Every field must be there: strict JSON schemas know no defaults."""

    model_config = ConfigDict(extra="forbid")
    domain_text: str
    contribution: str
    usage_guide: list[str]
    innovations: list[str]
    results: list[str]
    claims: list[ModelClaim]


ANSWER_SCHEMA = ModelAnswer.model_json_schema()
_NAMES = ("metric", "method", "baseline", "dataset")


def read_content(body: str) -> str:
    """What the model wrote, from the body of a chat completion; raises ValueError for any other body."""
    try:
        return json.loads(body)["choices"][0]["message"]["content"] or ""
    except (LookupError, TypeError) as error:
        raise ValueError(f"not a chat completion: {body[:100]!r}") from error


def read_usage(body: str) -> int | None:
    """The tokens of question and answer as the endpoint counted them, when it did."""
    tokens = (json.loads(body).get("usage") or {}).get("total_tokens")
    return tokens if isinstance(tokens, int) else None


def parse_answer(content: str) -> ModelAnswer:
    """The answer in what a model wrote, fenced or behind its thoughts or not; raises ValueError with the flaw."""
    text = re.sub(r"^\s*<think>.*?</think>", "", content, flags=re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("the answer holds no JSON object" if text.strip() else "the answer is empty")
    return ModelAnswer.model_validate_json(text[start : end + 1])


def bind_claims(
    answer: ModelAnswer, evidence: list[Evidence], source: SourceText, reader: str
) -> tuple[tuple[dict, ...], int]:
    """The candidates the model selected, with its bindings, and how many numbers it invented.

    Value, unit, kind and evidence are the candidate's. Invented is a claim without such evidence or whose value does
    not stand in it, and a baseline's value that stands nowhere. A number that is there but no candidate is passed over.
    """
    lines = {line.id: line for line in evidence}
    claims: dict[str, dict] = {}
    dropped = 0
    for chosen in answer.claims:
        line = lines.get(chosen.evidence_id.strip("[] "))
        if line is None or not SourceText(line.text).holds(chosen.value_text):
            dropped += 1
            continue
        candidate = _find_candidate(line, chosen, taken=claims)
        if candidate is None:
            continue
        baseline_text = chosen.baseline_value_text
        if baseline_text and not source.holds(baseline_text):
            baseline_text = None
            dropped += 1
        claims[candidate["claim_id"]] = _bind(chosen, candidate, baseline_text, source, reader)
    return tuple(claims.values()), dropped


def _find_candidate(line: Evidence, chosen: ModelClaim, taken: dict[str, dict]) -> dict | None:
    """The candidate of the line with this value, not taken yet; of several the one our rules bound most alike."""
    free = [claim for claim in line.candidates if claim["claim_id"] not in taken]
    same = [claim for claim in free if claim["value_text"] == chosen.value_text.strip()]
    if not same and (number := _read_number(chosen.value_text)) is not None:
        same = [claim for claim in free if claim["value"] == number]
    return max(same, key=lambda claim: sum(claim[name] == getattr(chosen, name) for name in _NAMES), default=None)


def _bind(chosen: ModelClaim, candidate: dict, baseline_text: str | None, source: SourceText, reader: str) -> dict:
    names = {
        name: getattr(chosen, name) if _stands(source, getattr(chosen, name)) else candidate[name] for name in _NAMES
    }
    found = find_metrics(names["metric"] or "")
    direction = found[0].direction if found and names["metric"] != candidate["metric"] else None
    baseline_value = _read_number(baseline_text)
    if baseline_value is None and names["baseline"] == candidate["baseline"]:
        baseline_value = candidate["baseline_value"]
    key = f"{reader} {candidate['paper_id']} {candidate['claim_id']}"
    return {
        **candidate,
        **names,
        "claim_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "role": chosen.role,
        "direction": direction or candidate["direction"],
        "baseline_value": baseline_value,
        "extractor": reader,
    }


def _stands(source: SourceText, name: str | None) -> bool:
    """A name that is null is an answer too; one that the paper does not hold is none."""
    return name is None or source.holds(name)


def _read_number(text: str | None) -> float | None:
    quantities = find_quantities(text, []) if text else []
    return quantities[0].value if len(quantities) == 1 else None
