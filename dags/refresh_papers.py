"""
### Lists and papers looked at again, until their votes have settled

| task | does |
|---|---|
| `choose_days` | picks the dates to visit: today, and at 06 UTC also those 1, 3, 7, 14 and 30 days back |
| `visit_days` | fetches the list of each date, lands it untouched and loads it, as `daily_papers` does |
| `fetch_pages` | lands what Hugging Face's API says about each paper of these dates: votes, links, withdrawal |
| `build_warehouse` | judges all of it, builds once with dbt, tests, publishes |
| `render_report` | writes the reports of the dates whose list was accepted |
| `quality_gate` | fails the run when a date gave no list or a rejected one, and names it |

**It runs by itself** at 06, 12 and 18 UTC once it is switched on. **Triggered** by hand it visits all of the dates.
There is nothing to backfill: the votes of a day that has passed can no longer be seen.

**How long.** Hugging Face allows an anonymous caller 500 requests in five minutes. Six dates have about 200 papers,
one request each, so the run of 06 UTC takes two to four minutes. What its minutes do not reach is left for the next
visit.

**When a run is red**

* `choose_days`: the pool of `build_warehouse` is missing; the message says how to create it.
* `visit_days`: no date gave an answer. Nothing was written; clear the task when the source is back.
* `fetch_pages`: the data folder cannot be used; the message says why. A paper that gives no page, and a source that
  goes away, never make the run red: the log names them, and the next visit asks again.
* `build_warehouse`: a model or a data test failed; the message names it and shows rows. Readers still have the last
  version. Fix the model, clear the task.
* `quality_gate`: the message names each date that was rejected or gave no list, and why. The other dates are
  published by then. Clear from `visit_days` to look again, or let the next visit do it.

Runs may be killed, cleared and repeated at any point. A page that landed in a run is not asked for again in it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, CronTriggerTimetable, Metadata, Param, dag, get_current_context, task
from paperhouse.operate.alert import alert_failed_run

WAREHOUSE = Asset("paperhouse_warehouse", uri="paperhouse://warehouse")
REPORT = Asset("paperhouse_report", uri="paperhouse://report")


@dag(
    schedule=CronTriggerTimetable("0 6,12,18 * * *", timezone="UTC"),
    start_date=datetime(2023, 5, 4, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=5),
    on_failure_callback=alert_failed_run,
    default_args={"owner": "paperhouse", "retries": 2, "retry_delay": timedelta(minutes=1)},
    params={"minutes": Param(20, type="integer", minimum=1, maximum=120, title="Minutes to spend on papers' pages")},
    tags=["paperhouse", "hugging-face"],
    doc_md=__doc__,
)
def refresh_papers():
    @task(execution_timeout=timedelta(minutes=5))
    def choose_days() -> list[str]:
        """Pick the listing dates to visit."""
        from paperhouse.operate.refresh_tasks import choose_days

        return choose_days(get_current_context())

    @task(execution_timeout=timedelta(minutes=90))
    def visit_days(days: list[str]) -> list[str]:
        """Fetch, land and load the list of each date; return the ids of the fetches."""
        from paperhouse.operate.refresh_tasks import visit_days

        return visit_days(days)

    @task(execution_timeout=timedelta(hours=3))
    def fetch_pages(days: list[str]) -> str | None:
        """Land the pages of the papers of these dates; return the id of their batch."""
        from paperhouse.operate.refresh_tasks import fetch_pages

        return fetch_pages(days, get_current_context())

    @task(execution_timeout=timedelta(hours=1), pool="warehouse", outlets=[WAREHOUSE])
    def build_warehouse(fetch_ids: list[str]):
        """Judge, build, test and publish everything that waits, this run's fetches and pages among it."""
        from paperhouse.operate.refresh_tasks import build_warehouse

        yield Metadata(WAREHOUSE, extra=build_warehouse(fetch_ids, get_current_context()))

    @task(execution_timeout=timedelta(minutes=30), outlets=[REPORT])
    def render_report(fetch_ids: list[str]):
        """Write the reports of the dates whose list was accepted."""
        from paperhouse.operate.refresh_tasks import render_report

        yield Metadata(REPORT, extra=render_report(fetch_ids))

    @task(execution_timeout=timedelta(minutes=5))
    def quality_gate(days: list[str], fetch_ids: list[str], batch_id: str | None) -> str:
        """Fail the run when a date gave no list or a rejected one; return what was visited."""
        from paperhouse.operate.refresh_tasks import quality_gate

        return quality_gate(days, fetch_ids, batch_id)

    fetch_ids = visit_days(days := choose_days())
    fetch_ids >> (batch_id := fetch_pages(days)) >> (built := build_warehouse(fetch_ids))
    built >> render_report(fetch_ids) >> quality_gate(days, fetch_ids, batch_id)


refresh_papers()
