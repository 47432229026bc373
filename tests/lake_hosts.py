"""Hosts of one lake, each with a data folder of its own; they share the landing zone, the files and the catalog."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

import duckdb
from paperhouse.extensions import find_extension
from paperhouse.settings import REPO, Settings
from paperhouse.warehouse import quote

from .conftest import build_body
from .postgres_server import Postgres

SAMPLE_DAYS = ("2025-12-24", "2025-12-25")
QUIET = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


@dataclass(frozen=True)
class Lake:
    """An empty lake below a folder, whose catalog is a new database of a server; or its files are in a bucket."""

    folder: Path
    catalog: str
    data: str
    landing: str

    def host(self, name: str, hf_url: str = "http://127.0.0.1:9") -> Settings:
        return Settings(
            data_dir=self.folder / name / "data",
            hf_url=hf_url,
            target="lake",
            lake_catalog=self.catalog,
            lake_data=self.data,
            landing=self.landing,
        )


def make_lake(server: Postgres, folder: Path, data: str | None = None) -> Lake:
    place = folder / f"lake-{secrets.token_hex(3)}"
    place.mkdir()
    return Lake(place, server.make_database(), data or str(place / "files"), str(place / "landing"))


def build_samples(settings: Settings) -> None:
    """Publish the first of the bundled days."""
    for day in SAMPLE_DAYS:
        body = (REPO / "demo" / "hf_daily_api" / f"{day}.json").read_bytes()
        build_body(settings, day, body, f"{day}T22:00:00")


def open_outside(settings: Settings, options: str = "read_only") -> duckdb.DuckDBPyConnection:
    """The lake as anybody attaches it who has DuckDB, the catalog's address and nothing of paperhouse."""
    connection = duckdb.connect(config=QUIET)
    for name in ("ducklake", "postgres_scanner"):
        connection.execute(f"load '{quote(find_extension(name))}'")
    connection.execute(f"attach 'ducklake:postgres:{settings.lake_catalog}' as lake ({options})")
    connection.execute("use lake")
    return connection


def read_manifest(version: Path) -> dict:
    return json.loads((version.parent / "manifest.json").read_bytes())
