"""Imported by every Airflow process of paperhouse, before it opens its metadata database.

Warm tasks: a task process inherits what its parent has imported, so the scheduler (LocalExecutor) and a Celery
worker load dbt and Great Expectations once, instead of every task for seven seconds. Nothing depends on it:
where processes are not forked, tasks import for themselves.

SQLite: see `begin_before_savepoint`.
"""

import contextlib
import gc
import importlib
import os
import sys
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

# Airflow copies these names, and no others, into its own settings.
__all__ = ["create_metadata_engine"]

HEAVY_MODULES = (
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "duckdb",
    "great_expectations",
    "pandas",
    "paperhouse.build",
    "paperhouse.extract",
    "paperhouse.judge",
    "paperhouse.readers.read_texts",
    "paperhouse.report.render",
    "paperhouse.texts.fetch",
)


def create_metadata_engine(
    sql_alchemy_conn: str, *, engine_args: dict[str, Any], connect_args: dict[str, Any]
) -> Engine:
    """Airflow's own engine, with the one change that SQLite needs."""
    engine = create_engine(sql_alchemy_conn, connect_args=connect_args, **engine_args, future=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "savepoint", begin_before_savepoint)
    return engine


def begin_before_savepoint(connection: Connection, _name: str) -> None:
    """Open a write transaction before a savepoint that would stand alone.

    Python's sqlite3 begins no transaction for SAVEPOINT. Alone it is a read transaction, and its first write
    fails at once with "database is locked" when somebody else has written since: a backfill of many days,
    one savepoint a day, broke in the middle while the scheduler was at work (apache/airflow#69659). BEGIN
    IMMEDIATE waits for its turn instead, and all days become visible together.
    """
    if not connection.connection.dbapi_connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def forks_tasks() -> bool:
    """Whether tasks are forked from this process: a scheduler's own, or those of a Celery worker."""
    command, executor = set(sys.argv), os.environ.get("AIRFLOW__CORE__EXECUTOR") or "LocalExecutor"
    return {"celery", "worker"} <= command or ("scheduler" in command and "LocalExecutor" in executor)


if forks_tasks():
    for module in HEAVY_MODULES:
        # Airflow stops on an ImportError in this file; a missing module only costs the tasks their start.
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    with contextlib.suppress(Exception):  # whatever it is, the task that builds will say it in its own log
        from paperhouse.settings import load_settings
        from paperhouse.transform import parse_project

        parse_project(load_settings())
    gc.freeze()  # the collector would touch, and so copy, the pages that all tasks share
