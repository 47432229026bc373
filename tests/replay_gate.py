"""Every recorded day through the gate: which dates warn, which are rejected, and what each check saw.

`make gate RECORDED=../shared/recorded` prints it as the table of README's appendix.
"""

import gzip
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from paperhouse.build import build_warehouse
from paperhouse.judge import Verdict, read_verdict
from paperhouse.landing import land_fetch
from paperhouse.load import load_raw
from paperhouse.request import Answer
from paperhouse.settings import Settings

AFTER_MIDNIGHT = timedelta(days=1, minutes=10)  # when the scheduled run of a date looks


def judge_days(settings: Settings, folder: Path) -> dict[date, Verdict]:
    """Land, load, judge and publish every `hf_daily_api/<date>.json[.gz]` of a folder; verdicts by date."""
    fetches = {}
    for file in sorted(folder.glob("hf_daily_api/????-??-??.json*")):
        day = date.fromisoformat(file.name[:10])
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        moment = datetime.combine(day, datetime.min.time(), UTC) + AFTER_MIDNIGHT
        answer = Answer(f"{settings.hf_url}/api/daily_papers?date={day}", 200, {}, body, moment)
        fetches[day] = land_fetch(settings, day, [answer], page_limit=100).fetch_id
        load_raw(settings, fetches[day])
    build_warehouse(settings, say=lambda line: None)
    return {day: read_verdict(_locate_verdict(settings, day, fetch_id)) for day, fetch_id in fetches.items()}


def group_findings(verdicts: dict[date, Verdict]) -> dict[tuple[str, str], dict[date, str]]:
    """(check, what it found where checks tell of several things) → date → what was observed."""
    findings = defaultdict(dict)
    for day, verdict in sorted(verdicts.items()):
        for check in verdict.checks:
            if not check.success:
                findings[check.check_name, check.severity][day] = check.observed
    return findings


def _locate_verdict(settings: Settings, day: date, fetch_id: str) -> Path:
    return settings.landing_dir / "hf" / "daily" / day.isoformat() / fetch_id / "verdict.json"


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        verdicts = judge_days(Settings(data_dir=Path(work), hf_url="http://127.0.0.1:1"), folder)
    rejected = [day for day, verdict in verdicts.items() if not verdict.is_accepted]
    warned = {day for day, verdict in verdicts.items() if any(not check.success for check in verdict.checks)}
    print(f"{len(verdicts)} days, {len(rejected)} rejected, {len(warned)} with warnings\n")
    for (name, severity), days in sorted(group_findings(verdicts).items()):
        print(f"## {name} ({severity}), {len(days)} days")
        for day, observed in days.items():
            print(f"{day}  {observed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
