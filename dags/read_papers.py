"""
### The papers themselves, read into your warehouse

| task | does |
|---|---|
| `choose_papers` | picks the papers to read next: the newest list first, from its top |
| `fetch_texts` | lands each paper's text untouched: arXiv's HTML, else Hugging Face's Markdown |
| `read_texts` | reads them (or the abstract, where there is no text) into five sections and their numbers |
| `build_warehouse` | judges the readings, builds with dbt, tests, publishes |
| `quality_gate` | fails the run when *its* readings were rejected, and says why in one line |
| `render_report` | writes the reports of all dates that list one of the papers |
| `continue_reading` | starts the next run when papers are left |

**It runs by itself** after each change of the warehouse, once it is switched on; the first time, trigger it.
**Trigger** it with a date or with paper ids to read those now. A run reads up to 200 papers within its minutes;
what it does not reach is left for the next one. Skipped tasks mean that there was nothing to do.

**How long.** arXiv asks for 15 seconds between two pages and one connection at a time, so a day of 20 papers takes
5 minutes and a year of papers about 21 hours. However many runs there are, they take turns. A text is fetched
once. A paper without HTML is asked for again 1, 3, 7 and 30 days later, and read from its abstract until then.

**When a run is red**

* `choose_papers`: the form names a date or a paper that the warehouse does not hold; the message says which.
* `fetch_texts`: arXiv refused (403) or nobody answered. After a 403 nothing more was asked; leave the DAG switched
  off for a day and set PAPERHOUSE_CONTACT. Otherwise clear the task: what landed is not fetched again. One paper
  that cannot be had never makes the run red.
* `read_texts`: a landed file was changed; the message names it. Remove it and clear from `fetch_texts`.
* `build_warehouse`: a model or a data test failed; the message shows rows. Fix the model, clear the task.
* `quality_gate`: the readings were rejected; the verdict says why. Clear from `read_texts` to read the texts again.

Runs may be killed, cleared and repeated at any point."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, Metadata, Param, dag, get_current_context, task
from paperhouse.operate.alert import alert_failed_run

WAREHOUSE = Asset("paperhouse_warehouse", uri="paperhouse://warehouse")
UNREAD = Asset("paperhouse_unread", uri="paperhouse://unread")
# Not the asset of daily_papers: this DAG would start itself for ever.
READINGS = Asset("paperhouse_readings", uri="paperhouse://readings")
REPORT = Asset("paperhouse_report", uri="paperhouse://report")


@dag(
    schedule=WAREHOUSE | UNREAD,
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    on_failure_callback=alert_failed_run,
    default_args={"owner": "paperhouse", "retries": 2, "retry_delay": timedelta(minutes=1)},
    params={
        "date": Param(None, type=["null", "string"], format="date", title="Listing date (UTC)"),
        "papers": Param(None, type=["null", "array"], items={"type": "string"}, title="Paper ids, one a line"),
        "minutes": Param(45, type="integer", minimum=1, maximum=300, title="Minutes to spend on fetching"),
    },
    tags=["paperhouse", "arxiv"],
    doc_md=__doc__,
)
def read_papers():
    @task(execution_timeout=timedelta(minutes=5))
    def choose_papers() -> list[str]:
        """Pick the papers to read next; skip when nothing is due."""
        from paperhouse.operate.reading_tasks import choose_papers

        return choose_papers(get_current_context())

    @task(execution_timeout=timedelta(hours=6), pool="arxiv")
    def fetch_texts(paper_ids: list[str]) -> list[str]:
        """Land the text of each paper, politely, until the minutes are over; return the ids that are done."""
        from paperhouse.operate.reading_tasks import fetch_texts

        return fetch_texts(paper_ids, get_current_context())

    @task(execution_timeout=timedelta(hours=2))
    def read_texts(paper_ids: list[str]) -> str:
        """Read what landed, and abstracts until then, into one batch of readings; return its id."""
        from paperhouse.operate.reading_tasks import read_texts

        return read_texts(paper_ids)

    @task(execution_timeout=timedelta(hours=1), pool="warehouse", outlets=[READINGS])
    def build_warehouse(batch_id: str):
        """Judge, build, test and publish everything that waits, this run's readings among it."""
        from paperhouse.operate.reading_tasks import build_warehouse

        yield Metadata(READINGS, extra=build_warehouse(batch_id, get_current_context()))

    @task(execution_timeout=timedelta(minutes=5))
    def quality_gate(batch_id: str) -> str:
        """Fail the run when its readings were rejected; return what was checked."""
        from paperhouse.operate.reading_tasks import quality_gate

        return quality_gate(batch_id)

    @task(execution_timeout=timedelta(minutes=30), outlets=[REPORT])
    def render_report(paper_ids: list[str]):
        """Write the reports of every date that lists one of the papers."""
        from paperhouse.operate.reading_tasks import render_report

        yield Metadata(REPORT, extra=render_report(paper_ids))

    @task(execution_timeout=timedelta(minutes=5), outlets=[UNREAD])
    def continue_reading(paper_ids: list[str]):
        """Start the next run when papers are left; skip when nothing is."""
        from paperhouse.operate.reading_tasks import continue_reading

        yield Metadata(UNREAD, extra={"paper_count": continue_reading(paper_ids)})

    done = fetch_texts(paper_ids := choose_papers())
    batch_id = read_texts(paper_ids)
    gate = quality_gate(batch_id)
    done >> batch_id >> build_warehouse(batch_id) >> gate >> render_report(paper_ids) >> continue_reading(done)


read_papers()
