"""Alerts: a run that failed, or is late, is told by mail or to a webhook, through Airflow's notifiers.

DAG files name the two functions; nothing is read or imported before a run is in trouble. Airflow calls
`alert_failed_run` in its DAG processor and `alert_late_run` in a process of the executor.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from html import escape

from ..listing_date import ListingDateError, resolve_listing_date
from ..settings import Settings, load_settings

# Airflow's words for why a run failed, when no task says it.
WHY = {
    "timed_out": "the run took longer than its DAG allows",
    "all_tasks_deadlocked": "no task could start any more",
}

log = logging.getLogger("paperhouse")


@dataclass(frozen=True)
class Alert:
    """What a person needs to know, with the place to look. `reason` is one line."""

    dag: str
    run: str
    date: str | None
    task: str | None
    reason: str
    log_url: str

    @property
    def text(self) -> str:
        """One line, and the address: the form that Slack and its like show."""
        about = f" for {self.date}" if self.date else ""
        return f"{self.dag}{about}: {f'{self.task}: ' if self.task else ''}{self.reason}\n{self.log_url}"


def alert_failed_run(context: dict) -> None:
    """Tell that a run failed, and why: one alert a run, as Airflow calls this when its tasks and retries are over."""
    from .task_log import find_reason, locate_run

    settings, run, task = load_settings(), context["dag_run"], context.get("ti")
    run_type = run.run_type.value
    if not _is_wanted(settings, run_type, run.run_id):
        return
    reason = WHY.get(context.get("reason")) or (task and find_reason(task)) or "a task failed; its log says why"
    task_id = task.task_id if task else None
    date = _find_date(run_type, run.logical_date, run.run_after, run.conf)
    _send(settings, Alert(run.dag_id, run.run_id, date, task_id, reason, locate_run(run.dag_id, run.run_id, task_id)))


def alert_late_run(context: dict) -> None:
    """Tell that a run is not finished in time. Of a run that has failed by then the other alert told."""
    from .task_log import locate_run

    settings, run = load_settings(), context["dag_run"]
    dag_id, run_id, state = run["dag_id"], run["dag_run_id"], run["state"]
    if state not in {"queued", "running"} or not _is_wanted(settings, run["run_type"], run_id):
        return
    since = datetime.fromisoformat(run["start_date"] or run["queued_at"])
    reason = f"not finished in time, {state} since {since:%Y-%m-%d %H:%M} UTC"
    if state == "queued":
        reason += "; is the DAG switched on?"
    logical_date = run["logical_date"] and datetime.fromisoformat(run["logical_date"])
    date = _find_date(run["run_type"], logical_date, datetime.fromisoformat(run["run_after"]), run["conf"])
    _send(settings, Alert(dag_id, run_id, date, None, reason, locate_run(dag_id, run_id)))


def _is_wanted(settings: Settings, run_type: str, run_id: str) -> bool:
    if not settings.alert_email and not settings.alert_webhook:
        return False
    if run_type == "backfill":
        log.info("%s failed or is late: a backfill shows its dates by itself, so there is no alert for each", run_id)
        return False
    return True


def _send(settings: Settings, alert: Alert) -> None:
    notifiers = []
    if settings.alert_webhook:
        from .webhook import WebhookNotifier

        notifiers.append(WebhookNotifier(settings.alert_webhook, {"text": alert.text, **asdict(alert)}))
    if settings.alert_email:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        # Rendered from the context: the reason may quote a source, and must not be taken for a template.
        subject, body = "paperhouse: {{ alert.text.splitlines()[0]|truncate(200) }}", "{{ alert_html }}"
        notifiers.append(SmtpNotifier(to=list(settings.alert_email), subject=subject, html_content=body))
    for notifier in notifiers:
        try:
            notifier({"alert": alert, "alert_html": _format_html(alert)})
        except Exception:
            log.exception("%s could not send the alert", type(notifier).__name__)  # the other one may


def _format_html(alert: Alert) -> str:
    told = [(name, value) for name, value in asdict(alert).items() if value]
    return f"<table>{''.join(f'<tr><th>{name}</th><td>{escape(value)}</td></tr>' for name, value in told)}</table>"


def _find_date(run_type: str, logical_date: datetime | None, run_after: datetime, conf: dict | None) -> str | None:
    form_date = (conf or {}).get("date")
    try:
        return resolve_listing_date(
            run_type=run_type, logical_date=logical_date, run_after=run_after, form_date=form_date
        ).isoformat()
    except ListingDateError:
        return form_date  # why the run failed; or there is none
