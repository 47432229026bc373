"""The landing zone: untouched responses, one immutable folder a fetch.

landing/hf/daily/<listing_date>/<fetch_id>/
    page-000.json …   the bodies, byte for byte
    fetch.json        written last; a folder without it does not exist for readers
    verdict.json      written when the fetch was judged
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from .errors import PaperhouseError
from .request import Answer
from .settings import LOOPBACK, Settings

HALF_LANDED = 3600  # seconds after which a folder without fetch.json is given up

# Ids come from a source, a form or a command line before they become a folder.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class NameUnsafe(PaperhouseError):
    """An id that would lead out of its folder."""


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
    _remove_halves(folder.parent)
    try:
        pages = [_write_page(folder, number, answer) for number, answer in enumerate(answers)]
        fetch = Fetch(fetch_id, listing_date.isoformat(), name_source(settings.hf_url), page_limit, pages)
        write_file(folder / "fetch.json", json.dumps(asdict(fetch), indent=1).encode())
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return fetch


def find_fetch(settings: Settings, fetch_id: str) -> Path:
    """Return the folder of a landed fetch; raise LandingMissing, NameUnsafe."""
    for folder in (settings.landing_dir / "hf" / "daily").glob(str(join_name(Path("*"), fetch_id))):
        if (folder / "fetch.json").exists():
            return folder
    raise LandingMissing(
        f"no complete fetch {fetch_id} under {settings.landing_dir}; clear extract_listing to fetch again"
    )


def join_name(folder: Path, name: str) -> Path:
    """`folder / name` for a name from outside; raise NameUnsafe unless it is one plain name."""
    if not _PLAIN_NAME.fullmatch(name):
        raise NameUnsafe(f"{name!r} is no id; write it as paperhouse shows it, like 2512.20144")
    return folder / name


def read_record(file: Path) -> dict:
    """The JSON object that says what a landed folder holds; raise LandingDamaged."""
    try:
        record = json.loads(file.read_bytes())
    except ValueError as error:
        raise LandingDamaged(f"{file} cannot be read ({error}); remove {file.parent} and fetch again") from None
    if not isinstance(record, dict):
        raise LandingDamaged(f"{file} holds no JSON object; remove {file.parent} and fetch again")
    return record


def read_fetch(folder: Path) -> Fetch:
    """What a landed fetch is; raise LandingDamaged."""
    record = read_record(folder / "fetch.json")
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


def _write_page(folder: Path, number: int, answer: Answer) -> Page:
    name = f"page-{number:03}.json"
    write_file(folder / name, answer.body)
    return Page(
        file=name,
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        sha256=hashlib.sha256(answer.body).hexdigest(),
        byte_count=len(answer.body),
        observed_at=answer.received_at.isoformat(),
    )


def _remove_halves(folder: Path) -> None:
    """Remove the fetches of a date that never landed whole: of a killed run, or of a disk that was full."""
    for half in folder.iterdir():
        # Landing takes less than a second; what is younger may be landing now.
        if half.stat().st_mtime < time.time() - HALF_LANDED and not (half / "fetch.json").exists():
            shutil.rmtree(half, ignore_errors=True)


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
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)  # half a file on a full disk is of no use
        error.filename = error.filename or str(path)  # a failed write does not name its file
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
