"""The demo: one real DAG run for one day of the bundled sample source, and where to look next."""

from dataclasses import replace
from datetime import date

from ..settings import REPO, load_settings
from ..source.server import start_source
from ..warehouse import open_published
from .run_day import run_day

DEMO_DATE = date(2025, 12, 25)

NEXT_STEPS = """
The warehouse   {data_dir}/warehouse.duckdb
The report      {data_dir}/reports/{date}.zh.md  .en.md  .html

Query it        PAPERHOUSE_DATA_DIR={data_dir} .venv/bin/paperhouse sql "select title, upvotes from papers limit 5"
or from Python  duckdb.connect("{data_dir}/warehouse.duckdb", read_only=True).execute("from day_status").fetchall()

Next            make up                       the Airflow UI, with live data from huggingface.co
                make run DATE={date}      one live day
"""


def run_demo() -> None:
    """Load 2025-12-25 from the bundled source into `<data>/demo` and print what was found; raises RunFailed."""
    with start_source(REPO / "demo") as url:
        settings = load_settings()
        settings = replace(
            settings, data_dir=settings.data_dir / "demo", hf_url=url, arxiv_url=url, arxiv_api_url=url, hf_token=None
        )
        print(f"Running the DAG daily_papers for {DEMO_DATE} against the bundled sample source at {url}")
        run_day(settings, DEMO_DATE)
    with open_published(settings) as warehouse:
        state, count = warehouse.execute(
            "select state, paper_count from day_status where listing_date = ?", [DEMO_DATE]
        ).fetchone()
        print(f"\n{DEMO_DATE}: {count} papers, {state}. The five with most votes:")
        rows = warehouse.execute(
            """
            select upvotes, title, coalesce(name_en, 'no domain found')
            from papers
            left join domains on domain_id = primary_domain_id
            where ? between first_listed_date and last_listed_date
            order by upvotes desc, paper_id
            limit 5
            """,
            [DEMO_DATE],
        ).fetchall()
    for upvotes, title, domain in rows:
        print(f"  {upvotes:>4}  {title[:76]:<76}  {domain}")
    data_dir = settings.data_dir
    shown = data_dir.relative_to(REPO) if data_dir.is_relative_to(REPO) else data_dir
    print(NEXT_STEPS.format(data_dir=shown, date=DEMO_DATE))
