"""The landing zone of texts: every look for a paper's text, with what was answered, one immutable folder each.

landing/texts/<paper_id>/<text_id>/
    body.html.gz, body.md.gz    the body as it came, compressed; none when there was none
    text.json                   written last; a folder without it does not exist for readers
"""

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..landing import LandingDamaged, join_name, read_record
from ..request import Answer
from ..settings import Settings
from ..storage import list_landed, write_file

SOURCES = ("html", "markdown")  # from the best to the least
SUFFIXES = {"html": "html", "markdown": "md"}

Judge = Callable[[Answer], tuple[str, str | None]]


@dataclass(frozen=True)
class Text:
    """One look for the text of one paper: the text itself when `outcome` is "text".

    Other outcomes: "missing" (404), "fallback" (Hugging Face sent its own page, because arXiv has no HTML),
    "unusable" (too large, or no paper) and "failed" (no answer); `problem` says it in a sentence. `paper_version` is
    None where the source does not tell it. `observed_at` is UTC, ISO 8601; `sha256` is that of the body as it came.
    """

    text_id: str
    paper_id: str
    paper_version: int | None
    source: str
    outcome: str
    problem: str | None
    url: str
    status: int | None
    headers: dict[str, str]
    file: str | None
    sha256: str | None
    byte_count: int
    observed_at: str
    folder: Path

    @property
    def asked_at(self) -> datetime:
        return datetime.fromisoformat(self.observed_at)


def land_text(
    settings: Settings,
    paper_id: str,
    source: str,
    paper_version: int | None,
    answer: Answer,
    judge: Judge,
) -> Text:
    """Write one answer into a new folder; `judge` gives outcome and problem once the body is on the disk."""
    folder = _new_folder(settings, paper_id, answer.received_at)
    body = {"file": None, "sha256": None, "byte_count": len(answer.body)}
    if answer.body and 200 <= answer.status < 300:
        body |= {"file": f"body.{SUFFIXES[source]}.gz", "sha256": hashlib.sha256(answer.body).hexdigest()}
        write_file(folder / body["file"], gzip.compress(answer.body, mtime=0))
    outcome, problem = judge(answer)
    heard = {"url": answer.url, "status": answer.status, "headers": answer.headers}
    return _write_text(folder, paper_id, source, paper_version, outcome, problem, answer.received_at, heard | body)


def land_miss(
    settings: Settings,
    paper_id: str,
    source: str,
    paper_version: int | None,
    url: str,
    status: int | None,
    outcome: str,
    problem: str,
) -> Text:
    """Write down that `url` gave no answer that can be kept, so that the schedule knows when it was asked."""
    now = datetime.now(UTC)
    nothing = {"url": url, "status": status, "headers": {}, "file": None, "sha256": None, "byte_count": 0}
    folder = _new_folder(settings, paper_id, now)
    return _write_text(folder, paper_id, source, paper_version, outcome, problem, now, nothing)


def list_looks(settings: Settings, paper_id: str) -> list[Text]:
    """Every look for the text of a paper, the oldest first."""
    landed = list_landed(_paper_folder(settings, paper_id), 1)
    return [Text(**read_record(one / "text.json"), folder=one) for one in landed if "text.json" in landed[one]]


def list_texts(settings: Settings, paper_id: str) -> list[Text]:
    """The landed texts of a paper, the best first: HTML before Markdown, then the higher version, then the newer."""
    texts = [look for look in reversed(list_looks(settings, paper_id)) if look.outcome == "text"]
    return sorted(texts, key=lambda text: (SOURCES.index(text.source), -(text.paper_version or 0)))


def read_body(text: Text) -> bytes:
    """The body as it was received; raises LandingDamaged when it is not that any more."""
    try:
        body = gzip.decompress((text.folder / (text.file or "body")).read_bytes())
    except (OSError, EOFError) as error:
        body, found = b"", f"it cannot be read ({error})"
    else:
        found = f"{len(body)} bytes with another content"
    if hashlib.sha256(body).hexdigest() != text.sha256:
        raise LandingDamaged(
            f"{text.folder} does not hold the text that was received ({text.byte_count} bytes), {found}; "
            "remove the folder and read the paper again"
        )
    return body


def _new_folder(settings: Settings, paper_id: str, moment: datetime) -> Path:
    return _paper_folder(settings, paper_id) / f"{moment:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"


def _write_text(
    folder: Path,
    paper_id: str,
    source: str,
    paper_version: int | None,
    outcome: str,
    problem: str | None,
    moment: datetime,
    answered: dict,
) -> Text:
    record = {
        "text_id": folder.name,
        "paper_id": paper_id,
        "paper_version": paper_version,
        "source": source,
        "outcome": outcome,
        "problem": problem,
        "observed_at": moment.isoformat(),
        **answered,
    }
    write_file(folder / "text.json", json.dumps(record, indent=1, ensure_ascii=False).encode())
    return Text(**record, folder=folder)


def _paper_folder(settings: Settings, paper_id: str) -> Path:
    return join_name(settings.landing_dir / "texts", paper_id)
