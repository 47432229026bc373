"""Answers: what a page said of a version is kept, so that the same question is worked out once a version."""

import hashlib
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import duckdb
from fastapi import Depends, Request, Response

from .language import COOKIE, LANGUAGES, choose_language
from .snapshot import Snapshots

KEPT_BYTES = 64_000_000
STARTED = secrets.token_hex(4)  # another process may have other templates

HTML = "text/html; charset=utf-8"


class Answers:
    """Bodies by question, the least recently asked forgotten first; all of one version."""

    def __init__(self, snapshots: Snapshots):
        self.snapshots = snapshots
        self._lock = threading.Lock()
        self._version = ""
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._working: dict[str, threading.Lock] = {}
        # More at once than there are processors would take turns in short slices, and each would end later.
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)

    def find(self, version: str, question: str, make: Callable[[], bytes]) -> bytes:
        """The body that `make` returns; of several who ask the same at once, one works and the others wait."""
        key = f"{version} {question}"
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            working = self._working.setdefault(key, threading.Lock())
        with working:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                with self._places:
                    body = make()
                self._keep(version, key, body)
            finally:
                with self._lock:
                    self._working.pop(key, None)
        return body

    def _keep(self, version: str, key: str, body: bytes) -> None:
        with self._lock:
            if version > self._version:
                self._version, self._size = version, 0
                self._kept.clear()
            if version == self._version:
                self._kept[key] = body
                self._size += len(body)
            while self._size > KEPT_BYTES:
                self._size -= len(self._kept.popitem(last=False)[1])


@dataclass(frozen=True)
class Look:
    """One request for a page: in which language, below which address, and how it is answered."""

    request: Request
    answers: Answers
    language: str
    base: str  # what links begin with: empty alone, the plugin's prefix in Airflow

    def answer(
        self,
        make: Callable[[duckdb.DuckDBPyConnection], bytes | str],
        media_type: str = HTML,
        headers: dict[str, str] | None = None,
        also: str = "",
    ) -> Response:
        """Answer with what `make` returns for a cursor on the current version; the browser may keep it as long.

        `make` sees nothing that the address, the language, the version and `also` do not determine.
        """
        url = self.request.url
        with self.answers.snapshots.read() as (version, warehouse):
            question = f"{self.language} {self.base} {url.path}?{url.query} {also}"
            # The cookie tells languages apart, so the address alone does not name the body.
            tag = hashlib.sha256(f"{STARTED} {version} {question}".encode()).hexdigest()[:24]
            head = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
            if f'"{tag}"' in self.request.headers.get("if-none-match", ""):
                return self._remember(Response(status_code=304, headers=head))

            def work() -> bytes:
                made = make(warehouse)
                return made if isinstance(made, bytes) else made.encode()

            body = self.answers.find(version, question, work)
        return self._remember(Response(body, media_type=media_type, headers=head | (headers or {})))

    def _remember(self, response: Response) -> Response:
        """Keep a language that was asked for in the address."""
        wish = self.request.query_params.get("lang")
        if wish in LANGUAGES and wish != self.request.cookies.get(COOKIE):
            response.set_cookie(COOKIE, wish, max_age=31_536_000, httponly=True, samesite="lax", path=self.base or "/")
        return response


def look_at(request: Request) -> Look:
    return Look(request, request.app.state.answers, choose_language(request), request.scope.get("root_path", ""))


LookAt = Annotated[Look, Depends(look_at)]
