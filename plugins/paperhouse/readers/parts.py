"""Parts: what several workers read of one run's papers, on its way into one batch.

landing/reading_parts/<part_id>.jsonl    one reading a line; forgotten after a week, and no part of what landed
"""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..batches import land_lines, load_batches, write_lines
from ..landing import LandingMissing, join_name
from ..settings import Settings
from ..storage import write_file
from .reading import Reading

KEPT = timedelta(days=7)  # a run may be cleared at any point, and its parts are wanted again


def keep_part(settings: Settings, readings: list[Reading]) -> str:
    """Keep readings for the batch that they will be a part of; return the part's id."""
    part_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"
    write_file(_name_file(settings, part_id), "".join(write_lines(readings)).encode())
    return part_id


def join_parts(settings: Settings, part_ids: list[str]) -> str:
    """Land and load the readings of some parts, in this order, as one batch; return its id. Raises LandingMissing."""
    lines: list[str] = []
    for part_id in part_ids:
        try:
            body = _name_file(settings, part_id).read_bytes().decode()
        except FileNotFoundError:
            raise LandingMissing(f"the readings {part_id} were forgotten; clear read_texts to read again") from None
        lines += [f"{line}\n" for line in body.split("\n")[:-1]]
    batch = land_lines(settings, lines)
    load_batches(settings)
    _forget_old(settings)
    return batch.batch_id


def _forget_old(settings: Settings) -> None:
    before = f"{datetime.now(UTC) - KEPT:%Y%m%dT%H%M%S}"  # ids begin with their moment
    for file in (settings.landing_dir / "reading_parts").glob("*.jsonl"):
        if file.name < before:
            file.unlink(missing_ok=True)


def _name_file(settings: Settings, part_id: str) -> Path:
    return join_name(settings.landing_dir / "reading_parts", f"{part_id}.jsonl")
