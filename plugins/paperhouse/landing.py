"""The landing zone: untouched responses, one immutable folder a fetch.

landing/hf/daily/<listing_date>/<fetch_id>/
    page-000.json …   the bodies, byte for byte
    fetch.json        written last; a folder without it does not exist for readers
    verdict.json      written when the fetch was judged
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from .errors import PaperhouseError
from .request import Answer
from .settings import LOOPBACK, Settings


class LandingMissing(PaperhouseError):
    """A fetch was asked for that never landed completely."""


class LandingDamaged(PaperhouseError):
    """A landed file is not what was received: its size or sha256 differs."""


class SourcesMixed(PaperhouseError):
    """The data folder holds another source's papers."""


@dataclass(frozen=True)
class Page:
    """One landed response. `observed_at` is UTC, ISO 8601."""

    file: str
    url: str
    status: int
    headers: dict[str, str]
    sha256: str
    byte_count: int
    observed_at: str


@dataclass(frozen=True)
class Fetch:
    """One complete look at one listing date."""

    fetch_id: str
    listing_date: str
    source: str
    page_limit: int
    pages: list[Page]

    @property
    def observed_at(self) -> str:
        return self.pages[0].observed_at


def land_fetch(settings: Settings, listing_date: date, answers: list[Answer], page_limit: int) -> Fetch:
    """Write the answers into a new folder and return what landed."""
    first = answers[0].received_at
    fetch_id = f"{first:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"
    folder = settings.landing_dir / "hf" / "daily" / listing_date.isoformat() / fetch_id
    folder.mkdir(parents=True)
    pages = []
    for number, answer in enumerate(answers):
        name = f"page-{number:03}.json"
        write_file(folder / name, answer.body)
        pages.append(
            Page(
                file=name,
                url=answer.url,
                status=answer.status,
                headers=answer.headers,
                sha256=hashlib.sha256(answer.body).hexdigest(),
                byte_count=len(answer.body),
                observed_at=answer.received_at.isoformat(),
            )
        )
    fetch = Fetch(fetch_id, listing_date.isoformat(), name_source(settings.hf_url), page_limit, pages)
    write_file(folder / "fetch.json", json.dumps(asdict(fetch), indent=1).encode())
    return fetch


def find_fetch(settings: Settings, fetch_id: str) -> Path:
    """Return the folder of a landed fetch; raise LandingMissing."""
    for folder in (settings.landing_dir / "hf" / "daily").glob(f"*/{fetch_id}"):
        if (folder / "fetch.json").exists():
            return folder
    raise LandingMissing(
        f"no complete fetch {fetch_id} under {settings.landing_dir}; clear extract_listing to fetch again"
    )


def read_fetch(folder: Path) -> Fetch:
    record = json.loads((folder / "fetch.json").read_bytes())
    return Fetch(**{**record, "pages": [Page(**page) for page in record["pages"]]})


def read_pages(folder: Path, fetch: Fetch) -> Iterator[tuple[Page, bytes]]:
    """Yield each page with its body, checked against what was received; raise LandingDamaged."""
    for page in fetch.pages:
        try:
            body = (folder / page.file).read_bytes()
        except FileNotFoundError:
            body = b""
        if hashlib.sha256(body).hexdigest() != page.sha256:
            raise LandingDamaged(
                f"{folder / page.file} is not what was received ({len(body)} bytes instead of "
                f"{page.byte_count}, or other content); remove {folder} and fetch the date again"
            )
        yield page, body


def claim_source(settings: Settings) -> None:
    """Bind the data folder to its source at first use; raise SourcesMixed when it belongs to another."""
    file = settings.landing_dir / "source.txt"
    wanted = name_source(settings.hf_url)
    if not file.exists():
        write_file(file, wanted.encode())
    if (found := file.read_text()) != wanted:
        raise SourcesMixed(
            f"{settings.data_dir} holds papers of {found}, and PAPERHOUSE_HF_URL asks for {wanted}; "
            "set PAPERHOUSE_DATA_DIR to another folder for that source"
        )


def name_source(url: str) -> str:
    """The name of a source: its address, or "offline source" on this machine, whose port changes."""
    return "offline source" if urlsplit(url).hostname in LOOPBACK else url


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
