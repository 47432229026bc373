"""Step back: tasks let people go first, who read pages and press buttons on the same machine."""

import os

NICENESS = 10  # a tenth of the weight of a process that people wait for; all of a processor that nobody wants


def step_back() -> None:
    """Lower the priority of this process, for the rest of its life."""
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
