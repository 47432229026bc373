"""Workers and the local target: all must see one data folder on one machine, whose locks hold among them.

The scheduler notes its own folder when it starts, and every task on a worker compares: a folder is known by a name in
it, a machine by its running kernel, which all containers of a host share.
"""

import os
import secrets
import socket
from pathlib import Path

from airflow.sdk.exceptions import AirflowFailException
from pluggy import HookimplMarker

from ..errors import PaperhouseError
from ..locking import hold_lock
from ..settings import Settings, load_settings
from .celery_env import is_celery

VARIABLE = "paperhouse_data_folder"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LAKE = "set PAPERHOUSE_TARGET=lake for workers on several hosts (docs/scaling.md)"

hook = HookimplMarker("airflow")


class OtherMachine(PaperhouseError):
    """This worker reaches the data folder over the network, or its machine was started anew since the scheduler."""


@hook
def on_starting(component) -> None:
    """Note the scheduler's folder, for the workers."""
    if getattr(component, "job_type", None) != "SchedulerJob" or not is_celery():
        return
    from airflow.models.variable import Variable

    Variable.set(VARIABLE, _describe(load_settings()), description="the data folder of the scheduler, by paperhouse")


def check_home(settings: Settings) -> None:
    """Fail a task of the local target on a worker whose data folder is not the scheduler's own.

    Raises AirflowFailException, which no repetition heals, or OtherMachine.
    """
    if settings.target != "local" or not is_celery():
        return
    from airflow.sdk import Variable

    ours = _describe(settings)
    theirs = Variable.get(VARIABLE, default=None)
    if theirs is None:  # no scheduler has started yet, so nobody works beside us
        return
    (folder, machine, host), (its_folder, its_machine, its_host) = ours.split(), theirs.split()
    if folder != its_folder:
        raise AirflowFailException(
            f"this worker on {host} has another data folder than the scheduler on {its_host}, and one warehouse "
            f"file can't be in both: mount the same volume in both, on one host, or {LAKE}"
        )
    if machine != its_machine:
        raise OtherMachine(
            f"this worker on {host} shares the data folder of the scheduler on {its_host}, but not its machine; locks "
            f"of files do not hold between two: run it on the same host, or {LAKE}"
        )


def _describe(settings: Settings) -> str:
    """Three words: the folder, the machine, and what people call it."""
    host = socket.gethostname()
    machine = BOOT_ID.read_text().strip() if BOOT_ID.exists() else host
    return f"{_name_folder(settings.locks_dir)} {machine} {host}"


def _name_folder(folder: Path) -> str:
    """The name that lies in the folder, made at first use."""
    file = folder / "folder-name"
    if not file.exists():
        with hold_lock(folder / "folder-name.lock", timeout=30):
            if not file.exists():
                draft = file.with_name(f"{file.name}.{os.getpid()}")
                draft.write_text(secrets.token_hex(8))
                draft.replace(file)
    return file.read_text()
