"""A backfill that is killed on the way, and what must be true of it afterwards. Part of `replay_history`."""

import itertools
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
from paperhouse.operate.service_owner import read_state
from paperhouse.settings import Settings

from tests.airflow_service import PAPERHOUSE, list_airflow_processes
from tests.replay_days import HOST, INTERVAL, QUOTA, WINDOW, Replay, expect_state, say

MOST_COMMANDS = 5


def backfill_and_kill(replay: Replay, settings: Settings, environment: dict[str, str]) -> None:
    """Run the command until it succeeds. On the way, as more and more days have ended, something is killed."""
    first = [kill_build, kill_build, kill_scheduler]
    replay.chance.shuffle(first)
    shares = [0.0, *(replay.chance.uniform(low, low + 0.1) for low in (0.1, 0.3, 0.5))]
    kills = list(zip(shares, [*first, kill_command], strict=True))
    log, started, killed, commands, code = replay.folder / "backfill.log", time.monotonic(), Counter(), 0, None
    while code != 0 and commands < MOST_COMMANDS:
        commands += 1
        with log.open("ab") as output:
            process = subprocess.Popen(
                [PAPERHOUSE, "backfill", str(replay.dates[0]), str(replay.dates[-1]), "--yes"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            while (code := process.poll()) is None:
                is_due = kills and count_ended(settings) >= kills[0][0] * len(replay.dates)
                if is_due and kills[0][1](replay, settings, process.pid):
                    killed[kills.pop(0)[1].__name__] += 1
                time.sleep(0.2)
        finally:
            process.terminate()
            process.wait(60)
        say(f"command {commands} ended with {code}: {log.read_text().splitlines()[-1]}")
    say(f"backfill of {len(replay.dates)} dates: {(time.monotonic() - started) / 60:.1f} min, {commands} commands")
    replay.compare("killed", {"kill_build": 2, "kill_command": 1, "kill_scheduler": 1}, dict(sorted(killed.items())))
    replay.compare("commands until one succeeds, its exit code", (2, 0), (commands, code))
    replay.compare_none("processes left", list(map(str, list_airflow_processes(settings.data_dir))))


def count_ended(settings: Settings) -> int:
    """Runs that have succeeded so far."""
    rows = query_airflow(settings, "select count(*) from dag_run where state = 'success'")
    return rows[0][0] if rows else 0


def kill_scheduler(replay: Replay, settings: Settings, command: int) -> bool:
    """Kill the scheduler of the command alone; it must be started again, and its tasks with it."""
    state = read_state(settings.airflow_home)
    if not state or "scheduler" not in state["processes"]:
        return False
    os.kill(state["processes"]["scheduler"][0], signal.SIGKILL)
    say(f"killed the scheduler after {count_ended(settings)} runs")
    return True


def kill_command(replay: Replay, settings: Settings, command: int) -> bool:
    """Kill the command alone: its Airflow goes on without an owner until the next command ends it."""
    if not any(query_airflow(settings, "select 1 from task_instance where state = 'running'")):
        return False
    os.kill(command, signal.SIGKILL)
    say(f"killed the command after {count_ended(settings)} runs")
    return True


def kill_build(replay: Replay, settings: Settings, command: int) -> bool:
    """Kill the process in the critical section of the build, at some moment of it."""
    if not (pid := find_builder(settings)):
        return False
    time.sleep(replay.chance.uniform(0, 4))
    if find_builder(settings) != pid:
        return False
    os.kill(pid, signal.SIGKILL)
    left = "a build file" if any(settings.build_dir.glob("*.duckdb")) else "no build file"
    say(f"killed a build after {count_ended(settings)} runs; it left {left}")
    return True


def find_builder(settings: Settings) -> int | None:
    """The process that holds the publish lock, as the kernel tells it."""
    file = settings.locks_dir / "publish.lock"
    inode = f":{file.stat().st_ino}" if file.exists() else None
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if inode and words[1] == "FLOCK" and words[5].endswith(inode):
            return int(words[4])
    return None


def query_airflow(settings: Settings, query: str) -> list[tuple]:
    file = settings.airflow_home / "airflow.db"
    if not file.exists():
        return []
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60) as metadata:
        try:
            return metadata.execute(query).fetchall()
        except sqlite3.OperationalError:  # not migrated yet
            return []


# What must be true afterwards


def check_backfill(replay: Replay, settings: Settings) -> None:
    """Runs, reports, listed papers and the state of each day, against the recorded files."""
    runs = Counter(dict(query_airflow(settings, "select state, count(*) from dag_run group by 1")))
    replay.compare("runs by state", {"success": len(replay.dates)}, dict(runs))
    retried = query_airflow(settings, "select task_id, count(*) from task_instance where try_number > 1 group by 1")
    say(f"tasks that were tried again: {dict(retried)}")
    reported = {path.name[:10] for path in settings.reports_dir.glob("*.html")}
    replay.compare_none("dates without a report", [str(day) for day in replay.dates if str(day) not in reported])
    with duckdb.connect(str(settings.warehouse_link), read_only=True) as warehouse:
        listed = warehouse.execute(
            "select listing_date, list(paper_id) from paper_listings where delisted_at is null group by 1"
        ).fetchall()
        states = dict(warehouse.execute("select listing_date, state from day_status").fetchall())
    papers = {day: {item["paper"]["id"] for item in items} for day, items in replay.items.items()}
    listed = {day: set(ids) for day, ids in listed}
    wrong = [str(day) for day in replay.dates if listed.get(day, set()) != papers.get(day, set())]
    replay.compare_none("dates with other papers than recorded", wrong)
    expected = {day: expect_state(day, replay.items) for day in replay.dates}
    wrong = [
        f"{day}: {states.get(day)}, not {expected[day]}, with {len(replay.items.get(day, []))} papers"
        for day in replay.dates
        if states.get(day) != expected[day]
    ]
    replay.compare_none("dates in another state than expected", wrong)
    by_state = [dict(sorted(Counter(found).items())) for found in (expected.values(), states.values())]
    replay.compare("dates by state", *by_state)


def check_pace(replay: Replay, settings: Settings) -> None:
    """The request ledger: no two requests too close, no window too full, and no request that is not in it."""
    lines = [line for file in settings.landing_dir.glob("requests/????-??-??.jsonl") for line in file.open()]
    requests = [entry for entry in map(json.loads, lines) if entry["host"] == HOST]
    starts = sorted(datetime.fromisoformat(entry["started_at"]).timestamp() for entry in requests)
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    close = sum(gap < INTERVAL - 0.001 for gap in gaps)
    replay.compare(f"requests less than {INTERVAL} s after another (closest {min(gaps):.3f} s)", 0, close)
    for who, moments in (("ledger", starts), ("source", sorted(replay.served))):
        most = max(sum(first <= moment < first + WINDOW for moment in moments) for first in moments)
        replay.compare(f"most requests in {WINDOW} s, by the {who}", f"at most {QUOTA}", most, most <= QUOTA)
    unknown = len(replay.served) - len(starts)
    # A request that dies with its process is answered, and written down by nobody.
    replay.compare("requests that the ledger does not know", "0 to 8", unknown, 0 <= unknown <= 8)
