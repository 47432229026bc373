"""A folder of recorded answers: listing days as Hugging Face gave them, and pages of papers."""

import gzip
import json
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..errors import PaperhouseError


class RecordingMissing(PaperhouseError):
    """The folder has no recorded days; the message says where they are expected."""


class RecordingInvalid(PaperhouseError):
    """A recorded day is no readable JSON array; the message names the file."""


class RecordedDay(NamedTuple):
    """One listing day: its items as compact UTF-8 JSON in file order, and where each paper id stands."""

    items: list[bytes]
    positions: dict[str, int]


class RecordedFolder:
    """Days in `hf_daily_api/<date>.json[.gz]`; pages in `arxiv_html`, `sota_html/*`, `arxiv_md`, `arxiv_abs`,
    `hf_papers`.

    A parsed day is kept until its file changes, so a test may rewrite a day while the source runs.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self._days: dict[Path, tuple[tuple[int, int], RecordedDay]] = {}
        self._lock = threading.Lock()
        if not self.list_dates():
            raise RecordingMissing(
                f"{self.folder} has no recorded days; expected files like hf_daily_api/2025-12-25.json[.gz]"
            )

    def list_dates(self) -> list[str]:
        """All recorded listing dates, `YYYY-MM-DD`, oldest first."""
        return sorted({path.name[:10] for path in self.folder.glob("hf_daily_api/????-??-??.json*")})

    def read_day(self, date: str) -> RecordedDay | None:
        """The recorded day, or None when the date was never recorded."""
        plain = self.folder / "hf_daily_api" / f"{date}.json"
        packed = plain.with_suffix(".json.gz")
        path = plain if plain.exists() else packed
        if not path.exists():
            return None
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if path not in self._days or self._days[path][0] != stamp:
                self._days[path] = (stamp, _parse_day(path))
            return self._days[path][1]

    def find_paper(self, paper_id: str) -> dict | None:
        """The item of the newest day that lists the paper, or None."""
        for date in reversed(self.list_dates()):
            day = self.read_day(date)
            if day and paper_id in day.positions:
                return json.loads(day.items[day.positions[paper_id]])
        return None

    def find_page(self, paper_id: str) -> bytes | None:
        """The recorded answer of `/api/papers/<id>`, with what is linked to the paper, or None."""
        return self._read_first([f"hf_papers/{paper_id}.json"])

    def find_html(self, paper_id: str, version: str = "") -> bytes | None:
        """The recorded arXiv HTML; a file named without a version answers any `version` (`v2` or empty)."""
        # A request without a version takes whatever version was recorded.
        stems = [paper_id + version, paper_id] if version else [paper_id, f"{paper_id}v*"]
        places = ("arxiv_html", "sota_html/*")
        return self._read_first(f"{place}/{stem}.html" for stem in stems for place in places)

    def find_abstract(self, paper_id: str, version: str = "") -> bytes | None:
        """The recorded arXiv abstract page, or None."""
        return self._read_first(f"arxiv_abs/{stem}.html" for stem in (paper_id + version, paper_id))

    def find_markdown(self, paper_id: str) -> bytes | None:
        """The recorded Markdown of the paper from any folder below `arxiv_md`, or None."""
        return self._read_first([f"arxiv_md/**/{paper_id}.md"])

    def _read_first(self, patterns: Iterable[str]) -> bytes | None:
        for pattern in patterns:
            for path in sorted(self.folder.glob(pattern)):
                return path.read_bytes()
        return None


def _parse_day(path: Path) -> RecordedDay:
    raw = path.read_bytes()
    try:
        items = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (ValueError, OSError, EOFError) as error:
        raise RecordingInvalid(f"{path} is not readable as JSON ({error}); record the day again") from error
    if not isinstance(items, list):
        raise RecordingInvalid(f"{path} is not a JSON array of items; a recorded day is one")
    return RecordedDay(
        [encode_item(item) for item in items], {_read_id(item): number for number, item in enumerate(items)}
    )


def encode_item(item: object) -> bytes:
    """An item as it is served: compact UTF-8 JSON."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()


def _read_id(item: object) -> str:
    # Broken items are served like any other: refusing them is the reader's work.
    paper = item.get("paper") if isinstance(item, dict) else None
    return str(paper.get("id")) if isinstance(paper, dict) else ""
