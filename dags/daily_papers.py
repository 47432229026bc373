"""
### One day of Hugging Face Daily Papers, into your warehouse

| task | does |
|---|---|
| `extract_listing` | fetches the list of the date, every page, and lands the answers untouched |
| `load_raw` | loads what landed into the raw tables, one row a paper |
| `build_warehouse` | judges every waiting fetch, builds the accepted ones with dbt, tests, publishes |
| `quality_gate` | fails the run when *its* fetch was rejected, and says why in one line |
| `render_report` | writes the report of the date in Chinese, English and HTML |

**Trigger** it with a date (UTC, from 2023-05-04 on); without one it takes the day on which the run is due. A
scheduled run is about the day that has just ended. To load a range, use *Trigger → Backfill*, without a date in
the configuration: each run knows its own.

**It does not** replace good data by worse: a day that comes back empty, shrunken or broken is rejected, the
published warehouse keeps what it had, and other dates go on.

**When a run is red**

* `extract_listing`: the source did not answer. Nothing was written; clear the task when it does again.
* `load_raw`: a landed file was changed or removed; the message names it. Fetch again.
* `build_warehouse`: a model or a data test failed; the message names it and shows rows. Readers still have the
  last version. Fix the model, clear the task.
* `quality_gate`: the fetch was rejected. Its verdict and the Data Docs say which check failed. To fetch again,
  clear from `extract_listing`; clearing the gate alone repeats the answer.

Runs may be killed, cleared and repeated at any point, and several may run at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import (
    Asset,
    CronDataIntervalTimetable,
    DeadlineAlert,
    Metadata,
    Param,
    SyncCallback,
    dag,
    get_current_context,
    task,
)
from paperhouse.operate.alert import alert_failed_run, alert_late_run
from paperhouse.operate.run_deadline import RunCreated

WAREHOUSE = Asset("paperhouse_warehouse", uri="paperhouse://warehouse")
REPORT = Asset("paperhouse_report", uri="paperhouse://report")


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=16,
    dagrun_timeout=timedelta(hours=6),
    on_failure_callback=alert_failed_run,
    # From when it was asked for: a run that waits is late too.
    deadline=DeadlineAlert(RunCreated(), timedelta(hours=3), SyncCallback(alert_late_run)),
    default_args={"owner": "paperhouse", "retries": 2, "retry_delay": timedelta(minutes=1)},
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            title="Listing date (UTC)",
            description="The day whose list to load, from 2023-05-04 to today. Leave empty in a backfill.",
        )
    },
    tags=["paperhouse", "hugging-face"],
    doc_md=__doc__,
)
def daily_papers():
    @task(execution_timeout=timedelta(minutes=45))
    def extract_listing() -> str:
        """Fetch the list of the run's date and land it; return the id of the fetch."""
        from paperhouse.operate.tasks import extract_listing

        return extract_listing(get_current_context())

    @task(execution_timeout=timedelta(minutes=10))
    def load_raw(fetch_id: str) -> str:
        """Load the landed fetch into the raw tables; return its id."""
        from paperhouse.operate.tasks import load_raw

        return load_raw(fetch_id)

    @task(execution_timeout=timedelta(hours=1), pool="warehouse", outlets=[WAREHOUSE])
    def build_warehouse(fetch_id: str):
        """Judge, build, test and publish everything that waits, this run's fetch among it."""
        from paperhouse.operate.tasks import build_warehouse

        yield Metadata(WAREHOUSE, extra=build_warehouse(fetch_id, get_current_context()))

    @task(execution_timeout=timedelta(minutes=5))
    def quality_gate(fetch_id: str) -> str:
        """Fail the run when its fetch was rejected; return what was checked."""
        from paperhouse.operate.tasks import quality_gate

        return quality_gate(fetch_id)

    @task(execution_timeout=timedelta(minutes=10), outlets=[REPORT])
    def render_report(fetch_id: str):
        """Write the report of the date from the published warehouse."""
        from paperhouse.operate.tasks import render_report

        yield Metadata(REPORT, extra=render_report(fetch_id))

    fetch_id = load_raw(extract_listing())
    build_warehouse(fetch_id) >> quality_gate(fetch_id) >> render_report(fetch_id)


daily_papers()
