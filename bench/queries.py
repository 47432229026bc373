"""Ten typical queries on the full history, as somebody in a shell asks them: one connection, opened once, read-only.

Every query runs in turn, then all of them again, rows fetched. p50 and p95 are over all runs of all queries, the first
ones included. So that the query for reported numbers has some to find, the newest papers are read first, from their
abstracts.
"""

import re
import statistics
import time
from pathlib import Path

from paperhouse.build import build_warehouse
from paperhouse.readers.read_texts import read_texts
from paperhouse.settings import Settings
from paperhouse.warehouse import open_published

from .days import OFFLINE

QUERIES = Path(__file__).with_name("queries.sql")
ROUNDS = 20


def measure_queries(data: Path, read_count: int) -> dict:
    """Milliseconds: p50 and p95 over all, by query, and of opening the file; rows by table."""
    settings = Settings(data_dir=data, hf_url=OFFLINE)
    read_newest(settings, read_count)
    queries = load_queries()
    times: dict[str, list[float]] = {name: [] for name in queries}
    rows = {}
    started = time.perf_counter()
    with open_published(settings) as warehouse:
        opened = _milliseconds(started)
        for _ in range(ROUNDS):
            for name, query in queries.items():
                started = time.perf_counter()
                rows[name] = len(warehouse.execute(query).fetchall())
                times[name].append(_milliseconds(started))
        tables = ("papers", "paper_listings", "paper_authors", "paper_domains", "paper_metrics", "domain_metrics_daily")
        sizes = {name: warehouse.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}  # noqa: S608
    by_query = {name: {"rows": rows[name], **find_percentiles(values)} for name, values in times.items()}
    overall = find_percentiles([value for values in times.values() for value in values])
    return overall | {"open_ms": round(opened, 2), "rounds": ROUNDS, "queries": by_query, "table_rows": sizes}


def load_queries() -> dict[str, str]:
    """The queries of queries.sql by name."""
    parts = re.split(r"^-- name: (.+)\n", QUERIES.read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def find_percentiles(values: list[float]) -> dict[str, float]:
    """p50 and p95, in the unit of the values; needs two of them at least."""
    marks = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50_ms": round(marks[9], 2), "p95_ms": round(marks[18], 2)}


def read_newest(settings: Settings, count: int) -> None:
    """Read the papers of the newest lists, that many, from what is at hand, and publish the readings."""
    with open_published(settings) as warehouse:
        newest = "select paper_id from papers order by last_listed_date desc, paper_id limit ?"
        paper_ids = [row[0] for row in warehouse.execute(newest, [count]).fetchall()]
    batch_id = read_texts(settings, paper_ids, say=lambda line: None)
    build_warehouse(settings, batch_id, say=lambda line: None)


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000
