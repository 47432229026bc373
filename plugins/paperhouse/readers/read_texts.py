"""Read what has landed of some papers, or their abstracts, into one batch of readings."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from ..batches import land_readings, load_batches
from ..errors import PaperhouseError
from ..read.abstract import read_abstract
from ..read.document import Document
from ..read.html import read_html
from ..read.markdown import read_markdown
from ..settings import Settings
from ..texts.land import Text, list_texts, read_body
from ..texts.schedule import explain_missing
from ..warehouse import open_published
from .keyless import read_keyless
from .llm import read_with_model
from .reading import Reading

log = logging.getLogger(__name__)

PROGRESS_STEP = 20  # papers


def read_texts(settings: Settings, paper_ids: list[str], say: Callable[[str], None] = print) -> str | None:
    """Read each paper as `read_papers` does; land and load the readings.

    Returns the id of the batch, None when the warehouse knows none of the papers. Raises as `read_papers`, LockTimeout.
    """
    readings = read_papers(settings, paper_ids, say)
    if not readings:
        return None
    batch = land_readings(settings, readings)
    load_batches(settings)
    say(f"batch {batch.batch_id}")
    return batch.batch_id


def read_papers(settings: Settings, paper_ids: list[str], say: Callable[[str], None] = print) -> list[Reading]:
    """Read each paper from the best text that landed, else from its abstract.

    Every paper that the warehouse knows gives a reading: one that cannot be read says so in its state and reason.
    Raises LandingDamaged, WarehouseMissing.
    """
    with open_published(settings) as warehouse:
        query = "select paper_id, title, abstract, ai_keywords from papers where paper_id in (select unnest(?))"
        listed = {row[0]: row[1:] for row in warehouse.execute(query, [paper_ids]).fetchall()}
    known = [paper_id for paper_id in paper_ids if paper_id in listed]
    readings: list[Reading] = []
    for count, paper_id in enumerate(known, 1):
        readings += _read_paper(settings, paper_id, *listed[paper_id], say)
        if count % PROGRESS_STEP == 0:
            say(f"{count} of {len(known)} papers read")
    full_count = len({reading.paper_id for reading in readings if reading.state == "read"})
    say(f"{len(known)} papers read, {full_count} of them in full")
    return readings


def _read_paper(
    settings: Settings,
    paper_id: str,
    title: str,
    abstract: str | None,
    keywords: list[str] | None,
    say: Callable[[str], None],
) -> list[Reading]:
    """The rules' reading, and the model's where one is configured."""
    about = {"paper_id": paper_id, "read_at": datetime.now(UTC).isoformat()}
    try:
        document, version, state, reason = _open_document(settings, paper_id, title, abstract or "")
        keyless = read_keyless(
            document, **about, paper_version=version, state=state, reason=reason, keywords=keywords or ()
        )
    except Exception as error:  # one paper that no rule foresaw must not hold up the others
        log.exception("%s could not be read", paper_id)
        problem = f"{type(error).__name__}: {error}"
        return [read_keyless(read_abstract(title, ""), **about, paper_version=None, state="failed", reason=problem)]
    reading, problem = read_with_model(settings, document, keyless)
    if problem:
        say(f"{paper_id} is read without the model: {problem}")
    return [keyless] if reading is keyless else [keyless, reading]


def _open_document(
    settings: Settings, paper_id: str, title: str, abstract: str
) -> tuple[Document, int | None, str, str | None]:
    """(document, version, state, reason) of the best text that can be read."""
    problem = None
    for text in list_texts(settings, paper_id):
        try:
            return _parse(text), text.paper_version, "read", None
        except PaperhouseError as error:
            problem = problem or str(error)
    state, reason = ("unusable", problem) if problem else explain_missing(settings, paper_id)
    return read_abstract(title, abstract), None, state, reason


def _parse(text: Text) -> Document:
    body = read_body(text)
    return read_html(body) if text.source == "html" else read_markdown(body.decode("utf-8", "replace"))
