"""Step back: what nobody waits for lets people go first, who read pages and press buttons on the same machine."""

import os

NICENESS = 19  # hardly any of a processor that people wait for; all of one that nobody wants


def step_back(task: int = 0) -> None:
    """Lower the priority of this process for the rest of its life; on Linux, of one thread by its native id."""
    os.setpriority(os.PRIO_PROCESS, task, max(NICENESS, os.getpriority(os.PRIO_PROCESS, task)))
