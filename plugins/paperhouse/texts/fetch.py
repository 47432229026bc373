"""Fetch: the text of each paper, arXiv's HTML before Hugging Face's Markdown, untouched into the landing zone."""

import re
import time
from collections.abc import Callable

import requests

from ..coordination import hold_shared_lock
from ..errors import PaperhouseError
from ..landing import claim_source
from ..locking import LockTimeout
from ..pace import TurnTooLate
from ..read.limits import MAX_BYTES
from ..request import AnswerTooLarge, RequestFailed, SourceRefused, SourceUnreachable, get_answer, open_session
from ..settings import Settings
from .choose import read_listed_words
from .judge import judge_html, judge_markdown
from .land import Judge, Text, land_miss, land_text, list_looks
from .schedule import is_halfway, may_ask
from .versions import ask_versions

MOST_SILENCES = 3  # papers in a row that nobody answered for: the source is down, and the others can wait
PAPER_LOCK_TIMEOUT = 600  # seconds; another process is at the same paper
_VERSION = re.compile(r"/html/.+v(\d+)$")


class ArxivBlocked(PaperhouseError):
    """arXiv answered 403; it takes further requests for an attack, so the whole run stops."""


def fetch_texts(
    settings: Settings, paper_ids: list[str], minutes: float, is_wanted: bool, say: Callable[[str], None]
) -> list[str]:
    """Land a text, or the reason why there is none, for each paper; return the ids that are done, in order.

    No request starts when `minutes` are over; the papers behind are left for the next run. What has landed is not
    fetched again, and a miss is asked for again when its schedule says so, or now if `is_wanted`. Raises
    ArxivBlocked, and SourceUnreachable when several papers in a row got no answer; what landed before stays.
    """
    claim_source(settings)
    deadline = time.monotonic() + 60 * minutes
    done: list[str] = []
    try:
        with open_session(settings) as session:
            _fetch_all(settings, session, paper_ids, deadline, is_wanted, done, say)
    except (TurnTooLate, LockTimeout) as error:
        say(str(error))
    except SourceRefused as refused:
        if refused.status != 403:
            raise
        raise ArxivBlocked(
            f"arXiv refuses us ({refused}); nothing more is asked in this run. Set PAPERHOUSE_CONTACT to your mail "
            "address, wait a day, and write to arXiv's help desk if it goes on"
        ) from None
    if left := len(paper_ids) - len(done):
        say(f"{left} of {len(paper_ids)} papers are left for the next run")
    return done


def _fetch_all(
    settings: Settings,
    session: requests.Session,
    paper_ids: list[str],
    deadline: float,
    is_wanted: bool,
    done: list[str],
    say: Callable[[str], None],
) -> None:
    words = read_listed_words(settings, paper_ids)
    asked = [one for one in paper_ids if is_wanted or may_ask(list_looks(settings, one), None, is_wanted)]
    versions = ask_versions(settings, session, asked, say, deadline)
    silences = 0
    for paper_id in paper_ids:
        version = versions[paper_id].version if paper_id in versions else None
        # Another process may be at the same paper; of a hundred locks it rarely holds ours by chance.
        with hold_shared_lock(settings, f"text-{paper_id[-2:]}", PAPER_LOCK_TIMEOUT):
            look = _fetch_paper(settings, session, paper_id, version, words.get(paper_id, ""), is_wanted, deadline)
        done.append(paper_id)
        left = max(0.0, deadline - time.monotonic()) / 60
        say(f"{paper_id}: {_describe(look)}; {len(done)} of {len(paper_ids)}, {left:.0f} min left")
        silences = silences + 1 if look and look.outcome == "failed" and look.status is None else 0
        if look and silences == MOST_SILENCES:
            raise SourceUnreachable(f"{silences} papers in a row got no answer, the last one: {look.problem}")


def _fetch_paper(
    settings: Settings,
    session: requests.Session,
    paper_id: str,
    version: int | None,
    words: str,
    is_wanted: bool,
    deadline: float,
) -> Text | None:
    """The last look that was taken; None when there was nothing to ask."""
    looks = list_looks(settings, paper_id)
    look = None
    if may_ask(looks, version, is_wanted):
        url = f"{settings.arxiv_url}/html/{paper_id}{f'v{version}' if version else ''}"
        look = _take_look(settings, session, paper_id, "html", url, version, judge_html, deadline)
        looks.append(look)
    if is_halfway(looks):
        url = f"{settings.hf_url}/papers/{paper_id}.md"
        judge = judge_markdown(words)
        look = _take_look(settings, session, paper_id, "markdown", url, None, judge, deadline)
    return look


def _take_look(
    settings: Settings,
    session: requests.Session,
    paper_id: str,
    source: str,
    url: str,
    version: int | None,
    judge: Judge,
    deadline: float,
) -> Text:
    try:
        answer = get_answer(
            settings, session, url, {}, expected=frozenset({404}), body_limit=MAX_BYTES, deadline=deadline
        )
    except AnswerTooLarge as error:
        return land_miss(settings, paper_id, source, version, url, None, "unusable", str(error))
    except RequestFailed as error:
        status = getattr(error, "status", None)
        if source == "html" and status == 403:
            raise
        return land_miss(settings, paper_id, source, version, url, status, "failed", str(error))
    found = _VERSION.search(answer.url)
    return land_text(settings, paper_id, source, int(found[1]) if found else version, answer, judge)


def _describe(look: Text | None) -> str:
    if look is None:
        return "landed before"
    return f"{look.source}, {look.problem or f'{look.byte_count:,} bytes'}"
