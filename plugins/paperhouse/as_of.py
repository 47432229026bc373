"""As of: a date of the warehouse as it stood at an earlier moment.

Marts are pure functions of accepted raw records, so the past is built again from the records known by then, in a
private file of one date. The taxonomy and the rules are those of today.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb

from .errors import PaperhouseError
from .scope import catch_up_with_hosts, copy_scope_as_of
from .settings import Settings
from .transform import run_dbt
from .warehouse import open_version


class NothingKnown(PaperhouseError):
    """No fetch and no report of a date was there at the moment asked for."""


class MomentInvalid(PaperhouseError):
    """A time that cannot be read."""


def parse_moment(text: str) -> datetime:
    """A UTC time from ISO 8601; a date alone means its end. Raises MomentInvalid."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MomentInvalid(f"{text!r} is no time; write it like 2025-12-26 or 2025-12-26T09:00") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


@contextmanager
def open_as_of(settings: Settings, listing_date: date, moment: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse that holds one date as it was known at `moment` (UTC): a few seconds of dbt.

    The same moment gives the same rows whenever it is asked for. Raises NothingKnown and DbtFailed.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    catch_up_with_hosts(settings)
    folder = Path(tempfile.mkdtemp(prefix="as-of-", dir=settings.data_dir))
    try:
        file = folder / "warehouse.duckdb"
        if not copy_scope_as_of(settings, file, listing_date, moment):
            raise NothingKnown(f"nothing was known of {listing_date} at {moment:%Y-%m-%d %H:%M:%S} UTC; ask later")
        run_dbt(settings, file, "build", "--exclude", "resource_type:unit_test", "resource_type:test")
        with open_version(file) as connection:
            yield connection
    finally:
        shutil.rmtree(folder)
