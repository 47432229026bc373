"""Numbers: what papers report of a metric and on a benchmark, over time, each with the words it stands in."""

from collections import Counter
from typing import Annotated

import duckdb
from fastapi import APIRouter, Query, Response

from ..answer import LookAt
from ..asked import PageNumber, Text, Yes
from ..charts import SVG, draw_times
from ..page import answer_page
from ..rows.number_rows import (
    OFFERED,
    PAGE_SIZE,
    Asked,
    find_datasets,
    find_metrics,
    list_datasets,
    list_metrics,
    read_measures,
    read_numbers,
    read_points,
)
from ..words import say

router = APIRouter(include_in_schema=False)

SERIES = 5  # data sets with a colour of their own; all others share one
Key = Annotated[str, Query(max_length=10_000)]  # names of papers, which may be of any length


@router.get("/numbers")
def show(look: LookAt, dataset: Key = "", metric: Key = "", measure: Text = "", page: PageNumber = 1) -> Response:
    """Numbers of a data set, of a metric, or of both; without either, what there is to choose from."""
    return answer_page(
        look, "numbers.html.j2", "numbers", lambda warehouse: read(warehouse, dataset, metric, measure, page)
    )


@router.get("/numbers/chart.svg")
def draw_numbers(look: LookAt, metric: Key, dataset: Key = "", measure: Text = "", narrow: Yes = False) -> Response:
    """Results of one metric in one unit by the date of their paper, of one data set or several in colours."""

    def make(warehouse: duckdb.DuckDBPyConnection) -> bytes:
        points = read_points(warehouse, Asked(dataset, metric, measure))
        return draw_times(split_points(points, look.language), is_narrow=narrow, has_lines=False)

    return look.answer(make, SVG)


def read(warehouse: duckdb.DuckDBPyConnection, dataset: str, metric: str, measure: str, page: int) -> dict:
    datasets = find_datasets(warehouse, dataset.strip().lower()) if dataset.strip() else []
    metrics = find_metrics(warehouse, metric.strip().lower()) if metric.strip() else []
    chosen = {"dataset": _take_exact(datasets), "metric": _take_exact(metrics)}
    keys = Asked(*(row["key"] if row else "" for row in chosen.values()))
    is_found = all(
        bool(row) == bool(text.strip()) for row, text in zip(chosen.values(), (dataset, metric), strict=True)
    )
    shown = {
        "asked": {"dataset": dataset, "metric": metric},
        "is_found": is_found,
        "similar": {"dataset": datasets, "metric": metrics},
        "offered_metrics": list_metrics(warehouse, keys.dataset, OFFERED),
        "offered_datasets": list_datasets(warehouse, keys.metric, OFFERED),
        **chosen,
    }
    if not is_found or keys == Asked():
        return shown
    return shown | _read_chosen(warehouse, keys, measure, page)


def _read_chosen(warehouse: duckdb.DuckDBPyConnection, keys: Asked, measure: str, page: int) -> dict:
    measures = read_measures(warehouse, keys) if keys.metric else []
    current = next((one for one in measures if one["measure"] == measure), measures[0] if measures else None)
    asked = keys._replace(measure=current["measure"] if current else None)
    numbers = read_numbers(warehouse, asked, page)
    total = numbers[0]["total"] if numbers else 0
    has_chart = current is not None and current["result_count"] > 1
    return {
        "measures": measures,
        "measure": current,
        "numbers": numbers,
        "total": total,
        "pages": {"number": page, "count": -(-total // PAGE_SIZE)},
        "series_count": len(split_points(read_points(warehouse, asked), "en")) if has_chart else 0,
        "chart": asked._asdict() if has_chart else None,
    }


def _take_exact(found: list[dict]) -> dict | None:
    return found[0] if found and found[0]["is_exact"] else None


def split_points(points: list[dict], language: str) -> dict[str, list[tuple]]:
    """Data set → (date, value), the ones with most results first; those beyond SERIES, and unnamed ones, together."""
    counts = Counter(point["dataset"] for point in points if point["dataset"])
    named = [name for name, _ in counts.most_common(SERIES)]
    series = {name: [] for name in named} | {"": []}
    for point in points:
        series[point["dataset"] if point["dataset"] in series else ""].append(
            (point["reported_on"], point["comparable"])
        )
    others = series.pop("")
    return series | ({say(language, "other or not named"): others} if others else {})
