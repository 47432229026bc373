"""The published version that pages are made from: opened once for all requests, let go when a newer one is there."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ..settings import Settings
from ..warehouse import find_published, open_version


@dataclass
class Snapshot:
    """One open version. `name` tells versions apart, and sorts as they were published."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    closing: ExitStack
    reader_count: int = field(default=0)

    @property
    def name(self) -> str:
        return self.path.parent.name


class Snapshots:
    """The current version of a data folder, for any number of threads."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self._lock = threading.Lock()
        self._current: Snapshot | None = None

    @contextmanager
    def read(self) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
        """The name of the current version and a cursor on it, which is this caller's alone.

        A version that is replaced meanwhile stays open until its last reader is done. Raises WarehouseMissing and
        DatabaseUnusable.
        """
        path = find_published(self.settings)
        with self._lock:
            snapshot = self._move_to(path)
            snapshot.reader_count += 1
        cursor = snapshot.connection.cursor()
        try:
            yield snapshot.name, cursor
        finally:
            cursor.close()
            with self._lock:
                snapshot.reader_count -= 1
                self._close_if_done(snapshot)

    def _move_to(self, path: Path) -> Snapshot:
        if self._current is None or self._current.path != path:
            closing = ExitStack()
            connection = closing.enter_context(open_version(path))
            # Many small queries at once: each runs in the thread that asks it.
            connection.execute("set threads = 1")
            last, self._current = self._current, Snapshot(path, connection, closing)
            if last:
                self._close_if_done(last)
        return self._current

    def _close_if_done(self, snapshot: Snapshot) -> None:
        if snapshot is not self._current and snapshot.reader_count == 0:
            snapshot.closing.close()
