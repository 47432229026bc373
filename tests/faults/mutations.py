"""Take away one protection at a time, in a copy of the repository: the tests that speak for it must go red.

`python -m tests.faults.mutations [NAME …]`, or `make test-mutations`. A test that stays green without the protection
is worth nothing, and an edit that no longer fits means that this list is out of date; both fail the run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from paperhouse.settings import REPO

WORKERS = 2
FAULTS = "tests/faults"
PACKAGE = "plugins/paperhouse"


class Mutation(NamedTuple):
    """`old` becomes `new` in `file`, once, and each of `tests` must fail."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = {
    "no publish lock": Mutation(
        f"{PACKAGE}/build.py",
        'with hold_shared_lock(settings, "publish", LOCK_TIMEOUT), follow_lake(settings) as find_newest:\n',
        "with follow_lake(settings) as find_newest:\n",
        (f"{FAULTS}/test_overlap_faults.py::test_fault_26_two_runs_of_different_dates_lose_nothing",),
    ),
    "a file is written in place": Mutation(
        f"{PACKAGE}/storage.py",
        '    draft = path.with_name(f".{path.name}.{os.getpid()}")\n',
        "    draft = path\n",
        (f"{FAULTS}/test_kill_faults.py::test_fault_17_record_cut_in_half_does_not_exist",),
    ),
    "a version is put in place file by file": Mutation(
        f"{PACKAGE}/publish.py",
        '    whole = build_file.parent / "version"\n',
        "    settings.versions_dir.mkdir(exist_ok=True)\n    whole = settings.versions_dir / str(name)\n",
        (f"{FAULTS}/test_storage_faults.py::test_fault_18_file_that_may_not_grow_fails_the_run_and_nothing_else",),
    ),
    "the link is replaced in two steps": Mutation(
        f"{PACKAGE}/publish.py",
        "    draft.replace(settings.warehouse_link)\n",
        "    settings.warehouse_link.unlink(missing_ok=True)\n    draft.rename(settings.warehouse_link)\n",
        (f"{FAULTS}/test_kill_faults.py::test_fault_17_link_is_there_until_it_is_replaced",),
    ),
    "nothing waits for the disk": Mutation(
        f"{PACKAGE}/publish.py",
        "        os.fsync(descriptor)\n",
        "        pass\n",
        (f"{FAULTS}/test_kill_faults.py::test_fault_16_version_is_on_the_disk_before_the_link_names_it",),
    ),
    "no compare-and-swap": Mutation(
        f"{PACKAGE}/publish.py",
        "    if current_version(settings) != base:\n",
        "    if False:\n",
        (f"{FAULTS}/test_overlap_faults.py::test_fault_29_build_on_a_replaced_base_is_done_again_on_the_new_one",),
    ),
    "a commit to the lake that others may overtake": Mutation(
        f"{PACKAGE}/lake/attach.py",
        'ALONE = "set ducklake_max_retry_count = 0"\n',
        'ALONE = "set ducklake_max_retry_count = 10"\n',
        ("tests/test_lake.py::test_commit_that_is_overtaken_is_stale_although_no_row_is_in_conflict",),
    ),
    "a worker elsewhere may use the local target": Mutation(
        f"{PACKAGE}/operate/task_settings.py",
        "    check_home(settings)\n",
        "",
        ("tests/test_celery_env.py::test_no_task_gets_its_settings_on_such_a_worker",),
    ),
    "DuckDB's default storage version": Mutation(
        f"{PACKAGE}/warehouse.py",
        'STORAGE_VERSION = "v1.4.0"\n',
        'STORAGE_VERSION = "v1.0.0"\n',
        (
            f"{FAULTS}/test_version_faults.py::"
            "test_fault_21_foreign_log_beside_published_and_working_is_refused_until_a_rebuild",
            f"{FAULTS}/test_version_faults.py::"
            "test_fault_50_storage_version_is_that_of_the_oldest_client_of_the_readme",
        ),
    ),
    "the gate accepts everything": Mutation(
        f"{PACKAGE}/judge.py",
        "return Verdict(fetch_id, not failed, reason,",
        "return Verdict(fetch_id, True, reason,",
        (f"{FAULTS}/test_gate_faults.py::test_fault_36_critical_failure_blocks_and_is_recorded_with_the_next_version",),
    ),
    "dbt runs no data test": Mutation(
        f"{PACKAGE}/build.py",
        '"build", "--exclude", *STAGING, "resource_type:unit_test")',
        '"build", "--exclude", *STAGING, "resource_type:unit_test", "resource_type:test")',
        (f"{FAULTS}/test_gate_faults.py::test_fault_33_34_failed_node_publishes_nothing_and_is_named",),
    ),
    "a suite may look at nothing": Mutation(
        f"{PACKAGE}/judge.py",
        "        _refuse_empty(suite, fetch_id, frame, parameters, checks)\n",
        "",
        (
            f"{FAULTS}/test_gate_faults.py::test_fault_38_no_suite_or_no_check_is_a_failure_and_no_verdict",
            f"{FAULTS}/test_gate_faults.py::test_fault_38_no_row_is_a_failure_although_no_check_counts_rows",
        ),
    ),
}


def copy_repository(place: Path) -> Path:
    """What git knows or would add, without links out of it."""
    names = subprocess.run(
        ["git", "-C", REPO, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, names.split("\0")):
        if (REPO / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPO / name, place / name)
    return place


def mutate(place: Path, mutation: Mutation) -> None:
    file = place / mutation.file
    text = file.read_text()
    if text.count(mutation.old) != 1:
        sys.exit(f"{mutation.file} holds the code to be changed {text.count(mutation.old)} times: {mutation.old!r}")
    file.write_text(text.replace(mutation.old, mutation.new))


def run_tests(place: Path, tests: tuple[str, ...]) -> tuple[set[str], str]:
    """Run tests in that copy; returns those that failed, not counting errors outside of a test, and the output."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", "-q", "--tb=short", "-m", "", *tests]
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place / "plugins")},
        capture_output=True,
        text=True,
        check=False,
    )
    failed = {line.split()[1].split("[")[0] for line in done.stdout.splitlines() if line.startswith("FAILED ")}
    return failed, done.stdout + done.stderr


def try_mutation(name: str) -> str | None:
    """Say how it went; returns what is wrong, or None."""
    mutation, started = MUTATIONS[name], time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paperhouse-mutation-") as folder:
        place = copy_repository(Path(folder))
        mutate(place, mutation)
        failed, output = run_tests(place, mutation.tests)
    green = [test for test in mutation.tests if test not in failed]
    verdict = "STAYS GREEN" if green else "red, as it should be"
    print(f"{name}: {verdict} ({time.monotonic() - started:.0f} s)", flush=True)
    return f"{name}: {', '.join(green)}\n{output[-2000:]}" if green else None


def main(names: list[str]) -> None:
    chosen = names or list(MUTATIONS)
    tests = tuple(dict.fromkeys(test for name in chosen for test in MUTATIONS[name].tests))
    failed, output = run_tests(REPO, tests)
    if failed or " passed" not in output:
        sys.exit(f"these tests must be green first:\n{output[-4000:]}")
    print(f"{len(tests)} tests are green with every protection in place", flush=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        wrong = list(filter(None, pool.map(try_mutation, chosen)))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(chosen)} protections, each missed by its tests when it is gone")


if __name__ == "__main__":
    main(sys.argv[1:])
