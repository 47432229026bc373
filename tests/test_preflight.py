import pytest
from paperhouse.operate.preflight import PoolMissing, check_pool

from tests.scripted_source import Reply


def listen(monkeypatch, scripted):
    monkeypatch.setenv("AIRFLOW__API__PORT", scripted.url.rpartition(":")[2])


def test_missing_pool_is_named_with_the_command_that_creates_it(settings, scripted, monkeypatch):
    listen(monkeypatch, scripted)
    scripted.replies = [Reply(b'{"detail": "The Pool with name: `warehouse` was not found"}', status=404)]
    with pytest.raises(PoolMissing, match="airflow pools set warehouse 3"):
        check_pool(settings)


def test_pool_that_is_there_is_asked_for_once_a_minute(settings, scripted, monkeypatch):
    listen(monkeypatch, scripted)
    scripted.replies = [Reply(b'{"name": "warehouse", "slots": 3}')]
    check_pool(settings)
    check_pool(settings)
    assert len(scripted.queries) == 1


def test_run_without_a_server_needs_no_pool(settings, monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__PORT", "9")
    check_pool(settings)
