"""Faults of the offline source: it misbehaves as asked, a few times for each date, and then is good again.

Only `/api/daily_papers?date=` is spoiled. An HTTP fault counts requests of a date, tries again included; a fault of
the content counts fetches of it, which are the answered requests for its first page.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from ..errors import PaperhouseError
from . import faults_content as content
from . import faults_http as http
from .answers import Reply, answer_request
from .faults_content import Fetch
from .folder import RecordedDay, RecordedFolder, encode_item


class FaultInvalid(PaperhouseError):
    """A fault that the offline source does not know, or a scope that it cannot read."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the list of a date, from its `first` time on, `count` times; None is for ever."""

    act: Callable
    first: int = 1
    count: int | None = None
    date: str | None = None  # None is every date

    @property
    def name(self) -> str:
        return self.act.__name__.replace("_", "-")

    @property
    def is_http(self) -> bool:
        return self.act.__module__ == http.__name__

    @property
    def summary(self) -> str:
        """What it does and when, like "the list is empty (fetch 2)"."""
        unit = "request" if self.is_http else "fetch"
        if self.count is None:
            when = f"every {unit}" if self.first == 1 else f"from {unit} {self.first} on"
        else:
            when = f"{unit} {' and '.join(str(self.first + number) for number in range(self.count))}"
        return f"{self.act.__doc__} ({when})"

    def is_due(self, date: str, number: int) -> bool:
        is_over = self.count is not None and number >= self.first + self.count
        return self.date in {None, date} and number >= self.first and not is_over


FAULTS = {
    fault.name: fault
    for fault in (
        Fault(http.too_many_requests, count=2),
        Fault(http.server_error, count=2),
        Fault(http.bad_gateway, count=2),
        Fault(http.connection_reset, count=2),
        Fault(http.cut_connection, count=2),
        Fault(http.truncated_json, count=2),
        Fault(http.slow_body, count=1),
        Fault(http.not_found, count=1),
        Fault(http.bad_request, count=1),
        Fault(http.web_page, count=1),
        Fault(http.error_object, count=1),
        Fault(content.empty_list, first=2, count=1),
        Fault(content.half_published, count=1),
        Fault(content.shrunk_list, first=2, count=1),
        Fault(content.snap_back, count=1),
        Fault(content.copied_list, count=1),
        Fault(content.capped_at_50, count=1),
        Fault(content.busy_day),
        Fault(content.few_broken_rows, count=1),
        Fault(content.many_broken_rows, count=1),
        Fault(content.duplicate_paper),
        Fault(content.paper_on_two_dates),
        Fault(content.lost_zeros, count=1),
        Fault(content.odd_votes, count=1),
        Fault(content.moving_votes),
        Fault(content.falling_votes, first=2, count=1),
        Fault(content.unknown_field, first=2),
        Fault(content.renamed_field, first=2, count=1),
        Fault(content.retyped_field, first=2, count=1),
        Fault(content.no_ai_fields, first=2, count=1),
        Fault(content.wrong_repository, first=2, count=1),
        Fault(content.withdrawn_paper),
        Fault(content.hostile_text),
    )
}


def parse_faults(words: Iterable[str]) -> list[Fault]:
    """The faults that `NAME`, `NAME:COUNT`, `NAME@DATE` or `NAME:COUNT@DATE` ask for; raises FaultInvalid."""
    return [_parse_fault(word) for word in words]


def _parse_fault(word: str) -> Fault:
    match = re.fullmatch(r"([^:@]+)(?::([1-9]\d{0,3}))?(?:@(\d{4}-\d\d-\d\d))?", word)
    if match is None:
        raise FaultInvalid(f"{word!r} is no fault; write NAME, NAME:COUNT or NAME:COUNT@YYYY-MM-DD")
    name, count, date = match.groups()
    if name not in FAULTS:
        near = "".join(f"did you mean {other}? " for other in get_close_matches(name, FAULTS, n=1))
        raise FaultInvalid(f"no fault is called {name!r}; {near}`paperhouse source --help` lists them")
    fault = replace(FAULTS[name], date=date)
    return replace(fault, count=int(count)) if count else fault


class FaultySource:
    """Answers from a recorded folder, spoiled by faults; remembers how often each date was asked for."""

    def __init__(self, folder: RecordedFolder, faults: list[Fault]):
        self.folder = folder
        self.http_faults = [fault for fault in faults if fault.is_http]
        self.content_faults = [fault for fault in faults if not fault.is_http]
        self._requests, self._fetches = Counter(), Counter()
        self._lock = threading.Lock()

    def answer_request(self, path: str, query: dict[str, str]) -> Reply:
        """As the function of this name in `answers`, where no fault is due."""
        reply = answer_request(self.folder, path, query)
        date = query.get("date")
        if path != "/api/daily_papers" or date is None or reply.status != 200:
            return reply
        with self._lock:
            self._requests[date] += 1
            broken = [fault for fault in self.http_faults if fault.is_due(date, self._requests[date])]
            if not broken and query.get("p", "0") == "0":
                self._fetches[date] += 1
            number = self._fetches[date]
        if broken:
            return broken[0].act(reply)
        due = [fault for fault in self.content_faults if fault.is_due(date, number)]
        return answer_request(_SpoiledFolder(self.folder, due, number), path, query) if due else reply


class _SpoiledFolder:
    """Stands for the folder while one page of a date is answered."""

    def __init__(self, folder: RecordedFolder, faults: list[Fault], number: int):
        self.folder, self.faults, self.number = folder, faults, number

    def read_day(self, date: str) -> RecordedDay:
        day = self.folder.read_day(date)
        items = [json.loads(item) for item in day.items] if day else []
        fetch = Fetch(self.folder, date, self.number)
        for fault in self.faults:
            items = fault.act(items, fetch)
        return RecordedDay([encode_item(item) for item in items], {})
