"""Renew: the working database anew from the landing zone, when it is missing or of another release."""

import logging
import shutil

from .publish import sync_path
from .read_landing import read_landing
from .settings import Settings
from .warehouse import create_raw_tables, open_build

log = logging.getLogger(__name__)


def renew_working(settings: Settings) -> None:
    """Put a working database of everything that has landed in the place of what is there.

    The caller holds the lock of the working database and has it closed. Killed anywhere, it is done again by the next.
    """
    draft = settings.data_dir / "renew" / "working.duckdb"
    shutil.rmtree(draft.parent, ignore_errors=True)
    with open_build(draft) as working:
        create_raw_tables(working)
        unusable = read_landing(settings, working, say=log.debug)
    for folder, reason in unusable:
        log.warning("not read from the landing zone: %s: %s", folder, reason)
    draft.replace(settings.working_database)
    sync_path(settings.data_dir)
    shutil.rmtree(draft.parent)
