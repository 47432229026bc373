"""The demo: one real run of both DAGs for one day of the bundled sample source, and where to look next."""

from dataclasses import replace
from datetime import date

from ..settings import REPO, load_settings
from ..source.server import start_source
from ..warehouse import open_published
from .run_dag import run_dag

DEMO_DATE = date(2025, 12, 25)

NEXT_STEPS = """
The warehouse   {data_dir}/warehouse.duckdb
The report      {data_dir}/reports/{date}.zh.md  .en.md  .html

Look at it      PAPERHOUSE_DATA_DIR={data_dir} .venv/bin/paperhouse web
Query it        PAPERHOUSE_DATA_DIR={data_dir} .venv/bin/paperhouse sql "select metric, value_text from paper_metrics"
or from Python  duckdb.connect("{data_dir}/warehouse.duckdb", read_only=True).execute("from day_status").fetchall()

Next            make up                       the Airflow UI, with live data from huggingface.co
                make run DATE={date}      one live day
"""


def run_demo() -> None:
    """Load 2025-12-25 from the bundled source into `<data>/demo` and print what was found; raises RunFailed."""
    with start_source(REPO / "demo") as url:
        settings = load_settings()
        addresses = {"hf_url": url, "arxiv_url": url, "arxiv_api_url": url}
        own = {"data_dir": settings.data_dir / "demo", "target": "local", "landing": None, "hf_token": None}
        settings = replace(settings, **addresses, **own)
        for dag_id, does in (("daily_papers", "loads the list of"), ("read_papers", "reads the papers of")):
            print(f"The DAG {dag_id} {does} {DEMO_DATE}, from the bundled sample source at {url}")
            run_dag(settings, dag_id, DEMO_DATE)
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
        full_count, part_count, number_count = warehouse.execute("""
            select
                count(*) filter (state = 'read'), count(*) filter (state != 'read'),
                (select count(*) from paper_metrics)
            from paper_readings
            where is_shown
        """).fetchone()
    for upvotes, title, domain in rows:
        print(f"  {upvotes:>4}  {title[:76]:<76}  {domain}")
    print(
        f"\n{full_count} papers read in full, {part_count} from their abstract; {number_count} numbers found in them."
    )
    data_dir = settings.data_dir
    shown = data_dir.relative_to(REPO) if data_dir.is_relative_to(REPO) else data_dir
    print(NEXT_STEPS.format(data_dir=shown, date=DEMO_DATE))
