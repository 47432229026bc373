"""Export: every published table as Parquet, for programs that do not speak DuckDB."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from .errors import PaperhouseError
from .settings import Settings
from .warehouse import find_published, open_version

MANIFEST = "manifest.json"
COPY = "copy (from query_table($table)) to ($file) (format parquet, compression zstd)"


class ExportRefused(PaperhouseError):
    """The folder holds something that is no earlier export; it is left as it is."""


def export_tables(settings: Settings, folder: Path, say: Callable[[str], None] = print) -> dict[str, int]:
    """Write `<table>.parquet` of one version into `folder`, with `manifest.json`; return rows by table.

    The folder is there whole or as it was: everything is written beside it first. An earlier export is replaced.
    Raises ExportRefused, WarehouseMissing.
    """
    if folder.exists() and not folder.is_dir():
        raise ExportRefused(f"{folder} is a file; name a folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise ExportRefused(f"{folder} holds something else; name a new or an empty folder")
    draft = folder.with_name(f".{folder.name}.next")
    shutil.rmtree(draft, ignore_errors=True)  # of a killed export
    draft.mkdir(parents=True)
    try:
        row_counts = _write_tables(settings, draft, say)
        # An empty place is needed for one move; a reader that has a file of the old export open keeps it.
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return row_counts


def _write_tables(settings: Settings, draft: Path, say: Callable[[str], None]) -> dict[str, int]:
    row_counts, version = {}, find_published(settings)
    with open_version(version) as warehouse:
        tables = warehouse.execute("select table_name from duckdb_tables() order by table_name").fetchall()
        for (table,) in tables:
            file = draft / f"{table}.parquet"
            about = {"table": table, "file": str(file)}
            (row_counts[table],) = warehouse.execute(COPY, about).fetchone()
            say(f"{file.name:<32} {row_counts[table]:>9,} rows {file.stat().st_size / 1e6:>8.1f} MB")
    manifest = {"version": version.parent.name, "row_counts": row_counts}
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return row_counts
