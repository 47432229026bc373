"""`extract_claims`: a text in, its reported numbers out, each with the words that prove it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .bind import find_baseline, find_dataset, find_method
from .bind_metric import bind_metric
from .layout import MOST_NUMBERS, Sentence, split_sentences
from .name_shapes import ACTS_AFTER
from .names import Name, find_names
from .numbers import Quantity, find_quantities
from .own_method import find_known_words, find_own_method, is_benchmark_title
from .pairs import Pairs, pair_values
from .results import (
    as_parameter_count,
    continues,
    find_direction,
    inherit_comparator,
    is_result,
    name_unit,
    read_kinds,
)
from .roles import read_role
from .scene import Context, Scene, spell_list
from .terms import find_metrics


@dataclass(frozen=True)
class Claim:
    """One reported number. `evidence` and `value_text` are `text[start:end]` of their half-open spans."""

    section: str | None
    role: str  # result, scale, setup
    metric: str | None
    value: float
    value_max: float | None
    value_text: str
    value_span: tuple[int, int]
    unit: str | None
    comparator: str  # = ~ < > up_to
    kind: str  # absolute, improvement, reduction, ratio, count
    direction: str | None  # of the metric: higher_better, lower_better
    method: str | None
    baseline: str | None
    baseline_value: float | None
    dataset: str | None
    evidence: str
    evidence_span: tuple[int, int]


def extract_claims(
    text: str, *, section: str | None = None, title: str | None = None, known_methods: Iterable[str] = ()
) -> list[Claim]:
    """The claims of a plain or Markdown text, English or Chinese, in the order of the text.

    `title` and `known_methods` (first one first) name the paper's own method, which "we" and 本文方法 then mean.
    Pure, and linear in the length of the text. A text without numbers gives an empty list.
    """
    sentences = split_sentences(text)
    own_methods = list(known_methods)
    known = frozenset() if is_benchmark_title(title) else find_known_words(text, title, own_methods)
    own = own_methods[0] if own_methods else find_own_method(text, title)
    context = Context(own=None, own_dataset=own) if is_benchmark_title(title) else Context(own=own)
    claims: list[Claim] = []
    lead_dataset, block, last = None, -1, ""
    for sentence in sentences:
        if sentence.block != block:
            if not sentence.is_item:
                lead_dataset = None
            elif last.rstrip().endswith(("：", ":")) and context.dataset:
                lead_dataset = context.dataset
            block = sentence.block
            context = replace_context(context, lead_dataset)
        if not sentence.is_readable():
            continue
        found, context = read_sentence(sentence, known, section, context, lead_dataset)
        claims += [quote(text, sentence, claim) for claim in found]
        last = sentence.text
    return claims


def replace_context(context: Context, dataset: str | None) -> Context:
    """A new paragraph keeps the paper's own method and the named baseline, and what its lead-in line says."""
    return Context(own=context.own, own_dataset=context.own_dataset, baseline=context.baseline, dataset=dataset)


def read_sentence(
    sentence: Sentence, known: frozenset[str], section: str | None, context: Context, lead: str | None
) -> tuple[list[Claim], Context]:
    """The claims of one sentence, with spans inside the sentence, and what it leaves for the next."""
    text, label = sentence.text, sentence.label
    metrics, label_metrics = find_metrics(text), find_metrics(label) if label else []
    names = find_names(text, metrics, known)
    label_names = find_names(label, label_metrics, known) if label else []
    names = [replace(n, kind="dataset") if is_own_dataset(text, n, context) else n for n in names]
    scene = Scene(text, find_quantities(text, names)[:MOST_NUMBERS], metrics, names)
    pairs = pair_values(scene)
    kinds = read_kinds(scene, pairs)
    claims: list[Claim] = []
    previous: tuple[Quantity, str] | None = None
    for q in scene.quantities:
        if q.start in pairs.dropped:
            continue
        q = as_parameter_count(scene, q)
        kind = kinds[q.start]
        if kind == "absolute" and previous and continues(scene, previous[0], q):
            kind = previous[1]
        role = read_role(text, q, kind, metrics, section)
        if role is None and q.start not in pairs.baseline_values:
            continue
        bound = bind_metric(scene, q, kind, label, label_metrics, context)
        if role is None and q.start in pairs.baseline_values:
            role = "result"
        if role == "bare":
            role = "result" if is_result(scene, q, kind, bound, previous, q.start in pairs.baseline_values) else None
        if role is None:
            continue
        previous = (q, kind) if role == "result" else previous
        metric = bound[1] if bound else None
        is_result_row = role == "result"
        baseline = find_baseline(scene, q, kind, bound[0] if bound else None, context) if is_result_row else None
        claims.append(
            Claim(
                section=section,
                role=role,
                metric=bound[0] if bound and is_result_row else None,
                value=q.value,
                value_max=q.value_max,
                value_text="",
                value_span=(q.start, q.end),
                unit=name_unit(q, kind, bound[0] if bound else None),
                comparator=inherit_comparator(text, q, scene.quantities),
                kind=kind,
                direction=find_direction(q, kind, metric) if is_result_row else None,
                method=find_method(scene, q, label_names, context) if is_result_row else None,
                baseline=baseline
                or pairs.rivals.get(q.start)
                or find_stated_rival(pairs, q, kind, context, is_result_row),
                baseline_value=pairs.baseline_values.get(q.start),
                dataset=find_dataset(scene, q, metric, label, label_names, context) if is_result_row else None,
                evidence="",
                evidence_span=(0, len(text)),
            )
        )
        if is_result_row and bound and bound[1].dimension != "general":
            context.metric = bound
    return claims, remember(scene, claims, names, label_names, context, lead)


def find_stated_rival(pairs: Pairs, q: Quantity, kind: str, context: Context, is_result_row: bool) -> str | None:
    """A change beside "1.7, compared with 12.0 for Rival", or a path after a semicolon: against the same rival."""
    if not is_result_row:
        return None
    if kind == "absolute":
        return context.rival if q.start in pairs.baseline_values else None
    return next(iter(pairs.rivals.values()), None)


def is_own_dataset(text: str, name: Name, context: Context) -> bool:
    """Whether the name is the benchmark that the paper presents, or a part of it."""
    return (
        bool(context.own_dataset)
        and name.kind == "name"
        and not ACTS_AFTER.match(text, name.end)
        and name.text.startswith(context.own_dataset or "")
    )


def remember(
    scene: Scene, claims: list[Claim], names: list[Name], label_names: list[Name], context: Context, lead: str | None
) -> Context:
    """What the next sentence of the paragraph may lean on."""
    rivals = [n for n in names if n.is_baseline and n.kind == "name"]
    sets = [n for n in names if n.kind == "dataset"]
    results = [c for c in claims if c.role == "result"]
    subjects = [n for n in names if n.kind == "name" and not n.is_baseline and not n.is_aside]
    if rivals:
        context.baseline = rivals[-1].text
    named = [c.baseline for c in results if c.baseline]
    context.rival = (named[-1] if named else context.rival) if scene.text.endswith((";", "；")) else None
    if sets:
        context.dataset = spell_list(scene.text, sets)
    elif not any(c.dataset == context.dataset for c in results):
        context.dataset = lead  # two sentences on, a data set is no longer meant
    if results:
        context.method = results[-1].method
    elif subjects:
        context.method = subjects[0].text
    return context


def quote(text: str, sentence: Sentence, claim: Claim) -> Claim:
    """The claim with its spans and quotations taken from the original text."""
    value_span = sentence.original(*claim.value_span)
    evidence_span = sentence.original(*claim.evidence_span)
    value_text, evidence = text[slice(*value_span)], text[slice(*evidence_span)]
    return replace(claim, value_span=value_span, value_text=value_text, evidence_span=evidence_span, evidence=evidence)
