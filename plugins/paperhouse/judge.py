"""Judge: is this fetch or batch plausible? Great Expectations says so, once for each, in the build file."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from .errors import PaperhouseError
from .judged_rows import BATCH_SUITES, FIELDS_QUERY, PROFILE_QUERY, RECORDS_QUERY
from .settings import REPO, Settings

SHOWN_EXAMPLES = 3
KEPT_RESULTS = 90  # fetches with results and Data Docs; verdict.json keeps the outcome of every fetch for ever


class GateUnusable(PaperhouseError):
    """Nothing could be checked. No fetch is judged and nothing is published; the message says what to repair."""


@dataclass(frozen=True)
class Check:
    """The outcome of one expectation on one fetch."""

    suite: str
    check_name: str
    severity: str
    success: bool
    observed: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """Accepted unless a critical check failed; `reason` is one line that says what is wrong and what to do.

    `judged_at` is UTC, ISO 8601; `run_id` is the run of Airflow that built it, if one did.
    """

    fetch_id: str
    is_accepted: bool
    reason: str | None
    checks: list[Check]
    judged_at: str
    run_id: str | None


class Judge:
    """Runs the checkpoints in `expectations/`; one judge serves a whole group of fetches."""

    def __init__(self, settings: Settings):
        import great_expectations as gx  # three seconds, unless the process that forked us has it loaded

        # The variable is how great_expectations.yml keeps results and docs outside the repository.
        os.environ["PAPERHOUSE_QUALITY_DIR"] = str(settings.quality_dir)
        self._gx = gx
        self._settings = settings
        try:
            settings.quality_dir.mkdir(parents=True, exist_ok=True)
            self._context = gx.get_context(mode="file", context_root_dir=REPO / "expectations")
        except Exception as error:
            raise GateUnusable(f"Great Expectations could not start: {error}") from error
        self._results = []

    def judge(self, build: duckdb.DuckDBPyConnection, fetch_id: str, run_id: str | None) -> Verdict:
        """Run the three suites on one staged fetch and return its verdict. A check that cannot run fails."""
        profile = build.execute(PROFILE_QUERY, [fetch_id]).df()
        fields = build.execute(FIELDS_QUERY, [fetch_id]).df()
        records = build.execute(RECORDS_QUERY, [fetch_id]).df()
        counts = profile.iloc[0] if len(profile) else {"accepted_count": -1, "item_count": 1}
        least = min(1, int(counts["item_count"]))  # an empty list has no fields
        checks = [
            *self._run_suite("fetch_profile", fetch_id, profile, {}),
            *self._run_suite("fetch_fields", fetch_id, fields, {"least_field_count": least}),
            *self._run_suite("daily_papers", fetch_id, records, {"accepted_count": int(counts["accepted_count"])}),
        ]
        failed = [check for check in checks if check.severity == "critical" and not check.success]
        reason = None
        if failed:
            detail = profile["problem_detail"].iloc[0] if len(profile) else None
            reason = detail if isinstance(detail, str) else f"{failed[0].message} ({failed[0].observed})"
        return Verdict(fetch_id, not failed, reason, checks, _now(), run_id)

    def judge_batch(self, build: duckdb.DuckDBPyConnection, batch_id: str, run_id: str | None) -> Verdict:
        """Run the suite of its kind on one batch and return its verdict."""
        query = "select kind, reading_count from raw.reading_batches where batch_id = ?"
        kind, count = build.execute(query, [batch_id]).fetchone()
        suite, query = BATCH_SUITES[kind]
        checks = self._run_suite(suite, batch_id, build.execute(query, [batch_id]).df(), {"reading_count": count})
        failed = [check for check in checks if check.severity == "critical" and not check.success]
        reason = f"{failed[0].message} ({failed[0].observed})" if failed else None
        return Verdict(batch_id, not failed, reason, checks, _now(), run_id)

    def publish_docs(self) -> None:
        """Render Data Docs of the fetches judged since the last call, and forget all but the last 90 of each suite."""
        if self._results:
            self._context.build_data_docs(resource_identifiers=self._results)
            self._results = []
        for kind in ("results", "data_docs/validations"):
            for suite in (self._settings.quality_dir / kind).glob("*"):
                for run in sorted(suite.iterdir(), key=lambda run: run.name)[:-KEPT_RESULTS]:
                    shutil.rmtree(run)

    def _run_suite(self, suite: str, fetch_id: str, frame: pd.DataFrame, parameters: dict) -> list[Check]:
        try:
            outcome = self._context.checkpoints.get(suite).run(
                batch_parameters={"dataframe": frame},
                expectation_parameters=parameters,
                run_id=self._gx.RunIdentifier(run_name=fetch_id),
            )
        except Exception as error:  # whatever it is, what was not checked must not pass
            raise GateUnusable(
                f"the suite {suite!r} could not check {fetch_id}: {' '.join(str(error).split())}. "
                f"Repair `expectations/`, or make {self._settings.quality_dir} writable, and build again"
            ) from error
        ((identifier, validation),) = outcome.run_results.items()
        self._results.append(identifier)
        checks = [_describe(suite, result, frame) for result in validation.results]
        _refuse_empty(suite, fetch_id, frame, parameters, checks)
        return checks


def read_verdict(file: Path) -> Verdict:
    """Read back a verdict that was kept beside its fetch."""
    record = {"run_id": None, **json.loads(file.read_bytes())}
    if "judged_at" not in record:  # the first release did not write it down, but the file at once
        record["judged_at"] = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat()
    return Verdict(**{**record, "checks": [Check(**check) for check in record["checks"]]})


def locate_docs(settings: Settings) -> Path:
    """The index of Data Docs."""
    return settings.quality_dir / "data_docs" / "index.html"


def _refuse_empty(suite: str, fetch_id: str, frame: pd.DataFrame, parameters: dict, checks: list[Check]) -> None:
    """Without a check, or without a row, everything passes; only a count of 0 in `parameters` allows for no rows."""
    if not checks:
        raise GateUnusable(f"the suite {suite!r} holds no check; restore expectations/suites/{suite}.json")
    is_passed = all(check.success for check in checks if check.severity == "critical")
    if frame.empty and is_passed and 0 not in parameters.values():
        raise GateUnusable(
            f"the suite {suite!r} passed {fetch_id} without looking at a row; "
            f"its check of the row count is missing in expectations/suites/{suite}.json"
        )


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _describe(suite: str, result, frame: pd.DataFrame) -> Check:
    config = result.expectation_config
    observed = _observe(result)
    # Of a fetch as a whole, the papers that are meant stand in another column of its one row.
    if not result.success and (column := config.meta.get("examples")) in frame and len(frame):
        observed += _give_examples(frame[column].iloc[0])
    return Check(
        suite=suite,
        check_name=config.meta["check_name"],
        severity=config.severity.value,
        success=bool(result.success),
        observed=observed,
        message=config.notes,
    )


def _observe(result) -> str:
    if error := _find_error(result.exception_info):
        return f"the check could not run: {error}"
    values = result.result
    if "observed_value" in values:
        return f"observed {values['observed_value']}"
    wrong, total = values.get("unexpected_count", 0), values.get("element_count", 0)
    if total == 1 and wrong:
        return f"observed {values['partial_unexpected_list'][0]}"
    # With the columns that the checkpoint names beside the value, where it names any.
    found = values.get("partial_unexpected_index_list") or values.get("partial_unexpected_list", [])
    return f"{wrong} of {total} rows" + (_give_examples(found) if wrong else "")


def _find_error(info: dict) -> str | None:
    """The error of a check: of itself, or of the first of the metrics it asked for, by name of the metric."""
    if "exception_message" in info:
        return info["exception_message"]
    errors = (one["exception_message"] for one in info.values() if isinstance(one, dict))
    return next((error for error in errors if error), None)


def _give_examples(found) -> str:
    if found is None:
        return ""
    several = isinstance(found, Sequence | np.ndarray) and not isinstance(found, str)
    examples = [_say(one) for one in (found if several else [found])]
    return f", for example {'; '.join(examples[:SHOWN_EXAMPLES])}"


def _say(example) -> str:
    if isinstance(example, dict) and "finding" in example:  # a sentence says it all
        return example["finding"]
    if isinstance(example, dict):
        return ", ".join(f"{name} {value}" for name, value in example.items() if not pd.isna(value))
    return example if isinstance(example, str) else json.dumps(example, default=str, ensure_ascii=False)
