"""Batches: readings land together, one immutable folder a batch, and are loaded into `raw.*` from there.

A reading is what was read of a paper's text, or of its page at Hugging Face.

landing/readings/<batch_id>/
    readings.jsonl    one reading a line
    report.md         the imported report, byte for byte, where the batch comes from one
    batch.json        written last; a folder without it does not exist for readers
    verdict.json      written when the batch was judged
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from .landing import (
    LandingDamaged,
    LandingMissing,
    claim_source,
    find_fetch,
    join_name,
    name_landed,
    name_source,
    read_record,
)
from .load import insert_rows
from .readers.reading import Reading
from .refresh.read_page import PageReading
from .settings import Settings
from .storage import list_landed, write_file
from .warehouse import open_working


@dataclass(frozen=True)
class Batch:
    """What a batch is: `kind` is "reading" (papers were read), "report" (imported for a date) or "pages".

    `envelope` is what an imported report says around its papers. `made_at` is UTC, ISO 8601.
    """

    batch_id: str
    kind: str
    listing_date: str | None
    made_at: str
    source: str
    reading_count: int
    sha256: str
    envelope: dict | None


class CheckedBatch(NamedTuple):
    """A landed batch that is what was written, one JSON text a reading."""

    folder: Path
    batch: Batch
    lines: list[str]


def land_readings(settings: Settings, readings: Iterable[Reading]) -> Batch:
    """Land what was read of some papers."""
    return land_lines(settings, write_lines(readings))


def land_lines(settings: Settings, lines: list[str]) -> Batch:
    """Land readings that were written as lines of JSON before."""
    claim_source(settings)
    return _land(settings, "reading", lines, name_source(settings.hf_url))


def write_lines(readings: Iterable[Reading | PageReading]) -> list[str]:
    """One line of JSON a reading."""
    return [json.dumps(asdict(reading), ensure_ascii=False) + "\n" for reading in readings]


def land_pages(settings: Settings, readings: Iterable[PageReading]) -> Batch:
    """Land what was read of the pages of some papers."""
    return _land(settings, "pages", write_lines(readings), name_source(settings.hf_url))


def land_report(
    settings: Settings, readings: Iterable[Reading], *, listing_date: str, envelope: dict, file_name: str, body: bytes
) -> Batch:
    """Land an imported report with the readings that were found in it."""
    return _land(settings, "report", write_lines(readings), file_name, listing_date, envelope, body)


def find_batch(settings: Settings, batch_id: str) -> Path:
    """Return the folder of a landed batch; raise LandingMissing."""
    folder = join_name(settings.readings_dir, batch_id)
    if not (folder / "batch.json").exists():
        raise LandingMissing(f"no complete batch {batch_id} under {settings.readings_dir}; read the papers again")
    return folder


def find_landed(settings: Settings, landed_id: str) -> Path:
    """Return the folder of a landed fetch or batch; raise LandingMissing."""
    folder = join_name(settings.readings_dir, landed_id)
    return folder if (folder / "batch.json").exists() else find_fetch(settings, landed_id)


def read_batch(folder: Path) -> Batch:
    return Batch(**read_record(folder / "batch.json"))


def load_batches(settings: Settings) -> list[str]:
    """Load every landed batch that `raw.*` does not hold, the oldest first; return their ids.

    A batch is loaded whole or not at all. Raises LandingDamaged, LockTimeout.
    """
    with open_working(settings) as connection:
        known = {row[0] for row in connection.execute("select batch_id from raw.reading_batches").fetchall()}
        landed = list_landed(settings.readings_dir, 1)
        missing = [folder for folder in landed if "batch.json" in landed[folder] and folder.name not in known]
        for folder in missing:
            checked = check_batch(folder)
            connection.execute("begin")
            insert_batches(settings, connection, [checked])
            connection.execute("commit")
    return [folder.name for folder in missing]


def check_batch(folder: Path) -> CheckedBatch:
    """Read a landed batch and compare it with what was written; raise LandingDamaged."""
    batch = read_batch(folder)
    file = folder / "readings.jsonl"
    body = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(body).hexdigest() != batch.sha256:
        raise LandingDamaged(f"{file} is not what was written ({len(body)} bytes); remove {folder} and read again")
    return CheckedBatch(folder, batch, body.decode().split("\n")[:-1])


def insert_batches(settings: Settings, connection: duckdb.DuckDBPyConnection, batches: list[CheckedBatch]) -> None:
    """Insert batches that `raw.*` does not hold. The caller holds a transaction."""
    readings = [(one.batch.batch_id, number, line) for one in batches for number, line in enumerate(one.lines, start=1)]
    if readings:
        connection.execute(
            """
            insert into raw.readings
            select batch_id, reading_number, payload ->> '$.paper_id', json_extract(payload, '$')
            from (select unnest(?) as batch_id, unnest(?) as reading_number, unnest(?)::json as payload)
            """,
            [list(column) for column in zip(*readings, strict=True)],
        )
    insert_rows(connection, "raw.reading_batches", [_describe_batch(settings, one) for one in batches])


def _land(
    settings: Settings,
    kind: str,
    lines: list[str],
    source: str,
    listing_date: str | None = None,
    envelope: dict | None = None,
    report: bytes | None = None,
) -> Batch:
    made_at = datetime.now(UTC)
    body = "".join(lines).encode()
    batch = Batch(
        batch_id=f"{made_at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}",
        kind=kind,
        listing_date=listing_date,
        made_at=made_at.isoformat(),
        source=source,
        reading_count=len(lines),
        sha256=hashlib.sha256(body).hexdigest(),
        envelope=envelope,
    )
    folder = settings.readings_dir / batch.batch_id
    if report is not None:
        write_file(folder / "report.md", report)
    write_file(folder / "readings.jsonl", body)
    write_file(folder / "batch.json", json.dumps(asdict(batch), indent=1, ensure_ascii=False).encode())
    return batch


def _describe_batch(settings: Settings, one: CheckedBatch) -> tuple:
    batch = one.batch
    return (
        batch.batch_id,
        batch.kind,
        batch.listing_date,
        batch.made_at,
        batch.source,
        name_landed(settings, one.folder),
        batch.reading_count,
        json.dumps(batch.envelope, ensure_ascii=False) if batch.envelope else None,
    )
