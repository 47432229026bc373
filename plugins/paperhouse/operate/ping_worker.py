"""Does the Celery worker of this host answer? `python -m paperhouse.operate.ping_worker`, a container's health check.

Airflow's own way loads all of Airflow for it, every half minute.
"""

import os
import socket
import sys

TIMEOUT = 10  # seconds; a worker answers between two tasks as well as during one


def ping_worker() -> bool:
    """Ask the worker of this host over the broker."""
    from celery import Celery

    with Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"]) as app:
        app.conf.task_default_exchange = "default"
        return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=TIMEOUT))


if __name__ == "__main__":
    sys.exit(0 if ping_worker() else "the worker does not answer")
