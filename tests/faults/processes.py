"""Processes that run a piece of the pipeline and may be killed: forked from this warm one, so they start at once."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess

_FORK = multiprocessing.get_context("fork")


class Child:
    """A forked process that calls `function(*arguments)`; its error, if any, comes back as one line."""

    def __init__(self, function: Callable, *arguments: object) -> None:
        self._read_end, write_end = _FORK.Pipe(duplex=False)
        self.process: BaseProcess = _FORK.Process(target=_call, args=(write_end, function, arguments), daemon=True)
        self.process.start()
        write_end.close()

    def wait(self, timeout: float = 120) -> str | None:
        """Wait until it has ended; return None for a good end, else "Name: message" of its error, or "killed"."""
        self.process.join(timeout)
        assert self.process.exitcode is not None, "the process still runs, it should have ended by itself"
        if self.process.exitcode < 0:
            return "killed"
        return self._read_end.recv()

    def kill(self) -> str | None:
        """SIGKILL, and wait."""
        self.process.kill()
        return self.wait()


def make_event():
    """An event that parent and forked children share."""
    return _FORK.Event()


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _call(write_end, function: Callable, arguments: tuple) -> None:
    try:
        function(*arguments)
    except Exception as error:
        write_end.send(f"{type(error).__name__}: {' '.join(str(error).split())}")
    else:
        write_end.send(None)
