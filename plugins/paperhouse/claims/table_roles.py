"""Who is who in a table: rows (or columns) of the paper's own method, of others, and variants of one's own."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from ..read.document import Cell, Table
from .metric_names import UP
from .table_axes import Binding, TableReader
from .table_kinds import is_ablation, is_appendix, is_picture
from .table_values import CellNumber

MAX_HEADLINES = 2  # own rows of one setting that count as results: papers show a standard and a large model
_WITHOUT = re.compile(r"\bw/o\b|\bwithout\b", re.I)


@dataclass(frozen=True)
class TableValue:
    """One number of a table with its place and meaning. Roles: result, baseline, variant, scale."""

    table: Table
    row: tuple[Cell, ...]
    place: tuple[int, int, int]  # row, column, which number of the cell
    number: CellNumber
    binding: Binding
    role: str = "baseline"
    rival: "TableValue | None" = None

    @property
    def cell(self) -> Cell:
        return self.row[self.place[1]]

    @property
    def rank(self) -> float:
        """The value, turned so that more is better."""
        return self.number.value if self.binding.metric.direction == UP else -self.number.value


def give_roles(reader: TableReader, values: list[TableValue]) -> list[TableValue]:
    """The values of one table with their roles, and with the best rival beside each result.

    A result is a number of the paper's own method in a comparison with others, of a metric whose direction is known,
    on a named data set. What else is its own, and all rows of an ablation, are variants; sizes and costs are scale.
    """
    axis = 1 if reader.has_column_methods else 0
    lines: dict[int, list[TableValue]] = defaultdict(list)
    for value in values:
        lines[value.place[axis]].append(value)
    ablation = is_ablation(reader.table)
    own = {at for at, line in lines.items() if any(value.binding.is_own for value in line)}
    if not own and not ablation:
        own = guess_own(lines, 1 - axis)
    # With hardly anybody else in the table, or behind the paper's end, it compares one's own with one's own.
    is_headline = (
        not ablation
        and not is_appendix(reader.table)
        and not is_picture(reader.table)
        and not (len(lines) > 3 and len(own) > 0.6 * len(lines))
    )
    told = [replace(value, role=_read_role(value, value.place[axis] in own, ablation, is_headline)) for value in values]
    columns = _read_columns(reader, told, 1 - axis)
    return _add_rivals(_keep_headlines(told, columns), columns)


def guess_own(lines: dict[int, list[TableValue]], axis: int) -> set[int]:
    """No label tells: authors put their own method last and print it bold, so the lowest line that wins most of it."""
    wins: Counter[int] = Counter()
    contests: dict[tuple, list[tuple[int, TableValue]]] = defaultdict(list)
    for at, line in lines.items():
        for value in line:
            contests[value.place[axis], value.place[2], value.binding.metric.name].append((at, value))
    for contest in contests.values():
        bold = [at for at, value in contest if value.cell.is_bold]
        if bold and len(bold) < len(contest):
            wins.update(bold)
        elif len(contest) > 1 and contest[0][1].binding.metric.direction:
            top = max(value.rank for _, value in contest)
            wins.update(at for at, value in contest if value.rank == top)
    order = sorted(lines)
    winners = [at for at in order[len(order) // 2 :] if len(order) > 1 and wins[at] * 2 >= len(lines[at])]
    if not winners:
        return set()
    label = lines[winners[-1]][0].binding.method
    same = {at for at in order if label and lines[at][0].binding.method == label} | {winners[-1]}
    return same if len(same) * 2 < len(order) else {winners[-1]}


def _read_role(value: TableValue, is_own: bool, ablation: bool, is_headline: bool) -> str:
    binding = value.binding
    if not is_own and not ablation:
        return "baseline"
    if not is_headline:
        return "variant"
    if binding.metric.is_size:
        return "scale"
    is_clear = binding.dataset and binding.metric.direction and binding.metric.name != binding.dataset
    is_slice = (
        _WITHOUT.search(binding.method or "")
        or binding.is_part
        or binding.is_vague
        or binding.is_dev
        or binding.condition
        or binding.is_delta
        or value.number.has_plus
    )
    return "result" if is_clear and not is_slice and not re.fullmatch("(?i)loss", binding.metric.name) else "variant"


def _read_columns(reader: TableReader, values: list[TableValue], axis: int) -> list[tuple[tuple, tuple[str, ...]]]:
    """For each value what it competes in (column, metric, data set) and under which setting of its row."""
    settings = {value.place[0]: () for value in values}
    if axis == 1:
        rows = {value.place[0]: value.row for value in values}
        settings = {row_at: reader.read_setting(row) for row_at, row in rows.items()}
    return [
        (
            (value.place[axis], value.place[2], value.binding.metric.name, value.binding.dataset),
            settings[value.place[0]],
        )
        for value in values
    ]


def _keep_headlines(values: list[TableValue], columns: list[tuple]) -> list[TableValue]:
    """Of many own rows under one setting the best is a result, and the next if it beats all others in the column.

    In a column without others nothing is.
    """
    contested: dict[tuple, float] = {}
    for value, column in zip(values, columns, strict=True):
        if value.role == "baseline":
            for place in (column, column[0]):
                contested[place] = max(value.rank, contested.get(place, value.rank))
    groups: dict[tuple, list[int]] = defaultdict(list)
    lesser: set[int] = set()
    for at, (value, column) in enumerate(zip(values, columns, strict=True)):
        if value.role == "result" and column[0] in contested:
            groups[column].append(at)
        elif value.role == "result":
            lesser.add(at)
    for group in groups.values():
        ranked = sorted(group, key=lambda at: -values[at].rank)
        lesser.update(ranked[MAX_HEADLINES:])
        lesser.update(
            at for at in ranked[1:] if values[at].rank <= contested.get(columns[at], contested[columns[at][0]])
        )
    return [replace(value, role="variant") if at in lesser else value for at, value in enumerate(values)]


def _add_rivals(values: list[TableValue], columns: list[tuple]) -> list[TableValue]:
    """Each result with the best value of others in its column under its setting, unless two share that place."""
    best: dict[tuple, list[TableValue]] = defaultdict(list)
    for value, column in zip(values, columns, strict=True):
        if value.role == "baseline" and value.binding.method and value.binding.metric.direction:
            leaders = best[column]
            if not leaders or value.rank > leaders[0].rank:
                best[column] = [value]
            elif value.rank == leaders[0].rank:
                leaders.append(value)
    return [
        replace(value, rival=best[column][0]) if value.role == "result" and len(best[column]) == 1 else value
        for value, column in zip(values, columns, strict=True)
    ]
