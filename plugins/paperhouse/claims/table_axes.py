"""What the headers of a cell say: whose number it is, of which metric, on which data set, under which condition."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..read.document import Cell, Table
from .table_binding import Binding, add_splits, is_shaped, is_stub_split
from .table_context import TableContext
from .table_datasets import level_name, list_usual_metrics
from .table_kinds import speaks_of_settings
from .table_names import PaperNames, find_method_column, read_corners
from .table_scope import find_caption_dataset, find_caption_metric, find_told_dataset, find_usual_metric, is_place
from .table_words import HeaderMetric, is_delta, is_mean, is_setting, is_split, read_metric, spell_out

MAX_PATH = 6  # header levels that are read, counted from the cell

_DATASET_HEAD = re.compile(r"(?:(?:test|eval\w*) ?)?(?:data ?sets?|benchmarks?|corpus|test ?sets?|tasks?)\b", re.I)
# Headers that hold others together without saying where or how they were measured.
_EMPTY_HEAD = re.compile(
    r"(?:metrics?|results?|performance|(?:entire |full |whole )?data ?sets?|[(%)]+|"
    r".{0,60}\b(?:method|model|protocol|setting)s?|pupils?|ocular|height|width|strict|relaxed|exact|in ?%)",
    re.I,
)
_DEV = re.compile(r"(?:dev|valid|train)", re.I)


@dataclass
class TableReader:
    """One table with what its caption says; what a header text means is found out once."""

    table: Table
    names: PaperNames
    context: TableContext
    _parts: dict[tuple[str, bool], tuple[str | None, HeaderMetric | None]] = field(default_factory=dict)

    @cached_property
    def has_results(self) -> bool:
        """Whether something names a metric and the caption does not speak of settings."""
        if speaks_of_settings(self.table):
            return False
        if self.caption_metric or self.has_column_metrics or any(self._split(text)[1] for text in self.row_texts):
            return True
        numbers = [cell.text for row in self.table.rows for cell in row if not cell.is_header and cell.text]
        return 2 * sum("." in text or "%" in text for text in numbers) > len(numbers) and self.is_silent

    @cached_property
    def is_silent(self) -> bool:
        """Whether headers name the paper's own method and data sets, and leave the metric to the reader."""
        texts = self.column_texts | self.row_texts
        datasets = {name for text in texts if (name := self._split(text, True)[0])} or {self.caption_dataset}
        return any(map(self.names.is_own, texts)) and any(
            level_name(name or "") in list_usual_metrics() for name in datasets
        )

    @cached_property
    def column_texts(self) -> set[str]:
        return {text for row in self.table.rows for cell in row for text in cell.column_headers[-MAX_PATH:]}

    @cached_property
    def heads(self) -> frozenset[str]:
        return frozenset(text.strip(" ↑↓") for text in self.column_texts if len(text) <= 12)

    @cached_property
    def row_texts(self) -> set[str]:
        return {text for row in self.table.rows for text in row[-1].row_headers[-MAX_PATH:]}

    @cached_property
    def caption_metric(self) -> HeaderMetric | None:
        return find_caption_metric(self.table.caption)

    @cached_property
    def caption_dataset(self) -> str | None:
        return find_caption_dataset(self.table.caption, self.names)

    @cached_property
    def told_dataset(self) -> str | None:
        return find_told_dataset(self.context, self.names)

    @cached_property
    def has_column_metrics(self) -> bool:
        return any(self._split(text, True)[1] for text in self.column_texts)

    @cached_property
    def has_tests(self) -> bool:
        return any(re.match("test", text, re.I) for text in self.column_texts)

    @cached_property
    def has_mean(self) -> bool:
        return any(is_mean(text) and not self._split(text, True)[1] for text in self.column_texts)

    @cached_property
    def mean_metric(self) -> HeaderMetric | None:
        """A metric that says mean ("mean-IoU", "mAP"): sibling columns without a metric are its classes."""
        metrics = (self._split(text, True)[1] for text in sorted(self.column_texts))
        return next((m for m in metrics if m and re.match(r"m[A-Z]|(?i:mean|avg|average|overall)", m.name)), None)

    @cached_property
    def has_column_methods(self) -> bool:
        """Whether the methods head the columns: the paper's own does, or the rows are metrics or data sets."""
        if any(map(self.names.is_own, self.column_texts)):
            return not any(map(self.names.is_own, self.row_texts))
        paths = [row[-1].row_headers for row in self.table.rows if not row[-1].is_header]
        told = sum(any(self._split(path[-1])) or is_split(path[-1]) for path in paths if path)
        return told * 2 > len(paths) and not self.has_column_metrics

    @cached_property
    def method_column(self) -> int:
        return find_method_column(self.table) or 0

    @cached_property
    def corners(self) -> list[str]:
        return read_corners(self.table)

    @cached_property
    def wide_texts(self) -> set[str]:
        """Headers over all columns of data: what they say holds until a row over the whole table says otherwise."""
        paths = [
            set(cell.column_headers) for row in self.table.rows for cell in row if not cell.is_header and cell.text
        ]
        return set.intersection(*paths) if paths else set()

    @cached_property
    def dataset_column(self) -> int | None:
        """The stub column whose header says that it names data sets."""
        return next((at for at, text in enumerate(self.corners) if _DATASET_HEAD.match(text)), None)

    @cached_property
    def dataset_texts(self) -> set[str]:
        """Column headers beside a corner that says data set, and those whose neighbours mostly are data sets."""
        heads = [row for row in self.table.rows[:6] if all(cell.is_header for cell in row)]
        named = [row for row in heads if _DATASET_HEAD.match(row[0].text) and self.dataset_column != 0]
        texts = {cell.text for row in named for cell in row[1:]}
        for row in heads:
            told = {cell.text for cell in row[len(self.corners) :]} - {""}
            known = {text for text in told if self.names.find_datasets(text)}
            if len(known) > 1 and len(known) * 2 >= len(told):
                texts |= {text for text in told - known if not read_metric(text, True) and not is_split(text)}
        return {text for text in texts if not is_mean(text) and not is_setting(text) and any(map(str.isalpha, text))}

    def _split(self, text: str, is_column: bool = False) -> tuple[str | None, HeaderMetric | None]:
        """(data set, metric) that a header names; either may be missing."""
        if (text, is_column) not in self._parts:
            datasets = self.names.find_datasets(text) if len(text) <= 80 else []
            rest = text.replace(datasets[0], " ").strip(" .:-–,()[]") if datasets else text
            metric = None if datasets and is_split(rest) else read_metric(rest, is_column)
            if not datasets and is_column and text in self.dataset_texts:
                datasets, metric = [text], None
            self._parts[text, is_column] = (datasets[0] if datasets else None, metric)
        return self._parts[text, is_column]

    def bind(self, row: tuple[Cell, ...], cell: Cell) -> Binding | None:
        """Read the headers of one data cell, inner ones first; None where nothing says what is measured."""
        columns, stubs = cell.column_headers[: -MAX_PATH - 1 : -1], cell.row_headers[: -MAX_PATH - 1 : -1]
        inner = columns[0] if columns else ""
        metric = next((m for text in columns if (m := self._split(text, True)[1])), None)
        if metric is None and inner and is_setting(inner) and not is_split(inner):
            return None
        is_mute = metric is None or not self._split(inner, True)[1]
        metric = metric or next((m for text in stubs if (m := self._split(text)[1])), None)
        near = [text for text in columns if text not in self.wide_texts]
        named = next((name for text in near if (name := self._split(text, True)[0])), None)
        named = named or self._find_row_dataset(row, stubs)
        named = named or next((name for text in self.corners if (name := self._split(text, True)[0])), None)
        named = named or next((name for text in columns if (name := self._split(text, True)[0])), None)
        is_blank = metric is None and self.has_column_metrics and not any(map(str.isalpha, inner))
        is_summed = self.has_mean or (metric is None and self.has_column_metrics)
        is_part = "fold" in inner.lower() or (is_mute and is_summed and not named and not any(map(is_mean, columns)))
        if metric is None and columns and self.has_column_metrics:
            metric = (
                self.caption_metric
                or self.mean_metric
                or self._guess_metric(named, columns)
                or HeaderMetric(inner, None)
            )
        metric = metric or self.caption_metric or self._find_usual_metric(named)
        if metric is None:
            return None
        plain = [text for text in columns if not any(self._split(text, True)) and not is_split(text)]
        outer = [
            text for text in plain if text in columns[1:] and not is_setting(text) and not _EMPTY_HEAD.fullmatch(text)
        ]
        dataset = named or self._guess_dataset(inner, outer)
        is_guess = dataset is not None and not named and dataset in (*outer, inner)
        is_vague = is_blank or (is_guess and (not is_shaped(dataset) or self.names.is_own(dataset)))
        apart = [text for text in plain if text != dataset and not is_mean(text) and not self.names.is_own(text)]
        return Binding(
            method=self._find_method(row, columns, stubs),
            is_own=any(map(self.names.is_own, (*columns, *stubs))),
            metric=spell_out(metric, self.heads),
            dataset=add_splits(dataset, self._list_splits(columns, stubs)) if dataset else None,
            condition=" / ".join(text for text in apart if not _EMPTY_HEAD.fullmatch(text)),
            is_delta=any(map(is_delta, (*columns, *stubs))),
            is_part=is_part,
            is_vague=is_vague,
            is_dev=self.has_tests and any(_DEV.match(text) for text in columns),
        )

    def read_setting(self, row: tuple[Cell, ...]) -> tuple[str, ...]:
        """What a row says beside its method: headings above it, other stub columns, columns of settings."""
        data = next((cell for cell in row if not cell.is_header), row[-1])
        stub = [cell.text for cell in row]
        beside = [
            cell.text
            for at, cell in enumerate(row)
            if self.corners[at : at + 1] != self.corners[self.method_column : self.method_column + 1]
            and (cell.is_header or any(map(is_setting, cell.column_headers[-1:])))
        ]
        return (*beside, *(text for text in data.row_headers if text not in stub))

    def _find_row_dataset(self, row: tuple[Cell, ...], stubs: tuple[str, ...]) -> str | None:
        at = self.dataset_column
        if at is not None and at < len(row) and row[at].is_header and row[at].text and not is_split(row[at].text):
            return row[at].text
        settings = {cell.text for cell, head in zip(row, self.corners, strict=False) if is_setting(head)}
        return next((name for text in stubs if text not in settings and (name := self._split(text)[0])), None)

    def _find_usual_metric(self, dataset: str | None) -> HeaderMetric | None:
        return find_usual_metric(dataset or self.caption_dataset or self.told_dataset, self.context)

    def _guess_metric(self, dataset: str | None, columns: tuple[str, ...]) -> HeaderMetric | None:
        """For a column of averages what its data set is usually measured by: "Avg" on ScienceQA is an accuracy."""
        usual = self._find_usual_metric(dataset) if any(map(is_mean, columns)) else None
        return replace(usual, name=f"average {usual.name}") if usual else None

    def _guess_dataset(self, inner: str, outer: list[str]) -> str | None:
        """Where no header is a known data set: an outer one, the caption's, an inner one, the paper's only one."""
        is_told = self.caption_dataset is not None and is_place(self.caption_dataset, self.table.caption)
        if self.has_column_metrics and outer and not self.has_column_methods and not is_told:
            return outer[0]
        if self.caption_dataset:
            return self.caption_dataset
        is_free = inner and not self.has_column_metrics and not is_mean(inner) and not is_split(inner)
        return inner if is_free and not self.has_column_methods else self.told_dataset

    def _list_splits(self, columns: tuple[str, ...], stubs: tuple[str, ...]) -> list[str]:
        heads = [text for text in columns if is_split(text) and not is_mean(text) and not self._split(text, True)[1]]
        return heads + [text for text in stubs if is_stub_split(text)]

    def _find_method(self, row: tuple[Cell, ...], columns: tuple[str, ...], stubs: tuple[str, ...]) -> str | None:
        if self.has_column_methods:
            return next((text for text in columns if not any(self._split(text, True)) and not is_split(text)), None)
        at = self.method_column
        named = row[at].text if at < len(row) and row[at].is_header else ""
        own = next((text for text in stubs if self.names.says_ours(text)), None)
        if own and not self.names.says_ours(named):
            return f"{named} ({own})" if named else own
        return named or next((text for text in stubs[::-1] if not any(self._split(text)) and not is_split(text)), None)
