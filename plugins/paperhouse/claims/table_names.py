"""The names a paper's tables are read with: what it calls its own method, and the data sets it speaks of."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ..read.document import Document, Table
from .lexicon import MODEL_FAMILIES
from .own_method import find_own_method, is_benchmark_title
from .table_datasets import TRAINING_SETS, find_well_known, is_well_known, spell_name
from .table_words import is_known_dataset, read_metric
from .words import split_words

MAX_TEXT = 200_000  # characters of running text, and of labels, that are searched for names
MAX_DATASETS = 100
MAX_LABEL = 200

_NAME = r"[a-z]?[A-Z][\w+&.–-]{0,30}+(?: [A-Z0-9][\w+&.–-]{0,20}+){0,3}"
_LIST = rf"(?:{_NAME}(?:, and |, | and | & )){{0,8}}{_NAME}"
_DATASETS_AFTER = re.compile(
    rf"({_LIST})\s(?:[a-z-]{{3,20}}+\s)?(?:[Dd]ata ?sets?|[Bb]enchmarks?|[Cc]orpus|[Cc]orpora|"
    r"(?:test|val|validation) sets?|leaderboard|challenge)\b"
)
_DATASETS_BEFORE = re.compile(
    r"\b(?:[Dd]ata ?sets?|[Bb]enchmarks?)(?:,| ?:|\s(?:such as|including|namely|called|named|like|are|is)\:?)\s"
    rf"({_LIST})"
)
_PLACE_IN_CAPTION = re.compile(rf"\b[Oo]n(?: the| both)? ({_LIST})")
_HEAD_WITH_METRIC = re.compile(rf"({_NAME})\s?[(\[]([^()\[\]]{{1,15}})[)\]]\W*")
_SHAPED = r"(?=[\w.+–-]{0,30}[A-Z0-9])[A-Za-z][\w.+–-]{0,30}[\w+]"
_INTRODUCED = re.compile(
    rf"(?:\b[Oo]ur(?:s|\s(?:proposed|method|model|framework|approach|network|novel|full|final)){{0,3}},?\s"
    r"|\b(?:propose|introduce|present|develop)s?\s(?:(?:a|an|the|our|novel|new|simple|method|model|framework)\s){0,3}"
    r"|\b(?:called|named|dubbed|termed|namely|call (?:it|this|our \w+)|refer to (?:it|this|our \w+) as)\s[“\"‘]?)"
    rf"({_SHAPED})"
)
_SHORTENED = re.compile(
    rf"\b(?:propose|introduce|present|develop|describe)s?\s[^.()]{{3,120}}\(\s?(?:called |named )?({_SHAPED})\s?[),]"
)
_MARKED = re.compile(r"(?<![\w-])([A-Za-z][\w.+–-]{1,30})(?: [\w.+-]{1,12})?\s?\((?:[Oo]urs?|[Pp]roposed)\b")
_OURS = re.compile(r"\b(?:ours?|our[- ](?:\w+[- ]?){1,3}|proposed|this (?:work|paper))\b", re.I)
_METHOD_HEAD = re.compile(
    r"\b(?:methods?|models?|approach(?:es)?|algorithms?|systems?|networks?|frameworks?|techniques?|detectors?|agents?|"
    r"architectures?|trackers?|baselines?)\b",
    re.I,
)
_NO_METHODS = set(split_words("The We It A An In To Our CNN GAN LLM SOTA GPU RGB NLP Baseline Method Model"))
_NO_DATASETS = set(
    split_words("""
    Table Figure Section The Our Each All Two Both Dataset Test Train Validation Results Performance Comparison Entire
    Statistics We In On For These This Training SOTA Full Human GPU NLP
""")
)
_TAIL = set(split_words("dataset datasets benchmark test val train set validation corpus"))
_FAMILY = re.compile(
    rf"{MODEL_FAMILIES}(?:[-/\s]?(?:v?\d[\w.]*|[A-Z]|base|large|small|tiny|huge|giant|mini|pro)\b)*", re.I
)
_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class PaperNames:
    """`own_method` is what "Ours" stands for, `own_keys` mark its rows, `datasets` are spelled as in the text."""

    own_method: str | None
    own_keys: frozenset[str]
    datasets: tuple[str, ...]

    @property
    def only_dataset(self) -> str | None:
        """The data set of a paper that speaks of one alone: it holds where a table names none."""
        measured = [name for name in self.datasets if not TRAINING_SETS.match(name)] or self.datasets
        return measured[0] if len(measured) == 1 else None

    @cached_property
    def _own(self) -> re.Pattern[str]:
        words = "|".join(re.escape(key) for key in sorted(self.own_keys, key=len, reverse=True)) or r"(?!)"
        return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?:v?\d+)?(?![A-Za-z0-9])", re.I)

    @cached_property
    def _places(self) -> re.Pattern[str]:
        words = "|".join(map(spell_name, sorted(self.datasets, key=len, reverse=True))) or r"(?!)"
        return re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])", re.I)

    def says_ours(self, label: str) -> bool:
        """Whether a label says so itself: "Ours", "X (ours)", "our model"."""
        return bool(_OURS.search(label[:MAX_LABEL]))

    def is_own(self, label: str) -> bool:
        """Whether a row or column with this label holds numbers of the paper's own method."""
        return self.says_ours(label) or bool(self._own.search(label[:MAX_LABEL]))

    def find_datasets(self, text: str) -> list[str]:
        """The data sets of the paper that a text names, as it spells them, in order."""
        return list(dict.fromkeys(self._places.findall(text[:MAX_TEXT])))


def collect_names(document: Document) -> PaperNames:
    """Read title, running text, captions and headers once; linear in their length, which is bounded."""
    text = "\n".join(sentence.text for section in document.sections for sentence in section.sentences)[:MAX_TEXT]
    captions = "\n".join(table.caption for table in document.tables)[:MAX_TEXT]
    whole = "\n".join((document.title[:MAX_LABEL], text, captions))
    tables = [table for table in document.tables if table.flaw is None]
    headers = dict.fromkeys(cell.text for table in tables for row in table.rows for cell in row if cell.is_header)
    labels = "\n".join(label for label in headers if len(label) <= MAX_LABEL)[:MAX_TEXT]
    own = _find_own(document, whole, labels)
    found = _find_datasets(whole, captions, labels, _list_methods(tables))
    is_benchmark = is_benchmark_title(document.title)
    datasets = tuple(name for name in found if is_benchmark or name not in own)[:MAX_DATASETS]
    return PaperNames(next(iter(own), None), frozenset(own) - set(datasets), datasets)


def find_method_column(table: Table) -> int | None:
    """The stub column whose header says that it names methods."""
    corners = read_corners(table)
    return next(
        (at for at, text in enumerate(corners) if _METHOD_HEAD.search(text) and "data" not in text.lower()), None
    )


def read_corners(table: Table) -> list[str]:
    """The names of the stub columns: the lowest header text above each."""
    above: list[tuple] = []
    for row in table.rows[:6]:
        if not all(cell.is_header for cell in row):
            stub = next(at for at, cell in enumerate(row) if not cell.is_header)
            return [next((head[at].text[:40] for head in above[::-1] if head[at].text), "") for at in range(stub)]
        above.append(row)
    return []


def _list_methods(tables: list[Table]) -> set[str]:
    columns = [(table, at) for table in tables if (at := find_method_column(table)) is not None]
    rows = [(row, at) for table, at in columns for row in table.rows if len({cell.text for cell in row}) > 1]
    return {_PLAIN.sub("", row[at].text[:MAX_LABEL].lower()) for row, at in rows}


def _find_datasets(text: str, captions: str, labels: str, methods: set[str]) -> list[str]:
    names = Counter(find_well_known().findall(f"{text}\n{labels}"))
    for pattern, where in ((_DATASETS_AFTER, text), (_DATASETS_BEFORE, text), (_PLACE_IN_CAPTION, captions)):
        for found in pattern.finditer(where):
            names.update(_trim(name) for name in re.split(r", and |, | and | & ", found[1].split(". ")[0]))
    for label in labels.splitlines():
        if len(label) <= 40 and (is_known_dataset(label) or is_well_known(label)) and not read_metric(label):
            names[_trim(re.sub(r"\s*[(\[].*|[↑↓*†‡]", "", label))] += 1
        elif (headed := _HEAD_WITH_METRIC.fullmatch(label)) and read_metric(headed[2]) and not read_metric(headed[1]):
            names[_trim(headed[1])] += 1
    best: dict[str, str] = {}
    for name, count in names.most_common():
        plain = _PLAIN.sub("", name.lower())
        is_shaped = bool(re.search(r"[A-Z].*[A-Z]|\d|[a-z][A-Z]", name))
        is_method = plain in methods and count < 3
        if (
            len(plain) > 1
            and not re.fullmatch(r"\d+[km]", plain)
            and (count > 1 or is_shaped or is_known_dataset(name))
            and not is_method
            and not read_metric(name)
        ):
            best.setdefault(plain, name)
    return list(best.values())


def _trim(name: str) -> str:
    words = name.strip(" .,-–").split(" ")
    while words and (words[0] in _NO_DATASETS or (words[0].istitle() and words[0].endswith(("ing", "ed", "ly")))):
        words = words[1:]
    while words and words[-1].lower() in _TAIL:
        words = words[:-1]
    return " ".join(words)


def _find_own(document: Document, text: str, labels: str) -> dict[str, None]:
    """Names that the paper introduces or marks as its own and that head rows or columns; the title's comes first."""
    counts = Counter(found[1] for found in _INTRODUCED.finditer(text))
    counts.update(found[1] for found in _SHORTENED.finditer(text))
    counts.update([found[1] for found in _MARKED.finditer(f"{text}\n{labels}")] * 3)
    titled = find_own_method(document.abstract or text[:20_000], document.title)
    names = [titled] if titled and not is_benchmark_title(document.title) else []
    for name, count in counts.most_common(50):
        is_name = sum(map(str.isupper, name)) >= 2 and len(name) > 2 and name not in _NO_METHODS
        is_family = _FAMILY.fullmatch(name)
        is_label = re.search(rf"(?<![\w-]){re.escape(name)}", labels)
        if count > 1 and is_name and is_label and not is_family and not read_metric(name):
            names.append(name)
    return dict.fromkeys(names[:6])
