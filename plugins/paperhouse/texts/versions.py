"""Which version of a paper is the newest, and its categories: arXiv's query API, one request for up to 100 papers."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

import requests

from ..errors import PaperhouseError
from ..request import Answer, RequestFailed, get_answer
from ..settings import Settings
from ..storage import write_file

MOST_IDS = 100
MOST_BYTES = 16_000_000
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_ENTRY_ID = re.compile(r"https?://arxiv\.org/abs/(.+)v(\d+)")


class FeedInvalid(PaperhouseError):
    """arXiv's answer is an error message or no Atom feed; the message holds its words."""


@dataclass(frozen=True)
class PaperVersion:
    """The newest version of a paper. A source that tells no categories leaves None and ()."""

    paper_id: str
    version: int
    primary_category: str | None
    categories: tuple[str, ...]


class _Builder(ElementTree.TreeBuilder):
    """Refuses a document type: no feed has one, and only there can entities be declared that blow up a parser."""

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        raise FeedInvalid(f"the answer declares a document type {name!r}; an Atom feed has none")


def ask_versions(
    settings: Settings,
    session: requests.Session,
    paper_ids: list[str],
    say: Callable[[str], None],
    deadline: float | None = None,
) -> dict[str, PaperVersion]:
    """The newest version of each paper, by id; a paper that arXiv did not name is missing.

    Reading goes on without versions: what is wrong with an answer is said and not raised, except a 403
    (SourceRefused) and a turn that comes too late (TurnTooLate).
    """
    found: dict[str, PaperVersion] = {}
    for start in range(0, len(paper_ids), MOST_IDS):
        asked = paper_ids[start : start + MOST_IDS]
        try:
            answer = get_answer(
                settings,
                session,
                f"{settings.arxiv_api_url}/api/query",
                {"id_list": ",".join(asked), "max_results": len(asked)},
                expected=frozenset({400}),
                body_limit=MOST_BYTES,
                deadline=deadline,
            )
            _land_feed(settings, answer, asked)
            versions = parse_feed(answer.body)
        except (RequestFailed, FeedInvalid) as error:
            if getattr(error, "status", None) == 403:
                raise
            say(f"no versions of {len(asked)} papers, reading goes on without them: {error}")
            continue
        found |= {paper_id: versions[paper_id] for paper_id in asked if paper_id in versions}
        if missing := [paper_id for paper_id in asked if paper_id not in versions]:
            say(f"arXiv did not name the version of {', '.join(missing)}")
    return found


def parse_feed(body: bytes) -> dict[str, PaperVersion]:
    """The entries of an Atom answer by paper id, whatever their order; raises FeedInvalid."""
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - the builder refuses what is dangerous in XML
    try:
        parser.feed(body)
        feed = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FeedInvalid(f"the answer is no XML ({error}); ask again later") from None
    if feed.tag != f"{ATOM}feed":
        raise FeedInvalid(f"the answer is {feed.tag!r} instead of an Atom feed; ask again later")
    versions: dict[str, PaperVersion] = {}
    for entry in feed.iter(f"{ATOM}entry"):
        address = (entry.findtext(f"{ATOM}id") or "").strip()
        if "/api/errors" in address:
            raise FeedInvalid(f"arXiv refused the question: {(entry.findtext(f'{ATOM}summary') or address).strip()}")
        if match := _ENTRY_ID.fullmatch(address):
            version = PaperVersion(match[1], int(match[2]), _read_primary(entry), tuple(_read_categories(entry)))
            known = versions.get(version.paper_id)
            if known is None or known.version < version.version:
                versions[version.paper_id] = version
    return versions


def _read_primary(entry: ElementTree.Element) -> str | None:
    primary = entry.find(f"{ARXIV}primary_category")
    return primary.get("term") if primary is not None else None


def _read_categories(entry: ElementTree.Element) -> Iterable[str]:
    return filter(None, (category.get("term") for category in entry.iter(f"{ATOM}category")))


def _land_feed(settings: Settings, answer: Answer, asked: list[str]) -> None:
    """landing/arxiv/query/<query_id>/: feed.xml as it came and, last, query.json."""
    query_id = f"{answer.received_at:%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(3)}"
    folder = settings.landing_dir / "arxiv" / "query" / query_id
    write_file(folder / "feed.xml", answer.body)
    record = {
        "query_id": query_id,
        "url": answer.url,
        "status": answer.status,
        "headers": answer.headers,
        "sha256": hashlib.sha256(answer.body).hexdigest(),
        "observed_at": answer.received_at.isoformat(),
        "asked": asked,
    }
    write_file(folder / "query.json", json.dumps(record, indent=1).encode())
