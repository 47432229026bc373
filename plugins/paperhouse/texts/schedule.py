"""When to look again for a text that was not there, and what to say about it meanwhile."""

from datetime import UTC, datetime, timedelta

from ..settings import Settings
from .land import Text, list_looks

WAITS = tuple(timedelta(days=days) for days in (1, 3, 7, 30))
JUST_NOW = timedelta(hours=1)  # a run that is repeated does not ask for the same miss again


def last_asked(settings: Settings, paper_id: str) -> datetime | None:
    """When arXiv was last asked for the paper's HTML (UTC), or None."""
    asked = _list_asked(list_looks(settings, paper_id))
    return asked[-1].asked_at if asked else None


def next_look(looks: list[Text]) -> datetime | None:
    """When to ask again, from all looks for a paper that has no text; None: not any more, or nobody asked yet.

    1, 3, 7 and 30 days after the last look, whatever the reason of the miss was: HTML often comes days after the
    paper.
    """
    asked = _list_asked(looks)
    return asked[-1].asked_at + WAITS[len(asked) - 1] if 0 < len(asked) <= len(WAITS) else None


def may_ask(looks: list[Text], version: int | None, is_wanted: bool) -> bool:
    """Whether arXiv may be asked now for HTML, from all looks for the paper.

    Never within an hour. Without a text: at first, when the schedule says so, or because it `is_wanted` by name.
    With one: only if it is wanted and `version` is one that has not landed.
    """
    asked = _list_asked(looks)
    if asked and datetime.now(UTC) - asked[-1].asked_at < JUST_NOW:
        return False
    texts = [look for look in looks if look.outcome == "text"]
    if texts:
        landed = {text.paper_version for text in texts if text.source == "html"}
        return is_wanted and version is not None and version not in landed
    moment = next_look(looks)
    return is_wanted or not asked or (moment is not None and moment <= datetime.now(UTC))


def is_halfway(looks: list[Text]) -> bool:
    """Whether the last look was a miss of HTML and nothing else is there, so that Markdown is to be asked for."""
    return bool(looks) and looks[-1].source == "html" and all(look.outcome != "text" for look in looks)


def explain_missing(settings: Settings, paper_id: str) -> tuple[str, str]:
    """(state, reason) of a reading that took the abstract because no text landed, as `readers.reading` has them."""
    looks = list_looks(settings, paper_id)
    asked = _list_asked(looks)
    if not asked:
        return "abstract_only", "the text of the paper has not been fetched yet"
    last = asked[-1]
    again = next_look(looks)
    if last.outcome == "missing" and again is None:
        return "abstract_only", f"arXiv has no HTML of it: asked {len(asked)} times, last on {last.asked_at:%Y-%m-%d}"
    then = f"asked again from {again:%Y-%m-%d} on" if again else f"not asked again after {len(asked)} times"
    if last.outcome == "missing":
        return "no_html_yet", f"arXiv had no HTML of it on {last.asked_at:%Y-%m-%d}; {then}"
    return last.outcome, f"{(last.problem or '').rstrip('.')}; {then}"


def _list_asked(looks: list[Text]) -> list[Text]:
    return [look for look in looks if look.source == "html"]
