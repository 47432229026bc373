"""Import a daily report that somebody wrote: taken apart, landed, built, judged and published."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ..batches import land_report, load_batches
from ..errors import PaperhouseError
from ..imports.parse_report import decode_report, parse_report
from ..imports.readings import read_report
from ..listing_date import parse_listing_date
from ..settings import Settings
from .read_now import publish_batch


class ReportIncomplete(PaperhouseError):
    """Some papers of the report could not be loaded; the message names each with its line. The others are."""


def import_report(settings: Settings, file: Path, say: Callable[[str], None] = print) -> str:
    """Import a report file and publish it; return the id of its batch. Importing it again replaces it.

    Works on an empty warehouse. Raises ReportUnreadable (nothing is loaded), ReportIncomplete (the papers without
    a fault are loaded), ListingDateError, ReadingsRejected, DbtFailed, OSError.
    """
    content = file.read_bytes()
    text = decode_report(content)
    parsed = parse_report(text)
    day = parse_listing_date(parsed.listing_date.isoformat()).isoformat()
    problems = "\n".join(problem.message for problem in parsed.problems)
    if not parsed.entries:
        raise ReportIncomplete(f"no paper of {file} could be loaded:\n{problems}")
    batch = land_report(
        settings,
        read_report(parsed, text, datetime.now(UTC).isoformat()),
        listing_date=day,
        envelope={**parsed.envelope, "problems": [asdict(problem) for problem in parsed.problems]},
        file_name=file.name,
        body=content,
    )
    load_batches(settings)
    publish_batch(settings, batch.batch_id, say)
    say(f"{len(parsed.entries)} papers of {day} imported from {file.name}")
    if problems:
        raise ReportIncomplete(f"{len(parsed.problems)} papers of {file.name} were left out:\n{problems}")
    return batch.batch_id
