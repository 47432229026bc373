"""Bring Airflow's metadata database to the installed version and create the pools in which tasks take turns.

`python -m paperhouse.operate.prepare_airflow` does it by hand, for the lake's catalog as well; the container set
starts with it.
"""

import hashlib
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from ..errors import PaperhouseError
from ..locking import hold_lock
from ..settings import Settings, load_settings
from .airflow_env import airflow_environment, airflow_home
from .prepare_catalog import prepare_catalog

POOL = "warehouse"
ARXIV_POOL = "arxiv"
# Slots and what they are for. A lock lets one build work at a time; the next one has started by then, and waits for it.
POOLS = {
    POOL: (3, "builds of the warehouse, at work or next in turn"),
    ARXIV_POOL: (1, "one connection to arXiv at a time"),
}


class PreparationFailed(PaperhouseError):
    """Airflow could not set up its metadata database; the message names the log."""


def prepare_airflow(settings: Settings) -> None:
    """Make Airflow usable in this data folder; nothing to do takes milliseconds.

    Safe when several processes call it at once: one works, the others wait. Raises PreparationFailed.
    """
    home = airflow_home(settings)
    environment = airflow_environment(settings)
    stamp = home / "prepared"
    with hold_lock(home / "prepare.lock", timeout=300):
        if _is_prepared(stamp, environment):
            return
        log = home / "logs" / "prepare.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        # A process of its own: Airflow must not be imported here, callers may not need it at all.
        with log.open("w") as output:
            code = subprocess.run(
                [sys.executable, "-c", "from paperhouse.operate.prepare_airflow import migrate_metadata as m; m()"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
        if code:
            reason = (log.read_text().strip() or f"exit code {code}").splitlines()[-1]
            raise PreparationFailed(f"Airflow's metadata database could not be prepared: {reason} (see {log})")
        stamp.write_text(_stamp_text(environment))


def migrate_metadata() -> None:
    """Create or migrate every table, then the pools. Imports Airflow."""
    from airflow.models.pool import Pool
    from airflow.utils.db import upgradedb
    from airflow.utils.session import create_session

    upgradedb()
    with create_session() as session:
        for name, (slots, description) in POOLS.items():
            if Pool.get_pool(name, session=session) is None:
                Pool.create_or_update_pool(name, slots, description, include_deferred=False, session=session)


def _is_prepared(stamp: Path, environment: dict[str, str]) -> bool:
    if not stamp.exists() or stamp.read_text() != _stamp_text(environment):
        return False
    address = environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")
    # SQLite can be asked for itself: somebody may have deleted the file, or a pool in the UI.
    return not address.startswith("sqlite:///") or _has_pools(Path(address.removeprefix("sqlite:///")))


def _has_pools(database: Path) -> bool:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60) as connection:
            return POOLS.keys() <= {name for (name,) in connection.execute("SELECT pool FROM slot_pool")}
    except sqlite3.OperationalError:
        return False


def _stamp_text(environment: dict[str, str]) -> str:
    """The version, the pools and the database it was prepared in; a digest, as the address may hold a password."""
    address = environment.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")
    digest = hashlib.sha256(address.encode()).hexdigest()[:16]
    return f"{version('apache-airflow-core')} {' '.join(POOLS)} {digest}\n"


if __name__ == "__main__":
    found = load_settings()
    prepare_catalog(found)
    prepare_airflow(found)
