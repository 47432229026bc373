"""How far a backfill is, how long it still takes, and what came of it."""

import time
from dataclasses import dataclass, field

from ..errors import PaperhouseError

FEW_DAYS = 5  # too few to tell the pace from
TELL_SECONDS = 15  # between two lines about the time left


class BackfillIncomplete(PaperhouseError):
    """Days failed, or the backfill was interrupted; the message names them and how to go on."""


@dataclass
class Progress:
    """How far the days of a plan are: states and reasons of failures by day (YYYY-MM-DD)."""

    total: int
    states: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    first_end: float = 0.0
    told: float = 0.0

    def record(self, day: str, state: str) -> None:
        self.first_end = self.first_end or time.monotonic()
        self.states[day] = state

    @property
    def failed(self) -> list[str]:
        return sorted(day for day, state in self.states.items() if state != "success")

    def tell_time_left(self) -> None:
        """Print the time that is left, now and then, from the pace since the first day ended: days run together."""
        now, count = time.monotonic(), len(self.states)
        if FEW_DAYS <= count < self.total and now - max(self.told, self.first_end) > TELL_SECONDS:
            self.told = now
            left = (now - self.first_end) / (count - 1) * (self.total - count)
            print(f"  {count} of {self.total} days, about {_format_seconds(left)} left", flush=True)


def conclude(progress: Progress) -> None:
    """Print what became of the days; raises BackfillIncomplete when one failed."""
    ran, failed = len(progress.states), progress.failed
    print(f"{ran} days in {time.monotonic() - progress.begun:.0f} s")
    if skipped := progress.total - ran:
        print(f"{skipped} days of the range were left out: another run has them in work")
    print(f"{ran - len(failed)} of {ran} days succeeded", flush=True)
    for day in failed:
        print(f"  {day}: {progress.reasons.get(day, 'did not run')}")
    if failed:
        raise BackfillIncomplete(
            f"{len(failed)} of {ran} days failed, the last with: "
            f"{failed[-1]} {progress.reasons.get(failed[-1], 'did not run')}"
        )


def _format_seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
