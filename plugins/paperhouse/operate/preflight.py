"""Preflight: what a run needs of its own Airflow, asked before it starts to work.

Tasks have no access to Airflow's database; they ask its REST API, where one listens. A run without a server
(`make run`) knows no pools.
"""

import logging
import time
from contextlib import suppress

import requests

from ..errors import PaperhouseError
from ..settings import Settings
from .airflow_api import AirflowApi, AirflowRefused
from .airflow_env import airflow_home, api_port
from .prepare_airflow import POOL, POOLS

TRUSTED_SECONDS = 60  # a backfill starts dozens of runs a minute; they need not all ask

log = logging.getLogger("paperhouse")


class PoolMissing(PaperhouseError):
    """Airflow never schedules a task whose pool does not exist; the run would wait in silence."""


def check_pool(settings: Settings, pool: str = POOL) -> None:
    """Raise PoolMissing when `pool` was deleted, that of `build_warehouse` unless told."""
    stamp = settings.locks_dir / f"pool-seen-{pool}"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < TRUSTED_SECONDS:
        return
    try:
        with suppress(requests.ConnectionError, FileNotFoundError):
            AirflowApi(api_port(), airflow_home(settings)).call("GET", f"pools/{pool}")
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()
    except AirflowRefused as refused:
        if refused.status == 404:
            slots, purpose = POOLS[pool]
            raise PoolMissing(
                f"the pool {pool!r} ({purpose}) does not exist, so tasks in it would never start; create it "
                f"with `paperhouse airflow pools set {pool} {slots} turns` and clear this run"
            ) from None
        log.warning("the pool could not be checked: %s", refused)
