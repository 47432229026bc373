"""Attach: the lake in a DuckDB connection, as `lake`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import duckdb

from ..errors import PaperhouseError
from ..extensions import ExtensionMissing
from ..settings import SettingInvalid, Settings
from ..warehouse import open_memory, quote

# DuckLake would merge a commit with others that touch other rows. Ours stand for the whole: any other commit since
# their transaction began makes them fail.
ALONE = "set ducklake_max_retry_count = 0"
PACKAGES = "requirements/cluster.txt"
WORDS = 500  # characters of an error


class LakeUnusable(PaperhouseError):
    """The lake cannot be reached, read or written: its catalog, its files, or the packages that it needs."""


@contextmanager
def open_lake(
    settings: Settings, *, read_only: bool = True, snapshot_id: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory to which the lake is attached, as it is now or as of an older snapshot.

    To write, the catalog is made when it is not there yet. Raises LakeUnusable, also for trouble inside of the block,
    and SettingInvalid.
    """
    with name_lake_trouble(settings):
        try:
            connection = open_memory("ducklake", "postgres_scanner", *(["httpfs"] if _is_on_s3(settings) else []))
        except ExtensionMissing as missing:
            raise LakeUnusable(f"{missing}; install {PACKAGES}") from None
        try:
            if _is_on_s3(settings):
                connection.execute(_secret_statement())
            connection.execute(_attach_statement(settings, read_only, snapshot_id))
            connection.execute(ALONE)
            connection.execute("set timezone = 'UTC'")
            yield connection
        finally:
            connection.close()


@contextmanager
def name_lake_trouble(settings: Settings) -> Iterator[None]:
    """Turn errors of DuckDB into LakeUnusable, without the password that they may repeat."""
    try:
        yield
    except duckdb.Error as error:
        # Before what Postgres said, DuckLake repeats everything that it wanted to write.
        words = " ".join(str(error).split()).rpartition("ERROR: ")[2][:WORDS]
        raise LakeUnusable(
            f"the lake cannot be used ({settings.mask(words)}); look whether Postgres and {settings.lake_data} answer, "
            "and whether PAPERHOUSE_LAKE_CATALOG, PAPERHOUSE_LAKE_DATA and AWS_* are right"
        ) from None


def _is_on_s3(settings: Settings) -> bool:
    return str(settings.lake_data).startswith("s3://")


def _attach_statement(settings: Settings, read_only: bool, snapshot_id: int | None) -> str:
    # The folder may be mounted elsewhere on each host; the catalog names files relative to it.
    options = [f"data_path '{quote(settings.lake_data)}'", "override_data_path true"]
    if snapshot_id is not None:
        options.append(f"snapshot_version {snapshot_id}")
    elif read_only:
        options.append("read_only")
    return f"attach 'ducklake:postgres:{quote(settings.lake_catalog)}' as lake ({', '.join(options)})"


def _secret_statement() -> str:
    """The usual AWS_* variables as DuckDB wants them."""
    env = os.environ
    values = {
        "key_id": env.get("AWS_ACCESS_KEY_ID"),
        "secret": env.get("AWS_SECRET_ACCESS_KEY"),
        "session_token": env.get("AWS_SESSION_TOKEN"),
        "region": env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1",
    }
    if not (values["key_id"] and values["secret"]):
        raise SettingInvalid("a lake on S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; export both")
    if address := env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL"):
        endpoint = urlsplit(address)
        if endpoint.scheme not in {"http", "https"} or not endpoint.netloc:
            raise SettingInvalid(
                f"AWS_ENDPOINT_URL={address!r} is no web address; write it like https://s3.example.org"
            )
        values |= {"endpoint": endpoint.netloc, "url_style": "path", "use_ssl": str(endpoint.scheme == "https").lower()}
    pairs = ", ".join(f"{name} '{quote(value)}'" for name, value in values.items() if value)
    return f"create secret lake_files (type s3, {pairs})"
