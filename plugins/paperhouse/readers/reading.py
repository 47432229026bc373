"""A reading: what one reader says about one version of one paper, with the place of every word of it."""

from dataclasses import dataclass

# The five sections of a report, in order, as columns of `paper_readings`.
SECTIONS = ("domain_text", "contribution", "usage_guide", "innovations", "results")


@dataclass(frozen=True)
class TracedSentence:
    """One sentence of a section, verbatim. `location` is the paragraph's id on the page, or `char=<offset>`."""

    section: str
    text: str
    location: str


@dataclass(frozen=True)
class Reading:
    """One line of a landed batch, and one row of `paper_readings`; a section is None when nothing was found for it.

    `state` is read (in full), abstract_only, no_html_yet (asked again later), unusable or failed; `reason` says why
    it is not "read". `claims` are records with the columns of `paper_metrics`. `text_sha256` names the text in
    which every sentence and every claim's evidence stands verbatim. `entry` is the place in an imported report.
    """

    paper_id: str
    paper_version: int | None
    reading_source: str  # html, markdown, abstract
    reader: str  # keyless-1, llm-1:<model>, report:<listing date>
    language: str  # en, zh
    state: str
    reason: str | None
    domain_text: str | None
    contribution: str | None
    usage_guide: str | None
    innovations: str | None
    results: str | None
    sentences: tuple[TracedSentence, ...]
    claims: tuple[dict, ...]
    dropped_claim_count: int
    text_sha256: str
    generator: str | None
    read_at: str  # UTC, ISO 8601
    entry: dict | None = None
