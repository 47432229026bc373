"""A run that failed or is late is told, once, with the reason; in a real Airflow."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from paperhouse.operate.airflow_api import AirflowApi
from paperhouse.operate.alert import alert_failed_run, alert_late_run
from paperhouse.settings import REPO, SettingInvalid, load_settings

from tests.airflow_service import PAPERHOUSE, find_free_port, list_airflow_processes, make_environment
from tests.alert_sinks import MailSink, WebhookSink
from tests.scripted_source import Reply, ScriptedSource

REJECTED, SLOW = "2025-12-25", "2025-12-24"


@dataclass(frozen=True)
class Airflow:
    """A running Airflow whose source is broken, and where its alerts arrive."""

    data_dir: Path
    api: AirflowApi
    webhook: WebhookSink
    mail: MailSink

    def start_run(self, day: str) -> str:
        body = {"logical_date": None, "conf": {"date": day}}
        return self.api.call("POST", "dags/daily_papers/dagRuns", body)["dag_run_id"]

    def wait_for_state(self, run_id: str, state: str) -> None:
        while self.api.call("GET", f"dags/daily_papers/dagRuns/{run_id}")["state"] != state:
            time.sleep(0.5)

    def wait_for_alert(self, run_id: str, *, with_task: bool) -> dict:
        while True:
            for alert in self.webhook.received:
                if alert["run"] == run_id and bool(alert["task"]) == with_task:
                    return alert
            time.sleep(0.2)

    def read_log(self, run_id: str, task_id: str) -> list[dict]:
        folder = self.data_dir / "airflow" / "logs" / "dag_id=daily_papers" / f"run_id={run_id}"
        lines = (folder / f"task_id={task_id}" / "attempt=1.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


def answer(query: dict[str, str]) -> Reply:
    if query["date"] == SLOW:
        time.sleep(25)
    return Reply(b"<html>maintenance {{ 7 * 7 }}</html>")


def set_alerts(monkeypatch: pytest.MonkeyPatch, webhook: str | None, mail: str | None = None) -> None:
    if webhook:
        monkeypatch.setenv("PAPERHOUSE_ALERT_WEBHOOK", webhook)
    if mail:
        monkeypatch.setenv("PAPERHOUSE_ALERT_EMAIL", "me@example.org")
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mail)


def make_failure(run_type: str = "manual") -> dict:
    """What Airflow hands to the callback of a failed run, as far as it is read."""
    moment = datetime(2025, 12, 26, tzinfo=UTC)
    run = SimpleNamespace(
        dag_id="daily_papers",
        run_id="manual__1",
        run_type=SimpleNamespace(value=run_type),
        logical_date=moment,
        run_after=moment,
        conf={"date": REJECTED} if run_type == "manual" else {},
    )
    task = SimpleNamespace(dag_id="daily_papers", run_id="manual__1", task_id="quality_gate", try_number=1)
    return {"dag_run": run, "ti": task, "reason": "task_failure"}


def make_late(state: str, run_type: str = "scheduled") -> dict:
    """What Airflow hands to the callback of a missed deadline, as far as it is read."""
    day = "2025-12-25T00:00:00Z"
    run = {"dag_id": "daily_papers", "dag_run_id": "r1", "run_type": run_type, "state": state, "conf": None}
    times = {"logical_date": day, "queued_at": "2025-12-26T00:00:01Z", "start_date": None, "run_after": day}
    return {"dag_run": run | times, "deadline": {"id": "x", "deadline_time": day}}


def test_nothing_is_sent_unless_somebody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookSink() as webhook:
        alert_failed_run(make_failure())
        assert webhook.received == []
        set_alerts(monkeypatch, webhook.url)
        alert_failed_run(make_failure())
        assert len(webhook.received) == 1


def test_backfill_shows_its_failures_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookSink() as webhook:
        set_alerts(monkeypatch, webhook.url)
        alert_failed_run(make_failure("backfill"))
        alert_late_run(make_late("running", "backfill"))
        assert webhook.received == []


def test_reason_is_the_last_exception_of_the_log_and_without_one_the_log_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "dag_id=daily_papers" / "run_id=manual__1" / "task_id=quality_gate" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    faults = [{"error_detail": [{"exc_type": "ValueError", "exc_value": text}]} for text in ("first", "the\nlast")]
    with WebhookSink() as webhook:
        set_alerts(monkeypatch, webhook.url)
        monkeypatch.setenv("AIRFLOW__LOGGING__BASE_LOG_FOLDER", str(tmp_path))
        alert_failed_run(make_failure())
        log.write_text("no JSON\n" + "\n".join(json.dumps(line) for line in [*faults, {"event": "end"}, 7]))
        alert_failed_run(make_failure())
        alert_failed_run(make_failure() | {"reason": "timed_out"})
    reasons = [one["reason"] for one in webhook.received]
    assert reasons == ["a task failed; its log says why", "the last", "the run took longer than its DAG allows"]


def test_late_run_is_told_unless_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookSink() as webhook:
        set_alerts(monkeypatch, webhook.url)
        for state in ("failed", "success", "queued"):
            alert_late_run(make_late(state))
    (alert,) = webhook.received
    assert alert["date"] == REJECTED
    words = "not finished in time, queued since 2025-12-26 00:00 UTC; is the DAG switched on?"
    assert alert["reason"] == words
    assert alert["text"].startswith(f"daily_papers for {REJECTED}: {words}\nhttp")


def test_webhook_that_is_down_harms_nothing_and_stays_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with MailSink() as mail, WebhookSink(status=302) as moved:
        for url in ("http://127.0.0.1:9/hook/secret-part", moved.url):
            set_alerts(monkeypatch, url, mail.connection)
            alert_failed_run(make_failure())
        assert len(mail.received) == 2
        assert len(moved.received) == 1
    assert "the webhook at 127.0.0.1 gave no answer: ConnectionError" in caplog.text
    assert "the webhook at 127.0.0.1 answered HTTP 302" in caplog.text
    assert "secret-part" not in caplog.text


def test_mail_server_that_is_down_does_not_keep_the_webhook_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebhookSink() as webhook:
        set_alerts(monkeypatch, webhook.url, "smtp://127.0.0.1:9?disable_ssl=true&disable_tls=true&retry_limit=0")
        alert_failed_run(make_failure())
        assert len(webhook.received) == 1


@pytest.mark.parametrize("url", ["http://example.org/x", "example.org/x", "https://"])
def test_webhook_must_be_private(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PAPERHOUSE_ALERT_WEBHOOK", url)
    with pytest.raises(SettingInvalid, match=r"PAPERHOUSE_ALERT_WEBHOOK is no https address"):
        load_settings()


def test_address_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERHOUSE_ALERT_EMAIL", "me@example.org, nobody")
    with pytest.raises(SettingInvalid, match=r"'nobody' is no address"):
        load_settings()


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    data_dir, dags = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("dags") / "dags"
    shutil.copytree(REPO / "dags", dags)
    dag = dags / "daily_papers.py"
    text = dag.read_text()
    assert text.count("timedelta(hours=3)") == 1
    dag.write_text(text.replace("timedelta(hours=3)", "timedelta(seconds=3)"))
    port = find_free_port()
    with ScriptedSource() as source, WebhookSink() as webhook, MailSink() as mail:
        source.replies = answer
        environment = make_environment(
            data_dir,
            source.url,
            AIRFLOW__API__PORT=str(port),
            AIRFLOW__CORE__DAGS_FOLDER=str(dags),
            AIRFLOW_CONN_SMTP_DEFAULT=mail.connection,
            PAPERHOUSE_ALERT_EMAIL="one@example.org, two@example.org",
            PAPERHOUSE_ALERT_WEBHOOK=webhook.url,
        )
        terminal = data_dir / "terminal.txt"
        with terminal.open("w") as output:
            process = subprocess.Popen([PAPERHOUSE, "up"], env=environment, stdout=output, stderr=subprocess.STDOUT)
            try:
                while "runs at" not in terminal.read_text():
                    assert process.poll() is None, terminal.read_text()
                    time.sleep(0.2)
                api = AirflowApi(port, data_dir / "airflow")
                api.call("PATCH", "dags/daily_papers", {"is_paused": False})
                yield Airflow(data_dir, api, webhook, mail)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(120)
    assert list_airflow_processes(data_dir) == []


@pytest.fixture(scope="module")
def rejected_run(airflow: Airflow) -> str:
    run_id = airflow.start_run(REJECTED)
    airflow.wait_for_state(run_id, "failed")
    return run_id


@pytest.mark.slow
def test_rejected_fetch_is_told_once_with_the_words_of_the_gate(airflow: Airflow, rejected_run: str) -> None:
    run_id = rejected_run
    alert = airflow.wait_for_alert(run_id, with_task=True)
    assert (alert["dag"], alert["date"], alert["task"]) == ("daily_papers", REJECTED, "quality_gate")
    assert alert["reason"].startswith(f"{REJECTED}: rejected, ")
    assert "{{ 7 * 7 }}" in alert["reason"]
    assert alert["log_url"] in alert["text"]
    assert "/tasks/quality_gate" in alert["log_url"]
    while not (mails := [mail for mail in airflow.mail.received if f"{REJECTED}: quality_gate" in mail["Subject"]]):
        time.sleep(0.2)
    (mail,) = mails
    assert mail["To"] == "one@example.org, two@example.org"
    assert "{{ 7 * 7 }}" in mail.get_body(("html",)).get_content()
    assert len([one for one in airflow.webhook.received if one["run"] == run_id and one["task"]]) == 1


@pytest.mark.slow
def test_run_that_takes_too_long_is_told_while_it_runs(airflow: Airflow) -> None:
    run_id = airflow.start_run(SLOW)
    alert = airflow.wait_for_alert(run_id, with_task=False)
    assert alert["date"] == SLOW
    assert alert["reason"].startswith("not finished in time, running since ")
    assert airflow.api.call("GET", f"dags/daily_papers/dagRuns/{run_id}")["state"] == "running"


@pytest.mark.slow
def test_every_line_of_a_task_names_date_fetch_task_and_run(airflow: Airflow, rejected_run: str) -> None:
    for task_id in ("extract_listing", "load_raw", "build_warehouse", "quality_gate"):
        lines = [line for line in airflow.read_log(rejected_run, task_id) if line.get("logger") == "paperhouse"]
        assert lines, task_id
        for line in lines:
            assert (line["task_id"], line["run_id"], line["listing_date"]) == (task_id, rejected_run, REJECTED)
            assert line["fetch_id"].count("-") == 1
