"""
### The papers themselves, read into your warehouse

| task | does |
|---|---|
| `choose_papers` | picks the papers to read next: the newest list first, from its top |
| `fetch_texts` | lands each paper's text untouched: arXiv's HTML, else Hugging Face's Markdown |
| `read_texts` | reads them (or the abstract, where there is no text) into five sections and their numbers |
| `join_readings` | lands what was read as one batch; several workers share the two tasks before it |
| `build_warehouse` | judges the readings, builds with dbt, tests, publishes |
| `quality_gate` | fails the run when *its* readings were rejected, and says why in one line |
| `render_report` | writes the reports of all dates that list one of the papers |
| `continue_reading` | starts the next run when papers are left |

**It runs by itself** after each change of the warehouse, once it is switched on. **Trigger** it the first time, and
with a date or paper ids to read those now. A run reads up to 200 papers within its minutes, the next one the rest.

**How long.** arXiv asks for 15 seconds between two pages and one connection, so a day takes 5 minutes and a year 21
hours; runs and workers take turns. Without HTML it is asked for again 1, 3, 7 and 30 days later. No text comes twice.

**When a run is red**

* `choose_papers`: the form names a date or a paper that the warehouse does not hold; the message says which.
* `fetch_texts`: arXiv refused (403) or nobody answered. After a 403 nothing more was asked; leave the DAG switched
  off for a day and set PAPERHOUSE_CONTACT. Otherwise clear the task: what landed is not fetched again.
* `read_texts`: a landed file was changed; the message names it. Remove it and clear from `fetch_texts`.
* `build_warehouse`: a model or a data test failed; the message shows rows. Fix the model, clear the task.
* `quality_gate`: the readings were rejected; the verdict says why. Clear from `read_texts` to read the texts again.

Runs may be killed, cleared and repeated at any point."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, Metadata, Param, dag, get_current_context, task, task_group
from paperhouse.operate.alert import alert_failed_run

WAREHOUSE = Asset("paperhouse_warehouse", uri="paperhouse://warehouse")
UNREAD = Asset("paperhouse_unread", uri="paperhouse://unread")
READINGS = Asset("paperhouse_readings", uri="paperhouse://readings")  # not WAREHOUSE: it would start itself for ever
REPORT = Asset("paperhouse_report", uri="paperhouse://report")


def work():
    """What the tasks do; imported in them, because this file is parsed again and again."""
    from paperhouse.operate import reading_tasks

    return reading_tasks


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
    def choose_papers() -> list[list[str]]:
        """Pick the papers to read next, a share for each worker; skip when nothing is due."""
        return work().choose_papers(get_current_context())

    @task(execution_timeout=timedelta(hours=6), pool="arxiv")
    def fetch_texts(paper_ids: list[str]) -> list[str]:
        """Land the text of each paper, politely, until the minutes are over; return the ids that are done."""
        return work().fetch_texts(paper_ids, get_current_context())

    @task(execution_timeout=timedelta(hours=2))
    def read_texts(paper_ids: list[str]) -> str | None:
        """Read what landed, and abstracts until then; return the id of what was read."""
        return work().read_texts(paper_ids)

    @task_group(prefix_group_id=False)
    def read_share(paper_ids: list[str]):
        """The papers of one worker."""
        (done := fetch_texts(paper_ids)) >> (part := read_texts(paper_ids))
        return done, part

    @task(execution_timeout=timedelta(minutes=15))
    def join_readings(part_ids: list[str]) -> str:
        """Land and load what was read as one batch; return its id."""
        return work().join_readings(part_ids)

    @task(execution_timeout=timedelta(hours=1), pool="warehouse", outlets=[READINGS])
    def build_warehouse(batch_id: str):
        """Judge, build, test and publish everything that waits, this run's readings among it."""
        yield Metadata(READINGS, extra=work().build_warehouse(batch_id, get_current_context()))

    @task(execution_timeout=timedelta(minutes=5))
    def quality_gate(batch_id: str) -> str:
        """Fail the run when its readings were rejected; return what was checked."""
        return work().quality_gate(batch_id)

    @task(execution_timeout=timedelta(minutes=30), outlets=[REPORT])
    def render_report(shares: list[list[str]]):
        """Write the reports of every date that lists one of the papers."""
        yield Metadata(REPORT, extra=work().render_report(shares))

    @task(execution_timeout=timedelta(minutes=5), outlets=[UNREAD])
    def continue_reading(done: list[list[str]]):
        """Start the next run when papers are left; skip when nothing is."""
        yield Metadata(UNREAD, extra={"paper_count": work().continue_reading(done)})

    done, parts = read_share.expand(paper_ids=(shares := choose_papers()))
    batch_id = join_readings(parts)
    build_warehouse(batch_id) >> quality_gate(batch_id) >> render_report(shares) >> continue_reading(done)


read_papers()
