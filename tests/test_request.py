import json
import multiprocessing
import time
from dataclasses import replace

import pytest
from paperhouse import request
from paperhouse.request import SourceRefused, SourceUnreachable, get_answer, open_session

from tests.scripted_source import Reply


@pytest.fixture(autouse=True)
def without_long_backoff(monkeypatch):
    monkeypatch.setattr(request, "FIRST_BACKOFF", 0.01)


def ask(settings, path="/api/daily_papers", **params):
    with open_session(settings) as session:
        return get_answer(settings, session, settings.hf_url + path, params)


def read_ledger(settings):
    files = (settings.landing_dir / "requests").glob("2*.jsonl")
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_answer_is_the_body_byte_for_byte(settings, scripted):
    scripted.replies = [Reply('[{"title": "Wörter, 词 \\u0000"}]'.encode(), headers={"ETag": '"x"'})]
    answer = ask(settings)
    assert answer.body == '[{"title": "Wörter, 词 \\u0000"}]'.encode()
    assert answer.headers == {"etag": '"x"', "date": answer.headers["date"]}


def test_caller_says_who_it_is_and_shows_its_token(settings, scripted):
    ask(replace(settings, contact="me@example.org", hf_token="hf_1"))
    assert scripted.headers[0]["User-Agent"].startswith("paperhouse/")
    assert "mailto:me@example.org" in scripted.headers[0]["User-Agent"]
    assert scripted.headers[0]["Authorization"] == "Bearer hf_1"


def test_retry_after_is_obeyed_and_every_request_counted(settings, scripted):
    scripted.replies = [Reply(status=429, headers={"Retry-After": "1"}), Reply(b"[]")]
    started = time.monotonic()
    assert ask(settings).body == b"[]"
    assert time.monotonic() - started >= 1
    assert [entry["status"] for entry in read_ledger(settings)] == [429, 200]


def test_exhausted_ratelimit_delays_the_next_request_to_the_host(settings, scripted):
    scripted.replies = [Reply(headers={"RateLimit": '"api";r=0;t=1'}), Reply()]
    ask(settings)
    started = time.monotonic()
    ask(settings)
    assert time.monotonic() - started >= 0.9


def test_ratelimit_of_a_429_is_obeyed(settings, scripted):
    scripted.replies = [Reply(status=429, headers={"RateLimit": '"api";r=0;t=1'}), Reply()]
    started = time.monotonic()
    ask(settings)
    assert time.monotonic() - started >= 0.9


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_error_is_tried_again(settings, scripted, status):
    scripted.replies = [Reply(status=status), Reply(status=status), Reply(b"[1]")]
    assert ask(settings).body == b"[1]"


def test_cut_body_is_tried_again_and_never_returned(settings, scripted):
    scripted.replies = [Reply(b'[{"paper": 1}]', cut_after=5), Reply(b'[{"paper": 1}]')]
    assert ask(settings).body == b'[{"paper": 1}]'
    assert len(scripted.queries) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refusal_is_not_tried_again(settings, scripted, status):
    scripted.replies = [Reply(b'{"error": "no such date"}', status=status)]
    with pytest.raises(SourceRefused, match=f"HTTP {status}.*no such date"):
        ask(settings)
    assert len(scripted.queries) == 1


def test_stopped_source_is_named_with_its_address_and_the_fix(settings):
    stopped = replace(settings, hf_url="http://127.0.0.1:9")
    with pytest.raises(SourceUnreachable, match=r"no answer from http://127\.0\.0\.1:9.*refused.*run the date again"):
        ask(stopped)
    assert [entry["status"] for entry in read_ledger(stopped)] == [None] * request.ATTEMPTS


def test_body_that_never_ends_is_given_up(settings, scripted, monkeypatch):
    monkeypatch.setattr(request, "BODY_LIMIT", 10)
    scripted.replies = [Reply(b"x" * 100)]
    with pytest.raises(SourceRefused, match="more than 10 bytes"):
        ask(settings)


def ask_three_times(settings):
    for _ in range(3):
        ask(settings)


def test_processes_together_keep_the_pace_of_a_host(settings, scripted):
    interval = 0.15
    paced = replace(settings, request_intervals={"127.0.0.1": interval})
    arrivals = []

    def answer(query):
        arrivals.append(time.monotonic())
        return Reply()

    scripted.replies = answer
    processes = [multiprocessing.Process(target=ask_three_times, args=(paced,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    gaps = [later - earlier for earlier, later in zip(sorted(arrivals), sorted(arrivals)[1:], strict=False)]
    assert len(gaps) == 8
    # Nine requests need eight intervals; one late arrival may shorten the gap after it, never the whole.
    assert sum(gaps) >= 8 * interval * 0.9
