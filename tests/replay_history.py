"""Replay recorded history through a real backfill, kill it on the way, and compare. `make replay RECORDED=…`

A backfill with Airflow loses its build twice, its scheduler once and its own command once, each by SIGKILL. It must
end with every day as recorded, in the right state, with a report, with no host asked too often, and with the content
hash of a quiet replay without Airflow. Then `rebuild` must tell the same story, also after a rejected fetch, a
rollback and a cleared old run. All 892 dates take the better part of an hour; `--days 15` shows the same in minutes.
"""

import argparse
import copy
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

from paperhouse.build import build_warehouse
from paperhouse.content_hash import compare_content
from paperhouse.extract import extract_listing
from paperhouse.load import load_raw
from paperhouse.operate.airflow_env import DAG_ID
from paperhouse.operate.backfill import BACKFILL_VARIABLES
from paperhouse.operate.services import running_services
from paperhouse.publish import current_version
from paperhouse.rollback import roll_back
from paperhouse.settings import Settings

from tests.airflow_service import list_airflow_processes, make_environment, run_paperhouse
from tests.replay_backfill import backfill_and_kill, check_backfill, check_pace
from tests.replay_days import HOST, INTERVAL, Replay, hash_of, say


def replay_quietly(replay: Replay, settings: Settings) -> None:
    """The same dates in their order, without Airflow: every list is landed and loaded, then one build."""
    for number, day in enumerate(replay.dates, 1):
        load_raw(settings, extract_listing(settings, day).fetch_id)
        if number % 100 == 0:
            say(f"landed and loaded {number} of {len(replay.dates)} dates")
    built = build_warehouse(settings, say=lambda line: None)
    replay.compare(
        "fetches accepted and rejected in the quiet replay",
        (len(replay.dates), 0),
        (built.accepted_count, built.rejected_count),
    )


def check_rebuilds(replay: Replay, settings: Settings, environment: dict[str, str]) -> None:
    """Rebuild, and again after a rejected fetch, after a rollback, and after an old run was cleared."""
    before = hash_of(settings)
    rebuild(replay, settings, environment, "after the backfill", before)
    day = max(day for day, items in replay.items.items() if len(items) > 5 and len(items) != 50)
    new = copy.deepcopy(replay.items[day][0])
    new["paper"] |= {"id": f"{day:%y%m}.99999", "title": "A paper that came late"}

    replay.replaced[str(day)] = []
    run = run_paperhouse("run", str(day), environment=environment)
    replay.compare(f"a run of {day} that gets an empty list fails", True, run.returncode != 0)
    rebuild(replay, settings, environment, "after a rejected fetch", before)

    replay.replaced[str(day)] = [*replay.items[day], new]
    run = run_paperhouse("run", str(day), environment=environment)
    grown = hash_of(settings)
    replay.compare(
        f"a run of {day} that gets one paper more publishes it", (0, True), (run.returncode, grown != before)
    )
    replay.compare("fetches that a rollback holds", 1, len(roll_back(settings)["held_fetches"]))
    rebuild(replay, settings, environment, "after a rollback", before)
    run_paperhouse("release", environment=environment)
    replay.compare("hash after the release", grown, hash_of(settings))

    replay.compare(f"the old run of {day}, cleared after its extract", "success", clear_old_run(settings, day))
    replay.compare("hash after it", grown, hash_of(settings))
    rebuild(replay, settings, environment, "after a cleared old run", grown)


def rebuild(replay: Replay, settings: Settings, environment: dict[str, str], when: str, expected: str) -> None:
    done = run_paperhouse("rebuild", environment=environment)
    replay.compare(f"hash of rebuild {when}", (0, expected), (done.returncode, hash_of(settings)))
    if done.returncode:
        print(done.stdout)


def clear_old_run(settings: Settings, day: date) -> str:
    """Let Airflow load and build the fetch of the backfill's run again; return the state in which the run ends."""
    with running_services(settings, extra=BACKFILL_VARIABLES) as services:
        api, path = services.api, f"dags/{DAG_ID}"
        query = {"run_type": "backfill", "logical_date_gte": f"{day}T00:00:00Z", "logical_date_lte": f"{day}T00:00:00Z"}
        (run,) = api.call("GET", f"{path}/dagRuns", **query)["dag_runs"]
        wanted = {"dag_run_id": run["dag_run_id"], "task_ids": ["load_raw"], "include_downstream": True}
        api.call("PATCH", path, {"is_paused": False}, update_mask="is_paused")
        api.call("POST", f"{path}/clearTaskInstances", wanted | {"dry_run": False, "only_failed": False})
        while (state := api.call("GET", f"{path}/dagRuns/{run['dag_run_id']}")["state"]) in ("queued", "running"):
            services.check_alive()
            time.sleep(1)
        api.call("PATCH", path, {"is_paused": True}, update_mask="is_paused")
    return state


def replay_and_compare(replay: Replay) -> None:
    """The whole story, in the folder of the replay; nothing of it keeps running."""
    for name in [name for name in os.environ if name.startswith(("PAPERHOUSE_", "AIRFLOW"))]:
        del os.environ[name]
    with replay.serve() as url:
        addresses = {"hf_url": url, "arxiv_url": url, "arxiv_api_url": url}
        killed = Settings(data_dir=replay.folder / "killed", request_intervals={HOST: INTERVAL}, **addresses)
        quiet = Settings(data_dir=replay.folder / "quiet", **addresses)
        environment = make_environment(killed.data_dir, url, PAPERHOUSE_REQUEST_INTERVALS=f"{HOST}={INTERVAL}")
        try:
            backfill_and_kill(replay, killed, environment)
            check_pace(replay, killed)
            check_backfill(replay, killed)
            replay_quietly(replay, quiet)
            replay.compare("hash of the killed backfill is that of the quiet replay", hash_of(quiet), hash_of(killed))
            for line in compare_content(current_version(quiet), current_version(killed)):
                say(f"  {line}")
            check_rebuilds(replay, killed, environment)
        finally:
            for pid in list_airflow_processes(killed.data_dir):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recorded", type=Path, help="a folder with hf_daily_api/<date>.json.gz")
    parser.add_argument("--days", type=int, help="the last so many recorded days instead of all")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the moments of the kills")  # noqa: S311
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="paperhouse-replay-"))
    replay = Replay(wanted.recorded.resolve(), wanted.days, wanted.seed, folder)
    say(f"{len(replay.items)} recorded days, {replay.dates[0]} … {replay.dates[-1]}, seed {wanted.seed}, in {folder}")
    replay_and_compare(replay)
    width = max(len(what) for _, what, *_ in replay.outcomes)
    for right, what, expected, seen in replay.outcomes:
        print(f"{'ok   ' if right else 'WRONG'} {what:<{width}}  expected {expected:<20}  seen {seen}")
    if all(right for right, *_ in replay.outcomes):
        shutil.rmtree(folder)
        return 0
    print(f"Something differs; everything is kept in {folder}. Again: --seed {wanted.seed}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
