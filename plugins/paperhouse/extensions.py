"""Extensions of DuckDB: files in packages of their own, because nothing is downloaded at run time."""

from importlib.util import find_spec
from pathlib import Path

import duckdb

from .errors import PaperhouseError


class ExtensionMissing(PaperhouseError):
    """An extension of DuckDB is not installed, or is made for another DuckDB."""


def find_extension(name: str) -> Path:
    """The file of an extension in its package; raise ExtensionMissing."""
    package = find_spec(f"duckdb_extension_{name}")
    if package is None or package.origin is None:
        raise ExtensionMissing(f"the package duckdb-extension-{name.replace('_', '-')} is not installed")
    return Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
