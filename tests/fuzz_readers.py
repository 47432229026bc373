"""Fuzz the readers: broken and mutated papers, until the minutes are over. `make fuzz MINUTES=10`

Every input must end in a reading or in one of the three errors that say a page is not read; a reading must quote its
paper word for word; and nothing may take longer than LIMIT.
"""

import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from paperhouse.read.document import render_text
from paperhouse.read.html import read_html
from paperhouse.read.limits import NotAPaper, PaperTooDeep, PaperTooLarge
from paperhouse.read.markdown import read_markdown
from paperhouse.readers.keyless import read_keyless

REPO = Path(__file__).parents[1]
RECORDED = REPO.parent / "shared" / "recorded"
LIMIT = 60  # seconds for one input
REFUSALS = (NotAPaper, PaperTooDeep, PaperTooLarge)

# What breaks parsers, tables and numbers, to be thrown into a page at any place.
SPLINTERS = (
    *("<table class='ltx_tabular'>", "</table>", "<tr class='ltx_tr'>", "<td class='ltx_td' rowspan='99999'>", "</td>"),
    *(
        "<td colspan='-3'>",
        "<td rowspan='0'>",
        "<math alttext='\\frac{1}{0}'>",
        "</math>",
        "<annotation>",
        "<!--",
        "-->",
    ),
    *(
        "<![CDATA[",
        "<section class='ltx_section'>",
        "</section>",
        "<p class='ltx_p'>",
        "</article>",
        "&#0;",
        "&#x110000;",
    ),
    *(
        "&amp;amp;",
        "\x00",
        "\ufeff",
        "\u202e",
        "\ud7ff",
        "𝟙𝟚",
        "９９．９％",
        "1e999",
        "0.0.0",
        "±",
        "1,2,3,4",
        "10^{-400}",
    ),
    *("from 1 to 2 by 3 %", "百分之一百二十", "提升 3.5 个百分点", "三分之二", "up to 3x", "12.5% ± 0.3", "1" * 400),
    *(
        "% " * 200,
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "```",
        "$$",
        "# ",
        "\n\n",
        "\\begin{tabular}",
        "**",
        "~~",
        "<script>",
    ),
)


def find_seeds() -> list[Path]:
    """Pages to mutate: the recorded ones where they are at hand, and the bundled samples."""
    recorded = [*RECORDED.glob("arxiv_html/*.html"), *RECORDED.glob("sota_html/*/*.html")]
    markdown = [*RECORDED.glob("arxiv_md/**/*.md"), *REPO.glob("demo/arxiv_md/*.md")]
    return sorted([*recorded, *markdown, *REPO.glob("demo/arxiv_html/*.html")])


def mutate(chance: random.Random, body: bytes) -> bytes:
    """A page with some of its bytes cut, doubled, swapped or replaced by splinters."""
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(body) + 1), int(chance.expovariate(1 / 200))
        piece = body[at : at + length]
        match chance.randrange(6):
            case 0:
                body = body[:at] + body[at + length :]
            case 1:
                body = body[:at] + piece * chance.randint(2, 30) + body[at + length :]
            case 2:
                body = body[: chance.randrange(len(body) + 1)]
            case 3:
                splinter = "".join(chance.choices(SPLINTERS, k=chance.randint(1, 5))).encode("utf-8", "replace")
                body = body[:at] + splinter + body[at:]
            case 4:
                body = body[:at] + bytes(chance.randrange(256) for _ in range(min(length, 50))) + body[at + length :]
            case 5:
                place = chance.randrange(len(body) + 1)
                body = body[:place] + piece + body[place:]
        if not body:
            return body
    return body


def read_and_check(body: bytes, is_markdown: bool) -> str:
    """Read one input and return what came of it; raise AssertionError for a reading that does not hold."""
    try:
        document = read_markdown(body.decode("utf-8", "replace")) if is_markdown else read_html(body)
    except REFUSALS as refusal:
        return type(refusal).__name__
    about = {"paper_id": "2512.00001", "paper_version": 1, "read_at": "2026-01-01T00:00:00+00:00"}
    reading = read_keyless(document, **about, state="read", reason=None)
    text = render_text(document)
    ids = [claim["claim_id"] for claim in reading.claims]
    assert len(ids) == len(set(ids)), "two claims with one id"
    for claim in reading.claims:
        assert claim["evidence"].strip(), f"no evidence: {claim}"
        assert claim["evidence"] in text, f"evidence is not in the paper: {claim}"
        assert claim["value_text"].strip(), f"no number: {claim}"
        assert claim["value_text"] in claim["evidence"], f"number without evidence: {claim}"
        assert abs(claim["value"]) < float("inf"), f"no finite number: {claim}"
    for sentence in reading.sentences:
        assert sentence.text in text, f"sentence is not in the paper: {sentence}"
    return "read"


def fuzz(minutes: float, seed: int) -> Counter:
    """Mutate and read until the minutes are over; an input that breaks something is kept beside this file's folder."""
    chance = random.Random(seed)  # noqa: S311
    seeds = find_seeds()
    outcomes: Counter = Counter()
    slowest = 0.0
    deadline = time.monotonic() + 60 * minutes
    signal.signal(signal.SIGALRM, _give_up)
    while time.monotonic() < deadline:
        file = chance.choice(seeds)
        body = mutate(chance, file.read_bytes())
        started = time.monotonic()
        signal.alarm(LIMIT)
        try:
            outcomes[read_and_check(body, file.suffix == ".md")] += 1
        except BaseException:
            kept = Path(f"fuzz-{seed}-{sum(outcomes.values())}{file.suffix}")
            kept.write_bytes(body)
            print(f"{file.name} broke the reader; the input is kept in {kept.resolve()}", file=sys.stderr)
            raise
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.monotonic() - started)
    told = ", ".join(f"{name} {count}" for name, count in outcomes.most_common())
    print(f"{outcomes.total()} inputs in {minutes:.1f} minutes, seed {seed}, the slowest {slowest:.1f} s: {told}")
    return outcomes


def _give_up(number: int, frame: object) -> None:
    raise TimeoutError(f"one input took longer than {LIMIT} s")


def fuzz_pieces(minutes: float) -> None:
    """Let hypothesis write articles and Markdown until the minutes are over; it shrinks what breaks a reader."""
    from . import test_fuzz_readers as rules

    count, deadline = 0, time.monotonic() + 60 * minutes
    while time.monotonic() < deadline:
        rules.test_any_article_is_read_or_refused()
        rules.test_any_markdown_is_read_or_refused()
        count += 2 * rules.EXAMPLES
    print(f"{count} written inputs in {minutes:.1f} minutes")


if __name__ == "__main__":
    wanted = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    fuzz(0.7 * wanted, seed=int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6))  # noqa: S311
    fuzz_pieces(0.3 * wanted)
