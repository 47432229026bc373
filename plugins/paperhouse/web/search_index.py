"""A ranked full text index of the papers, beside the warehouse: made in the background, used once it is there.

The published file is read-only, so the index has a database of its own in memory. While days are published one after
the other it is made anew now and then, not for each version; hits are joined with the current one.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from ..settings import Settings
from ..step_back import step_back
from ..warehouse import attach_version, find_published, open_search

MADE_AGAIN_AFTER = 60  # seconds between two indexes at least

# What can be found of a paper, as one text in lower case. A title says more than an abstract: it is there three times.
TEXTS_QUERY = """
    with people as (
        select paper_id, string_agg(name, ' ') as names
        from paper_authors
        inner join authors using (author_id)
        where not is_hidden
        group by paper_id
    ),

    said as (
        select paper_id, string_agg(concat_ws(' ', contribution, innovations, usage_guide, results), ' ') as text
        from paper_readings
        where is_shown
        group by paper_id
    )

    select
        paper_id,
        upvotes,
        lower(title) as title,
        lower(concat_ws(' ', title, title, title, abstract, ai_summary, said.text, names, full_name,
            array_to_string(ai_keywords, ' '))) as text
    from papers
    left join people using (paper_id)
    left join said using (paper_id)
    left join organizations using (organization_id)
"""


class SearchIndex:
    """The newest finished index of a data folder, for any number of threads."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._index: duckdb.DuckDBPyConnection | None = None
        self._version = ""
        self._tried_at = -float(MADE_AGAIN_AFTER)
        self._is_making = False

    @property
    def version(self) -> str:
        """The version that the index was made from; empty before there is one."""
        return self._version

    @contextmanager
    def open(self, version: str) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """A cursor on the index, or None before there is one; begins a newer one when it is of another version."""
        with self._lock:
            is_due = not self._is_making and time.monotonic() - self._tried_at >= MADE_AGAIN_AFTER
            if version != self._version and is_due:
                self._is_making, self._tried_at = True, time.monotonic()
                # The end of the process waits for it: cut off within DuckDB, it would take the process down.
                threading.Thread(target=self._make_behind, args=(version,)).start()
            cursor = self._index.cursor() if self._index else None
        try:
            yield cursor
        finally:
            if cursor:
                cursor.close()

    def _make_behind(self, version: str) -> None:
        with suppress(OSError):  # where a thread has no priority of its own, it works at ours
            step_back(threading.get_native_id())
        self.make(version)

    def make(self, version: str) -> None:
        """Make the index; without the extension it finds the same papers, and ranks them all alike."""
        try:
            index, can_rank = open_search()
            index.execute("set threads = 1")
            attach_version(index, find_published(self._settings))
            index.execute("use published")
            index.execute(f"create table memory.texts as {TEXTS_QUERY}")
            index.execute("use memory")
            index.execute("detach published")
            if can_rank:
                index.execute("pragma create_fts_index('texts', 'paper_id', 'text', stemmer = 'porter')")
                # Where a word stands, side by side: a question then passes over most of the others.
                terms = "fts_main_texts.terms"
                index.execute(f"create or replace table {terms} as from {terms} order by termid")
            rank = "fts_main_texts.match_bm25(paper_id, question)" if can_rank else "0"
            index.execute(f"create macro rank_text(paper_id, question) as {rank}")
            with self._lock:
                self._index, self._version = index, version
        finally:
            with self._lock:
                self._is_making = False
