"""Locks between processes, released by the kernel when their holder dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import PaperhouseError


class LockTimeout(PaperhouseError):
    """Another process kept the lock longer than the caller could wait."""


@contextmanager
def hold_lock(path: Path, timeout: float) -> Iterator[None]:
    """Hold an exclusive `flock` on `path` for the duration of the block.

    Waits up to `timeout` seconds, then raises LockTimeout.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise LockTimeout(
                        f"waited {timeout:.0f} s for {path}; another paperhouse process holds it "
                        f"(`fuser {path}` names it). Run again when it has ended."
                    ) from None
                time.sleep(0.05)
        yield
