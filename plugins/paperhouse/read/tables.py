"""Read the tables of a prepared LaTeXML page, whichever elements they are made of."""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborNode

from .document import Table
from .grid import RawCell, build_table, read_span
from .page import get_classes, is_bold, read_text

MAX_TABLES = 2_000  # on one page; what comes after that is left out
MAX_CELLS = 100_000
_NOT_A_TABLE = {"ltx_equation", "ltx_eqn_table", "ltx_equationgroup"}
_ROW_GROUPS = {"ltx_thead", "ltx_tbody", "ltx_tfoot"}
_SPAN_CLASS = re.compile(r"\bltx_(row|col)span_(\d+)\b")
_FIGURES = {"ltx_table", "ltx_figure", "ltx_float"}
_MAX_ANCESTORS = 60
_MAX_CHILDREN = 1_000


def take_tables(article: LexborNode) -> tuple[Table, ...]:
    """All tables in document order; their elements leave the tree, so that no sentence holds cells."""
    tabulars = [node for node in article.css(".ltx_tabular") if not _NOT_A_TABLE & get_classes(node)]
    grids = {node.mem_id for node in tabulars if _is_grid(node)}
    outers = {node.mem_id: _find_ancestor(node.parent, {"ltx_tabular"}) for node in tabulars}
    layouts = {outer.mem_id for inner, outer in outers.items() if outer is not None and inner in grids}
    found: list[tuple[str, str, list[list[RawCell]]]] = []
    names: set[str] = set()
    cells = 0
    for node in tabulars:
        outer = outers[node.mem_id]
        # A table inside a cell is a line break in disguise, unless it is a grid: then the outer one is mere layout.
        if node.mem_id in layouts or (outer is not None and outer.mem_id not in layouts):
            continue
        table_id = _name_table(node, names)
        rows = [_read_row(row, in_head, f"{table_id}.r{at}") for at, (row, in_head) in enumerate(_find_rows(node), 1)]
        cells += sum(map(len, rows))
        if cells > MAX_CELLS or len(found) == MAX_TABLES:
            break
        found.append((table_id, _find_caption(node), rows))
    for node in tabulars:
        if outers[node.mem_id] is None:
            node.decompose()
    return tuple(build_table(*table) for table in found)


def _is_grid(tabular: LexborNode) -> bool:
    sizes = [sum(1 for cell in row.iter() if _is_cell(cell)) for row, _ in _find_rows(tabular)]
    return len(sizes) > 1 and max(sizes) > 1


def _find_rows(tabular: LexborNode, in_head: bool = False) -> Iterator[tuple[LexborNode, bool]]:
    """(row, whether it is in the head) of this table alone: rows stand directly in it or in head and body."""
    for child in tabular.iter():
        classes = get_classes(child)
        if child.tag == "tr" or "ltx_tr" in classes:
            yield child, in_head
        elif child.tag in ("thead", "tbody", "tfoot") or _ROW_GROUPS & classes:
            is_head = child.tag == "thead" or "ltx_thead" in classes
            yield from ((row, is_head) for row in child.iter() if row.tag == "tr" or "ltx_tr" in get_classes(row))


def _is_cell(node: LexborNode) -> bool:
    return node.tag in ("td", "th") or bool({"ltx_td", "ltx_th"} & get_classes(node))


def _read_row(row: LexborNode, in_head: bool, row_id: str) -> list[RawCell]:
    cells = []
    for at, node in enumerate((node for node in row.iter() if _is_cell(node)), 1):
        attributes, classes = node.attributes, get_classes(node)
        spans = dict(_SPAN_CLASS.findall(attributes.get("class") or ""))
        cells.append(
            RawCell(
                id=attributes.get("id") or f"{row_id}.c{at}",
                text=read_text(node),
                is_marked=in_head or node.tag == "th" or "ltx_th" in classes,
                is_bold=is_bold(node),
                row_span=read_span(attributes.get("rowspan") or spans.get("row")),
                col_span=read_span(attributes.get("colspan") or spans.get("col")),
            )
        )
    return cells


def _name_table(tabular: LexborNode, names: set[str]) -> str:
    """The id of the figure around it, else its own, else a running number; always unique on the page."""
    figure = _find_ancestor(tabular.parent, _FIGURES)
    name = (figure.attributes.get("id") if figure is not None else None) or tabular.attributes.get("id") or "table"
    unique, count = name, 1
    while unique in names:
        count += 1
        unique = f"{name}.t{count}"
    names.add(unique)
    return unique


def _find_caption(tabular: LexborNode) -> str:
    """The caption of the nearest figure that has one. With several in one figure, the one next to the table."""
    block, holder = tabular, tabular.parent
    for _ in range(_MAX_ANCESTORS):
        if holder is None:
            return ""
        if holder.tag == "figure" or _FIGURES & get_classes(holder):
            caption, is_behind = None, False
            for child in islice(holder.iter(), _MAX_CHILDREN):
                is_behind = is_behind or child.mem_id == block.mem_id
                is_caption = child.tag == "figcaption" or "ltx_caption" in get_classes(child)
                if is_caption and (caption is None or not is_behind):
                    caption = child
            if caption is not None:
                return read_text(caption)
        block, holder = holder, holder.parent
    return ""


def _find_ancestor(node: LexborNode | None, classes: set[str]) -> LexborNode | None:
    for _ in range(_MAX_ANCESTORS):
        if node is None or classes & get_classes(node):
            return node
        node = node.parent
    return None
