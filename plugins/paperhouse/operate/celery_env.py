"""Airflow on Celery workers: what its processes need beyond one machine's settings."""

import os

from ..errors import PaperhouseError

# A worker that was killed says nothing. Its running tasks are noticed when their heartbeats stop, and what it had
# taken from the broker and not started yet when it has been queued for too long; both then run again.
DEFAULTS = {
    "AIRFLOW__CORE__PARALLELISM": "32",  # over all workers; the low limit of LocalExecutor is for its pipe
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": "4",  # tasks at once in a worker; a build takes half a gigabyte
    "AIRFLOW__CELERY__WORKER_PREFETCH_MULTIPLIER": "1",  # take no task that another worker could start now
    # The broker hands out again what nobody confirmed for so long; longer than any task, or it would start twice.
    "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "43200",
    "AIRFLOW__CELERY__OPERATION_TIMEOUT": "10",  # a second is little for a broker on a busy machine
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "300",
}
DATABASE, DATABASE_FORM = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://user:password@host/airflow"
NEEDED = {"AIRFLOW__CELERY__BROKER_URL": "redis://:password@host:6379/0", DATABASE: DATABASE_FORM}


class CeleryUnusable(PaperhouseError):
    """CeleryExecutor was asked for without what it needs; the message names the variable and its form."""


def is_celery() -> bool:
    """Whether tasks run on workers: `AIRFLOW__CORE__EXECUTOR` names CeleryExecutor."""
    return "CeleryExecutor" in (os.environ.get("AIRFLOW__CORE__EXECUTOR") or "")


def celery_variables() -> dict[str, str]:
    """The defaults of every Airflow process of a Celery installation; raises CeleryUnusable.

    Results are kept in the metadata database, as Airflow does where no other place is named.
    """
    if not is_celery():
        return {}
    for name, form in NEEDED.items():
        if not any(os.environ.get(name + suffix) for suffix in ("", "_CMD", "_SECRET")):
            raise CeleryUnusable(f"AIRFLOW__CORE__EXECUTOR=CeleryExecutor needs {name}; export it, like {form}")
    if os.environ.get(DATABASE, "").startswith("sqlite"):
        raise CeleryUnusable(
            "AIRFLOW__CORE__EXECUTOR=CeleryExecutor needs a database that all workers reach, and "
            f"{DATABASE} names a file; export it, like {DATABASE_FORM}"
        )
    return DEFAULTS
