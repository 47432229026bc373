"""The landing zone: untouched responses, one immutable folder a fetch.

landing/hf/daily/<listing_date>/<fetch_id>/
    page-000.json …   the bodies, byte for byte
    fetch.json        written last; a folder without it does not exist for readers
    verdict.json      written when the fetch was judged
landing/hf/fetches/<fetch_id>
                      its listing date, in a bucket only, where looking through all dates takes long

It is a folder of this host, one that several hosts share, or a bucket (see `storage`).
"""

import hashlib
import json
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
from .storage import is_in_bucket, list_landed, write_file

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
    if is_in_bucket(folder):  # what never landed whole stays there, and nobody reads it
        write_file(_find_pointer(settings, fetch_id), listing_date.isoformat().encode())
        return _write_fetch(settings, folder, listing_date, answers, page_limit)
    folder.mkdir(parents=True)
    _remove_halves(folder.parent)
    try:
        return _write_fetch(settings, folder, listing_date, answers, page_limit)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def find_fetch(settings: Settings, fetch_id: str) -> Path:
    """Return the folder of a landed fetch; raise LandingMissing, NameUnsafe."""
    daily, anywhere = settings.landing_dir / "hf" / "daily", str(join_name(Path("*"), fetch_id))
    for folder in _find_in_bucket(settings, fetch_id) if is_in_bucket(daily) else daily.glob(anywhere):
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


def name_landed(settings: Settings, path: Path) -> str:
    """What a landed path is called wherever the landing zone lies, like "landing/hf/daily/2025-12-25/…"."""
    return f"landing/{path.relative_to(settings.landing_dir)}"


def find_named(settings: Settings, name: str) -> Path:
    """The landed path of a name."""
    return settings.landing_dir / name.removeprefix("landing/")


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


def _write_fetch(settings: Settings, folder: Path, listing_date: date, answers: list[Answer], page_limit: int) -> Fetch:
    pages = [_write_page(folder, number, answer) for number, answer in enumerate(answers)]
    fetch = Fetch(folder.name, listing_date.isoformat(), name_source(settings.hf_url), page_limit, pages)
    write_file(folder / "fetch.json", json.dumps(asdict(fetch), indent=1).encode())
    return fetch


def _find_pointer(settings: Settings, fetch_id: str) -> Path:
    return join_name(settings.landing_dir / "hf" / "fetches", fetch_id)


def _find_in_bucket(settings: Settings, fetch_id: str) -> Iterator[Path]:
    daily = settings.landing_dir / "hf" / "daily"
    try:
        yield daily / _find_pointer(settings, fetch_id).read_text() / fetch_id
    except FileNotFoundError:  # it was copied here from a folder
        yield from (folder for folder in list_landed(daily, 2) if folder.name == fetch_id)


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
