"""Kill a run of a day at random, again and again: `python -m tests.faults.kills --kills 300 [--lake]`.

Each worker has a data folder of its own. A day is run and killed; then it goes on as a retry does, is killed up to
twenty times more, and runs to its end. Half of the kills are spread evenly over the time of a run, most of which is
dbt's; the other half over its steps, each soon after the step began. After every kill and every end the published
invariant must hold. After each 50 kills all is recomputed from the landing zone, and a new folder is begun, so that the
first publication is killed too. With a lake, each worker has one of its own, and another host reads it after each kill.
"""

import argparse
import contextlib
import gzip
import importlib
import json
import multiprocessing
import queue
import random
import secrets
import shutil
import statistics
import sys
import tempfile
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from paperhouse import build, extract, judge, publish
from paperhouse.lake import pull, push, tidy
from paperhouse.scope import list_waiting
from paperhouse.settings import REPO, Settings
from paperhouse.source.server import start_source
from paperhouse.transform import parse_project

from tests.faults import days
from tests.faults.invariant import assert_published_invariant
from tests.faults.lake_invariant import assert_lake_invariant
from tests.faults.processes import Child
from tests.postgres_server import Postgres, start_postgres

# Where a kill fell is the innermost of these that was at work.
STEPS = {
    "extract": (days, "extract_listing"),
    "land": (extract, "land_fetch"),
    "load": (days, "load_raw"),
    "open build": (days, "build_warehouse"),
    "copy": (build, "copy_scope"),
    "dbt": (build, "run_dbt"),
    "judge": (build, "_judge_group"),
    "verdict": (build, "record_verdicts"),
    "log": (build, "record_publish"),
    "publish": (build, "publish_build"),
    "link": (publish, "point_link"),
    "docs": (judge.Judge, "publish_docs"),
}
LAKE_STEPS = {
    **STEPS,
    "pull": (pull, "pull_newest"),
    "push": (push, "push_version"),
    "write": (push, "_write_tables"),
    "commit": (push, "_commit"),
    "place": (publish, "place_version"),
    "tidy": (tidy, "tidy_lake"),
}
FIRST_STEPS = {"extract", "land", "load"}  # a run that goes on has them behind it
KILLS_A_FOLDER = 50
MOST_KILLS_A_DAY = 21
DELAY = 0.05  # seconds behind the beginning of a step, at most
DAY_COUNT = 12  # small lists: a build costs the same, and more of its time is between two steps
FORK = multiprocessing.get_context("fork")


@dataclass
class Tally:
    """What happened: kills by step, runs that ended, recomputations, and what was wrong."""

    kills: Counter = field(default_factory=Counter)
    completions: int = 0
    recomputations: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        steps = ", ".join(f"{step} {self.kills[step]}" for step in ["start", *LAKE_STEPS, "end"] if self.kills[step])
        return (
            f"{self.kills.total()} kills ({steps}), {self.completions} completions, "
            f"{self.recomputations} recomputations, {len(self.violations)} violations"
        )


def run_kills(
    kills: int, workers: int, seed: int, say: Callable[[str], None] = print, server: Postgres | None = None
) -> Tally:
    """Kill so many runs, spread over the workers; returns what happened. The folder of a violation is kept.

    With a server, what is published goes to a lake whose catalog is there.
    """
    tally, events, started = Tally(), FORK.Queue(), time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="paperhouse-kills-"))
    with serve_days() as (url, served):
        shares = [kills // workers + (number < kills % workers) for number in range(workers)]
        processes = [
            FORK.Process(target=work, args=(folder / str(number), url, served, share, seed + number, events, server))
            for number, share in enumerate(shares)
        ]
        for process in processes:
            process.start()
        while any(process.is_alive() for process in processes) or not events.empty():
            with contextlib.suppress(queue.Empty):
                count(tally, *events.get(timeout=1))
                if tally.kills.total() % 25 == 0 and tally.kills.total():
                    say(f"{time.monotonic() - started:.0f} s: {tally}")
        for process in processes:
            process.join()
            if process.exitcode:
                tally.violations.append(f"a worker ended with exit code {process.exitcode}")
    if tally.violations:
        say(f"everything is kept in {folder}; again with --seed {seed}")
    else:
        shutil.rmtree(folder)
    say(f"{time.monotonic() - started:.0f} s, seed {seed}: {tally}")
    return tally


@contextlib.contextmanager
def serve_days() -> Iterator[tuple[str, list[str]]]:
    """The offline source with the smallest of the last recorded days, or the demo's; yields its address and days."""
    recorded = REPO.parent / "shared" / "recorded"
    folder = recorded if recorded.is_dir() else REPO / "demo"
    sizes = {}
    for file in sorted(folder.glob("hf_daily_api/*.json*"))[-60:]:
        content = file.read_bytes()
        items = json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)
        sizes[file.name[:10]] = len(items)
    with start_source(folder) as url:
        yield url, sorted(sorted((day for day in sizes if sizes[day]), key=sizes.get)[:DAY_COUNT])


def count(tally: Tally, kind: str, what: str) -> None:
    if kind == "killed":
        tally.kills[what] += 1
    elif kind == "violation":
        tally.violations.append(what)
        print(f"VIOLATION: {what}", flush=True)
    else:
        tally.completions += kind == "completed"
        tally.recomputations += kind == "recomputed"


def work(
    data_dir: Path, url: str, served: list[str], kills: int, seed: int, events, server: Postgres | None = None
) -> None:
    """One worker: kill until its share is done."""
    settings, chance = Settings(data_dir=data_dir, hf_url=url), random.Random(seed)  # noqa: S311
    # As a scheduler does: else most of a run, and most of the kills, would be spent on imports.
    importlib.import_module("great_expectations")
    parse_project(settings)
    aims = [("", (number + 0.5) / kills) for number in range(0, kills, 2)]
    steps = list(LAKE_STEPS if server else STEPS)
    aims += [(steps[number // 2 % len(steps)], chance.random()) for number in range(1, kills, 2)]
    chance.shuffle(aims)
    tidy.TIDY_EVERY = 3  # else it would hardly ever be killed
    settings = begin_lake(settings, server)
    seconds = deque([measure(settings, served[0])], maxlen=9)
    try:
        while aims:
            share, aims = aims[:KILLS_A_FOLDER], aims[KILLS_A_FOLDER:]
            empty_folder(settings)
            settings = begin_lake(settings, server)
            while share:
                kill_one_day(
                    settings, chance.choice(served), share, chance.randint(1, MOST_KILLS_A_DAY), seconds, events
                )
            assert_published_invariant(settings, recompute=True)
            events.put(("recomputed", ""))
    except Exception:
        events.put(("violation", f"{data_dir}: {traceback.format_exc()}"))


def kill_one_day(
    settings: Settings, day: str, aims: list[tuple[str, float]], kills: int, seconds: deque, events
) -> None:
    """Run a day; kill it, and the runs that go on with it, so many times; then let it end.

    An aim is a step and a share of the longest delay behind its beginning, or no step and a share of a run's time.
    """
    run, step = days.run_day, FORK.RawArray("c", 20)
    while kills and aims:
        fitting = [aim for aim in aims if run is days.run_day or aim[0] not in FIRST_STEPS]
        if not fitting:
            kills = 0
            continue
        aim, share = fitting[-1]
        step.value, started, begun = b"start", time.monotonic(), FORK.Event()
        child = Child(run_marked, run, settings, day, step, aim, begun)
        if aim:
            while child.process.is_alive() and not begun.wait(0.01):
                pass
            child.process.join(share * DELAY)
        else:
            # A little beyond the usual time, so that the last steps get their share too.
            child.process.join(share * statistics.median(seconds) * 1.05)
        ended = child.wait() if child.process.exitcode is not None else child.kill()
        if ended != "killed":  # it was faster, perhaps than the signal
            assert ended is None, f"the run of {day} failed: {ended}"
            # Else a machine that became faster would never be killed so late again.
            seconds.append(time.monotonic() - started)
            aims.insert(0, aims.pop(aims.index((aim, share))))  # something else first
            break
        aims.remove((aim, share))
        kills -= 1
        events.put(("killed", step.value.decode()))
        check(settings)
        run = days.run_day_again
    else:
        started = time.monotonic()
        error = Child(days.run_day_again, settings, day).wait()
        assert error is None, f"the run that goes on with {day} failed: {error}"
        seconds.append(time.monotonic() - started)
    events.put(("completed", ""))
    check(settings)
    assert list_waiting(settings) == []
    assert day in days.listed_days(settings)
    # Drafts of killed writers may lie in the landing zone for an hour; elsewhere nothing may.
    assert [path for path in days.find_leftovers(settings) if not path.is_relative_to(settings.landing_dir)] == []


def begin_lake(settings: Settings, server: Postgres | None) -> Settings:
    """With a server, the same host with a new, empty lake."""
    if server is None:
        return settings
    place = settings.data_dir.parent / f"lake-{secrets.token_hex(3)}"
    place.mkdir(parents=True)
    return replace(
        settings,
        target="lake",
        lake_catalog=server.make_database(),
        lake_data=str(place / "files"),
        landing=str(place / "landing"),
    )


def check(settings: Settings) -> None:
    if settings.target == "lake":
        assert_lake_invariant(settings)
    if settings.warehouse_link.is_symlink():
        assert_published_invariant(settings)
    else:
        assert not settings.warehouse_link.exists()


def run_marked(run: Callable, settings: Settings, day: str, step, aim: str, begun) -> None:
    """Run a day, write down which step is at work, and tell when the one that is aimed at has begun."""
    for name, (module, function) in LAKE_STEPS.items():
        setattr(module, function, mark(getattr(module, function), name, step, begun if name == aim else None))
    run(settings, day)
    step.value = b"end"


def mark(function: Callable, name: str, step, begun) -> Callable:
    def call_marked(*arguments: object, **named: object) -> object:
        before, step.value = step.value, name.encode()
        if begun:
            begun.set()
        answer = function(*arguments, **named)
        step.value = before
        return answer

    return call_marked


def measure(settings: Settings, day: str) -> float:
    started = time.monotonic()
    assert Child(days.run_day, settings, day).wait() is None
    return time.monotonic() - started


def empty_folder(settings: Settings) -> None:
    """Begin anew, but for what dbt keeps."""
    for path in settings.data_dir.iterdir():
        if path.name != "dbt":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the moments of the kills")  # noqa: S311
    parser.add_argument("--lake", action="store_true", help="publish into a lake, with a Postgres of its own")
    wanted = parser.parse_args()
    with start_postgres() if wanted.lake else contextlib.nullcontext() as server:
        tally = run_kills(wanted.kills, wanted.workers, wanted.seed, lambda line: print(line, flush=True), server)
    return bool(tally.violations)


if __name__ == "__main__":
    sys.exit(main())
