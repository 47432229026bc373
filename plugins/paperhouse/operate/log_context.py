"""Log context: which listing date and which fetch a task is about, as fields of every line that it logs.

Airflow's task logs are JSON lines, and Airflow itself names the DAG, the run, the task and the attempt in each. A
message stays a plain sentence; where nobody writes JSON, as on the command line, the fields do not show.
"""

from structlog.contextvars import bind_contextvars, unbind_contextvars

FIELDS = ("listing_date", "fetch_id", "batch_id")


def name_in_log(
    listing_date: object = None, fetch_id: str | list[str] | None = None, batch_id: str | None = None
) -> None:
    """From here on every line of this process names these, several with commas; what is not given, no longer."""
    values = zip(FIELDS, (listing_date, fetch_id, batch_id), strict=True)
    # A run without a server does all of its tasks in one process: what the task before named must go.
    unbind_contextvars(*FIELDS)
    bind_contextvars(
        **{name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in values if value}
    )
