"""A published warehouse of a few rows, for what only reads it: no build is needed."""

import duckdb
from paperhouse.settings import Settings

TABLES = """
    create table papers (paper_id varchar, title varchar, abstract varchar, ai_keywords varchar[]);
    create table authors (author_id varchar, name varchar);
    create table paper_authors (paper_id varchar, author_id varchar, author_position integer);
    create table paper_listings (listing_date date, paper_id varchar, position integer, delisted_at timestamptz);
    create table paper_readings (paper_id varchar, reader varchar, state varchar, read_at timestamptz);
"""


def publish_papers(settings: Settings, listings: list[tuple], readings: list[tuple] = (), author: str = "A") -> None:
    """Publish `listings` (listing_date, paper_id, position) and `readings` (paper_id, reader, state, read_at).

    Every paper has one author.
    """
    file = settings.versions_dir / "rows" / "warehouse.duckdb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as warehouse:
        warehouse.execute(TABLES)
        warehouse.execute("insert into authors values ('a', ?)", [author])
        for paper_id in {paper_id for _, paper_id, _ in listings}:
            warehouse.execute("insert into papers values (?, 'A title', 'What it does.', null)", [paper_id])
            warehouse.execute("insert into paper_authors values (?, 'a', 1)", [paper_id])
        for row in listings:
            warehouse.execute("insert into paper_listings values (?, ?, ?, null)", row)
        for row in readings:
            warehouse.execute("insert into paper_readings values (?, ?, ?, ?)", row)
    settings.warehouse_link.unlink(missing_ok=True)
    settings.warehouse_link.symlink_to(file.relative_to(settings.data_dir))


def list_on_a_day(*paper_ids: str, day: str = "2025-12-25") -> list[tuple]:
    """The papers as the list of one day, in this order."""
    return [(day, paper_id, position) for position, paper_id in enumerate(paper_ids, 1)]
