"""The landing zone of paper pages: every look at what Hugging Face's API says about one paper.

landing/hf/papers/<paper_id>/<look_id>/
    page.json.gz    the body as it came, compressed
    look.json       written last; a folder without it does not exist for readers
"""

import gzip
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ..landing import LandingDamaged, join_name, read_record
from ..request import Answer
from ..settings import Settings
from ..storage import list_landed, write_file


@dataclass(frozen=True)
class Look:
    """One answer about one paper. `observed_at` is UTC, ISO 8601; `sha256` is that of the body as it came."""

    look_id: str
    paper_id: str
    url: str
    status: int
    headers: dict[str, str]
    sha256: str
    byte_count: int
    observed_at: str


def land_look(settings: Settings, paper_id: str, answer: Answer) -> Look:
    """Write the answer into a new folder and return what landed."""
    look = Look(
        look_id=f"{answer.received_at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}",
        paper_id=paper_id,
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        sha256=hashlib.sha256(answer.body).hexdigest(),
        byte_count=len(answer.body),
        observed_at=answer.received_at.isoformat(),
    )
    folder = _folder(settings, paper_id) / look.look_id
    write_file(folder / "page.json.gz", gzip.compress(answer.body, mtime=0))
    write_file(folder / "look.json", json.dumps(asdict(look), indent=1).encode())
    return look


def list_looks(settings: Settings, paper_id: str) -> list[Look]:
    """Every look at the page of a paper, the oldest first."""
    landed = list_landed(_folder(settings, paper_id), 1)
    return [Look(**read_record(one / "look.json")) for one in landed if "look.json" in landed[one]]


def was_seen_since(settings: Settings, paper_id: str, moment: datetime) -> bool:
    """Whether the page of the paper landed at `moment` or later."""
    looks = list_looks(settings, paper_id)
    return bool(looks) and datetime.fromisoformat(looks[-1].observed_at) >= moment


def read_body(settings: Settings, look: Look) -> bytes:
    """The body as it was received; raises LandingDamaged when it is not that any more."""
    folder = _folder(settings, look.paper_id) / look.look_id
    try:
        body = gzip.decompress((folder / "page.json.gz").read_bytes())
    except (OSError, EOFError):
        body = b""
    if hashlib.sha256(body).hexdigest() != look.sha256:
        raise LandingDamaged(
            f"{folder} does not hold the page that was received ({look.byte_count} bytes); remove the folder, the "
            "next visit asks for the page again"
        )
    return body


def _folder(settings: Settings, paper_id: str) -> Path:
    return join_name(settings.landing_dir / "hf" / "papers", paper_id)
