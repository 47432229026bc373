"""What the tasks of `read_papers` do with a run's form, with nothing to do, and with what goes wrong."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from paperhouse.batches import find_batch, read_batch
from paperhouse.readers.read_texts import read_texts
from paperhouse.settings import REPO, load_settings
from paperhouse.source.server import start_source

from tests.published_papers import list_on_a_day, publish_papers
from tests.scripted_source import Reply

HTML_PAPER, ABSTRACT_PAPER = "2512.21337", "2512.16093"


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """Imported late: Airflow writes into its home as soon as it is imported."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AIRFLOW_HOME", str(tmp_path_factory.mktemp("airflow")))
        from paperhouse.operate import reading_tasks

        return reading_tasks


@pytest.fixture
def settings(monkeypatch):
    """The settings that the tasks find themselves; no Airflow listens."""
    monkeypatch.setenv("AIRFLOW__API__PORT", "9")
    with start_source(REPO / "demo") as url:
        for name in ("HF", "ARXIV", "ARXIV_API"):
            monkeypatch.setenv(f"PAPERHOUSE_{name}_URL", url)
        yield load_settings()


def run_with(**params):
    return {"params": {"date": None, "papers": None, "minutes": 1, **params}}


def test_a_run_skips_before_anything_was_published(tasks, settings):
    with pytest.raises(tasks.AirflowSkipException, match="nothing is published"):
        tasks.choose_papers(run_with())


def test_a_run_skips_when_everything_was_read(tasks, settings):
    read = [(HTML_PAPER, "keyless-1", "read", datetime.now(UTC))]
    publish_papers(settings, list_on_a_day(HTML_PAPER), read)
    with pytest.raises(tasks.AirflowSkipException, match="nothing to read"):
        tasks.choose_papers(run_with())
    with pytest.raises(tasks.AirflowSkipException, match="nothing to read for 2025-12-25"):
        tasks.choose_papers(run_with(date="2025-12-25"))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"papers": ["2512.99999"]}, r"no paper 2512\.99999"),
        ({"date": "2025-13-01"}, "is not a date"),
        ({"date": "2025-12-25", "papers": [HTML_PAPER]}, "one of them"),
    ],
)
def test_a_form_that_cannot_be_meant_fails_at_once(tasks, settings, params, words):
    publish_papers(settings, list_on_a_day(HTML_PAPER))
    with pytest.raises(tasks.AirflowFailException, match=words):
        tasks.choose_papers(run_with(**params))


def test_a_missing_pool_is_named_before_a_task_waits_in_it(tasks, settings, scripted, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__PORT", scripted.url.rpartition(":")[2])
    scripted.replies_by_path = lambda path: Reply(b"{}", 404 if path.endswith("/arxiv") else 200)
    with pytest.raises(tasks.AirflowFailException, match="airflow pools set arxiv 1"):
        tasks.choose_papers(run_with())


def test_only_ids_pass_from_task_to_task(tasks, settings):
    publish_papers(settings, list_on_a_day(HTML_PAPER, ABSTRACT_PAPER))
    (chosen,) = tasks.choose_papers(run_with())
    assert tasks.fetch_texts(chosen, run_with()) == chosen == [HTML_PAPER, ABSTRACT_PAPER]
    part_id = tasks.read_texts(chosen)
    for part_ids in ([part_id], part_id):  # Airflow gives a single one bare
        assert read_batch(find_batch(settings, tasks.join_readings(part_ids))).reading_count == 2
    assert tasks.read_texts(["2512.99999"]) is None
    for nothing in ([None], [], None):
        with pytest.raises(tasks.AirflowSkipException, match="no paper gave a reading"):
            tasks.join_readings(nothing)


def test_several_workers_make_the_same_batch_as_one(tasks, settings, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setattr(tasks, "load_settings", lambda: settings)  # whether workers share a folder is asked elsewhere
    monkeypatch.setattr(tasks, "SHARE", 1)
    publish_papers(settings, list_on_a_day(HTML_PAPER, ABSTRACT_PAPER))
    shares = tasks.choose_papers(run_with())
    assert shares == [[HTML_PAPER], [ABSTRACT_PAPER]]
    context = run_with() | {"dag_run": SimpleNamespace(start_date=datetime.now(UTC))}
    assert [tasks.fetch_texts(share, context) for share in shares] == shares
    parts = [tasks.read_texts(share) for share in shares]
    together = find_batch(settings, tasks.join_readings(parts)) / "readings.jsonl"
    alone = find_batch(settings, read_texts(settings, [HTML_PAPER, ABSTRACT_PAPER])) / "readings.jsonl"
    assert forget_moments(together) == forget_moments(alone)
    assert forget_moments(find_batch(settings, tasks.join_readings(parts)) / "readings.jsonl") == forget_moments(alone)


def forget_moments(file):
    return [json.loads(line) | {"read_at": None} for line in file.read_text().split("\n")[:-1]]


def test_parts_of_a_run_long_ago_are_forgotten_and_named(tasks, settings):
    publish_papers(settings, list_on_a_day(HTML_PAPER))
    part_id = tasks.read_texts([HTML_PAPER])
    old = settings.landing_dir / "reading_parts" / "20240101T000000000000Z-aaaaaa.jsonl"
    old.write_text("")
    tasks.join_readings([part_id])
    assert not old.exists()
    with pytest.raises(tasks.AirflowFailException, match="clear read_texts"):
        tasks.join_readings([old.stem])


def test_workers_share_the_minutes_of_the_run_and_stop_when_arxiv_refuses_one(tasks, settings, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setattr(tasks, "load_settings", lambda: settings)
    asked = []
    monkeypatch.setattr(tasks, "fetch", lambda _, ids, minutes, *__, **___: asked.append(minutes) or ids)

    def fetch_after(minutes):
        context = run_with(minutes=45) | {"dag_run": SimpleNamespace(start_date=datetime.now(UTC) - minutes)}
        return tasks.fetch_texts([HTML_PAPER], context)

    fetch_after(timedelta(minutes=5))
    fetch_after(timedelta(minutes=50))
    assert [round(minutes) for minutes in asked] == [40, 0]

    def refuse(*_, **__):
        raise tasks.ArxivBlocked("arXiv refuses us")

    with monkeypatch.context() as blocked:
        blocked.setattr(tasks, "fetch", refuse)
        with pytest.raises(tasks.AirflowFailException, match="refuses us"):
            fetch_after(timedelta(minutes=5))
    with pytest.raises(tasks.AirflowFailException, match="refused another worker of this run"):
        fetch_after(timedelta(minutes=5))
    fetch_after(timedelta(minutes=-1))  # a run that began later
    assert len(asked) == 3


def test_reading_goes_on_with_the_papers_behind_and_never_with_its_own(tasks, settings):
    publish_papers(settings, list_on_a_day("1", "2", "3"))
    assert tasks.continue_reading([["1"]]) == tasks.continue_reading(["1"]) == 2
    assert tasks.continue_reading([]) == tasks.continue_reading(None) == 3
    with pytest.raises(tasks.AirflowSkipException, match="nothing is left"):
        tasks.continue_reading([["1", "2"], ["3"]])


def test_the_gate_fails_for_rejected_and_unjudged_readings(tasks, settings):
    folder = settings.landing_dir / "readings" / "b1"
    with pytest.raises(tasks.AirflowFailException, match="no verdict"):
        tasks.quality_gate("b1")
    folder.mkdir(parents=True)
    verdict = {"fetch_id": "b1", "is_accepted": False, "reason": "evidence is missing", "checks": []}
    (folder / "verdict.json").write_text(json.dumps(verdict))
    with pytest.raises(tasks.AirflowFailException, match=r"evidence is missing.*clear read_texts"):
        tasks.quality_gate("b1")
    (folder / "verdict.json").write_text(json.dumps(verdict | {"is_accepted": True, "reason": None}))
    assert tasks.quality_gate("b1") == "accepted, 0 checks, 0 warnings"
