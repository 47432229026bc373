"""Tasks step back behind what people wait for."""

import os
import threading
from multiprocessing import get_context

from paperhouse.step_back import NICENESS, step_back


def read_priorities() -> tuple[int, int]:
    """Of this process before and after a thread of it has stepped back, then of the process when it has itself."""
    thread = threading.Thread(target=lambda: step_back(threading.get_native_id()))
    thread.start()
    thread.join()
    before = os.getpriority(os.PRIO_PROCESS, 0)
    step_back()
    step_back()
    return before, os.getpriority(os.PRIO_PROCESS, 0)


def test_process_steps_back_once_and_a_thread_for_itself_alone():
    with get_context("spawn").Pool(1) as pool:
        before, after = pool.apply(read_priorities)
    assert after == max(NICENESS, before)
