"""Who runs Airflow's services: what is left of a killed one."""

import subprocess
import sys

import psutil
from paperhouse.operate.service_owner import end_session

SERVICE_WITH_A_TASK = """
import os, time
task = os.fork()
if not task:
    os.setpgid(0, 0)
    time.sleep(600)
print(task, flush=True)
time.sleep(600)
"""


def test_a_task_ends_with_its_killed_scheduler_although_it_leads_a_group_of_its_own():
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE_WITH_A_TASK], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with service:
        task = psutil.Process(int(service.stdout.readline()))
        service.kill()
        service.wait()
        end_session(service.pid)
        assert psutil.wait_procs([task], timeout=10)[1] == []
