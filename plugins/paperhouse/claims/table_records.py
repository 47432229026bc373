"""Claims from the tables of a paper: a record for each number that a header says something about."""

import hashlib
import re
from dataclasses import replace

from ..read.document import Document, Table
from .table_axes import Binding, TableReader
from .table_context import TableContext, collect_contexts
from .table_names import PaperNames, collect_names
from .table_roles import TableValue, give_roles
from .table_values import read_cell
from .table_words import read_metric

EXTRACTOR = "tables-1"
MAX_RECORDS = 2_000  # a paper; results stay before variants, and both before the rows of others
MAX_CELLS = 20_000  # a paper; tables beyond are not read
MAX_ROW = 2_000  # characters; the whole row is the evidence of each of its numbers

_ROLES = ("result", "scale", "variant", "baseline")
_OURS_ALONE = re.compile(r"(?:ours?|(?:our|the )?\s?proposed(?: \w+)?|our \w+|this (?:work|paper))\W*", re.I)
_OURS_BEHIND = re.compile(r"\s*\(ours?\)", re.I)


def extract_table_records(document: Document) -> list[dict]:
    """The claims of a paper's tables in reading order, with the columns of `paper_metrics`.

    `evidence` is the row as `render_text` writes it, `evidence_location` the id of the cell. Roles: result (the
    paper's own method), baseline (methods of others), variant (its ablations, other sizes, single classes) and scale
    (its size and cost). A result also names the best rival of its column. Tables with a flaw are not read.
    """
    names = collect_names(document)
    contexts = collect_contexts(document)
    values: list[TableValue] = []
    left = MAX_CELLS
    for table, context in zip(document.tables, contexts, strict=True):
        size = sum(map(len, table.rows))
        if table.flaw is None and size <= left:
            left -= size
            values += _read_table(table, names, context)
    kept = sorted(range(len(values)), key=lambda at: _ROLES.index(values[at].role))[:MAX_RECORDS]
    sections = {table.id: context.section for table, context in zip(document.tables, contexts, strict=True)}
    return [_to_record(values[at], names, document.reading_source, sections) for at in sorted(kept)]


def _read_table(table: Table, names: PaperNames, context: TableContext) -> list[TableValue]:
    reader = TableReader(table, names, context)
    if not reader.has_results:
        return []
    values = []
    for row_at, row in enumerate(table.rows):
        if sum(len(cell.text) + 1 for cell in row) > MAX_ROW:
            continue
        for column, cell in enumerate(row):
            numbers = read_cell(cell.text) if not cell.is_header and not cell.is_repeat else []
            binding = reader.bind(row, cell) if numbers else None
            if binding is not None:
                values += [
                    TableValue(table, row, (row_at, column, at), number, part)
                    for at, (number, part) in enumerate(
                        zip(numbers, _split_binding(binding, len(numbers)), strict=True)
                    )
                    if number is not None
                ]
    return give_roles(reader, values)


def _split_binding(binding: Binding, count: int) -> list[Binding]:
    """One binding for each number of a cell: "PSNR / SSIM" above "32.5 / 0.84"."""
    names = [name.strip() for name in re.split(r"[/|]", binding.metric.name)]
    if count == 1 or len(names) != count:
        return [binding] * count
    return [replace(binding, metric=read_metric(name) or replace(binding.metric, name=name)) for name in names]


def _to_record(value: TableValue, names: PaperNames, source: str, sections: dict[str, str | None]) -> dict:
    binding, number, rival = value.binding, value.number, value.rival
    evidence = "\t".join(cell.text for cell in value.row)
    key = f"{value.table.id} {value.place} {evidence}"
    kind = "absolute"
    if binding.is_delta or number.has_plus:
        kind = "reduction" if number.value < 0 else "improvement"
    unit = number.unit or binding.metric.unit
    return {
        "claim_id": hashlib.sha256(key.encode()).hexdigest()[:16],
        "paper_id": None,
        "paper_version": None,
        "section": sections[value.table.id],
        "role": value.role,
        "metric": binding.metric.name,
        "value": number.value,
        "value_max": number.value_max,
        "value_text": number.text,
        "unit": unit or ("points" if kind != "absolute" else None),
        "comparator": number.comparator,
        "kind": kind,
        "direction": binding.metric.direction,
        "method": _name_method(binding.method, names),
        "baseline": _name_method(rival.binding.method, names) if rival else None,
        "baseline_value": rival.number.value if rival else None,
        "dataset": binding.dataset,
        "evidence": evidence,
        "evidence_location": value.cell.id,
        "reading_source": source,
        "extractor": EXTRACTOR,
    }


def _name_method(label: str | None, names: PaperNames) -> str | None:
    """The label of a row without "(ours)"; a bare "Ours" is the paper's own method."""
    if label and names.own_method and _OURS_ALONE.fullmatch(label):
        return names.own_method
    return (_OURS_BEHIND.sub("", label) or label) if label else None
