"""What `paperhouse doctor` looks at in Airflow: its metadata database is read, and no component of it is asked.

Nothing here imports Airflow, which takes seconds and would create what is missing.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from ..checkup.finding import Finding, find_ok, find_problem, find_warning, list_some
from ..settings import Settings
from .airflow_env import DAG_ID, airflow_home
from .prepare_airflow import POOLS
from .service_owner import read_state

SILENCE = timedelta(seconds=60)  # a scheduler reports every five
SMTP = "smtp_default"


def check_airflow(settings: Settings) -> Iterator[Finding]:
    """Pools, schedulers, DAG files and stuck runs; the mail server when alerts go by mail."""
    address = os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN") or ""
    if not address or address.startswith("sqlite"):
        file = Path(address.removeprefix("sqlite:///") or airflow_home(settings) / "airflow.db")
        if not file.exists():
            yield find_ok("Airflow", "was never started in this data folder")
            yield from _check_mail(settings, None)
            return
        # Without a log nobody has it open, and a plain read-only open would create one.
        is_open = file.with_name(f"{file.name}-wal").exists()
        address = f"sqlite:///file:{file}?mode=ro&uri=true{'' if is_open else '&immutable=1'}"
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
    try:
        with engine.connect() as metadata:
            yield from _check_pools(metadata)
            yield from _check_scheduler(settings, metadata)
            yield from _check_dag_files(metadata)
            yield from _check_backfills(metadata)
            yield from _check_mail(settings, metadata)
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        yield find_problem("Airflow", f"its metadata cannot be read: {reason}", "paperhouse up prepares it anew")


def _check_pools(metadata: sqlalchemy.Connection) -> Iterator[Finding]:
    slots = dict(_ask(metadata, "select pool, slots from slot_pool"))
    for name, (wanted, purpose) in POOLS.items():
        if slots.get(name, 0) < 1:
            yield find_problem(
                "Airflow pools",
                f"the pool {name!r} ({purpose}) {'has no slot' if name in slots else 'is missing'}; "
                "tasks in it wait for ever",
                f"paperhouse airflow pools set {name} {wanted} turns",
            )
    if all(slots.get(name, 0) >= 1 for name in POOLS):
        yield find_ok("Airflow pools", ", ".join(f"{name} {slots[name]}" for name in POOLS))


def _check_scheduler(settings: Settings, metadata: sqlalchemy.Connection) -> Iterator[Finding]:
    rows = _ask(metadata, "select max(latest_heartbeat) from job where job_type = 'SchedulerJob' and state = 'running'")
    seen_at = _parse_time(rows[0][0])
    paused = dict(_ask(metadata, "select dag_id, is_paused from dag where is_stale = false"))
    is_on = paused.get(DAG_ID) is not None and not paused[DAG_ID]
    state = f"{DAG_ID} is switched {'on' if is_on else 'off'}"
    if seen_at and datetime.now(UTC) - seen_at < SILENCE:
        yield find_ok("Airflow scheduler", f"reports; {state}")
        return
    silent = f"has not reported since {seen_at:%Y-%m-%d %H:%M:%S} UTC" if seen_at else "does not run"
    if read_state(airflow_home(settings)) and seen_at:
        advice = "see logs/services/scheduler.log in Airflow's home; stop `make up` and start it again"
        yield find_problem("Airflow scheduler", f"{silent}; {state}", advice)
    elif is_on:
        yield find_warning("Airflow scheduler", f"{silent}; {state}", "start it and let it run: make up")
    else:
        yield find_ok("Airflow scheduler", f"{silent}; {state}")


def _check_dag_files(metadata: sqlalchemy.Connection) -> Iterator[Finding]:
    broken = _ask(metadata, "select filename, stacktrace from import_error")
    for name, trace in broken:
        reason = (trace.strip().splitlines() or ["no reason given"])[-1]
        yield find_problem("DAG files", f"{name} cannot be loaded: {reason}", "put it right, or restore it from git")


def _check_backfills(metadata: sqlalchemy.Connection) -> Iterator[Finding]:
    """A run of a backfill that has ended is never started again once somebody clears it (apache/airflow#72054)."""
    stuck = _ask(
        metadata,
        "select run_id from dag_run join backfill on backfill.id = dag_run.backfill_id "
        "where dag_run.state = 'queued' and backfill.completed_at is not null order by run_id",
    )
    if stuck:
        yield find_warning(
            "backfills",
            f"{len(stuck)} runs of a backfill that has ended wait for ever: {list_some([row[0] for row in stuck])}",
            "mark them failed in the UI and start a new backfill of their dates",
        )


def _check_mail(settings: Settings, metadata: sqlalchemy.Connection | None) -> Iterator[Finding]:
    if not settings.alert_email:
        return
    known = bool(os.environ.get(f"AIRFLOW_CONN_{SMTP.upper()}"))
    if metadata and not known:
        known = bool(_ask(metadata, f"select 1 from connection where conn_id = '{SMTP}'"))  # noqa: S608 - our word
    if known:
        yield find_ok("alerts", f"go to {', '.join(settings.alert_email)}")
    else:
        yield find_warning(
            "alerts",
            f"PAPERHOUSE_ALERT_EMAIL is set, and Airflow knows no mail server {SMTP!r}",
            "export AIRFLOW_CONN_SMTP_DEFAULT; the README shows its form",
        )


def _ask(metadata: sqlalchemy.Connection, query: str) -> list[tuple]:
    return [tuple(row) for row in metadata.execute(sqlalchemy.text(query))]


def _parse_time(value: object) -> datetime | None:
    """SQLite gives text without a zone, Postgres a moment; both are UTC."""
    moment = value
    if isinstance(value, str):
        with suppress(ValueError):
            moment = datetime.fromisoformat(value)
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
