"""Peak memory: what the kernel says each process held at most, shared pages counted in each."""

import re
import threading
from collections import Counter
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.3
COMPONENTS = ("scheduler", "dag-processor", "api-server", "triggerer")


class PeakMemory:
    """Watches the processes below this one; `by_component` has the peak of the largest of each kind, in MB."""

    def __init__(self) -> None:
        self._peaks: Counter[str] = Counter()
        self._done = threading.Event()

    def __enter__(self) -> "PeakMemory":
        threading.Thread(target=self._sample, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()

    @property
    def by_component(self) -> dict[str, int]:
        return {name: round(peak / 1e6) for name, peak in self._peaks.most_common()}

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            for process in psutil.Process().children(recursive=True):
                try:
                    name, size = name_component(process.cmdline()), read_peak(process)
                except (psutil.Error, OSError):  # it has just ended
                    continue
                self._peaks[name] = max(self._peaks[name], size)


def read_peak(process: psutil.Process) -> int:
    """The most bytes that a process has held so far; what it holds now where the kernel keeps no peak."""
    status = Path(f"/proc/{process.pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else process.memory_info().rss


def name_component(command: list[str]) -> str:
    """The component of Airflow that a command line is of; tasks are forked from the scheduler and renamed."""
    words = " ".join(command).replace("api_server", "api-server")
    return next((name for name in COMPONENTS if name in words), "task or other")
