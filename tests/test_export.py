"""Export: all tables of one version as Parquet, whole or not at all."""

import json

import duckdb
import pytest
from paperhouse.export import ExportRefused, export_tables
from paperhouse.publish import current_version
from paperhouse.warehouse import open_published

from tests.small_builds import publish


def export(settings, folder):
    return export_tables(settings, folder, say=lambda line: None)


def test_every_table_of_the_warehouse_is_exported_as_it_is(web_settings, tmp_path):
    row_counts = export(web_settings, tmp_path / "out")
    with open_published(web_settings) as warehouse:
        tables = [row[0] for row in warehouse.execute("select table_name from duckdb_tables()").fetchall()]
        assert sorted(row_counts) == sorted(tables)
        for table in tables:
            both = {"table": table, "file": str(tmp_path / "out" / f"{table}.parquet")}
            query = "select count(*), bit_xor(hash(t)) from {} as t"
            published = warehouse.execute(query.format("query_table($table)"), {"table": table}).fetchone()
            assert duckdb.execute(query.format("read_parquet($file)"), {"file": both["file"]}).fetchone() == published
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest == {"version": current_version(web_settings).parent.name, "row_counts": row_counts}


def test_earlier_export_is_replaced_and_nothing_is_left_beside_it(settings, tmp_path):
    publish(settings, 1)
    export(settings, tmp_path / "out")
    publish(settings, 2)
    export(settings, tmp_path / "out")
    file = str(tmp_path / "out" / "papers.parquet")
    assert duckdb.execute("select distinct generation from read_parquet($1)", [file]).fetchall() == [(2,)]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_folder_with_other_things_is_left_as_it_is(settings, tmp_path):
    publish(settings, 1)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(ExportRefused, match="something else"):
        export(settings, tmp_path / "thesis")
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]


def test_export_that_fails_leaves_the_earlier_one(settings, tmp_path, monkeypatch):
    publish(settings, 1)
    export(settings, tmp_path / "out")
    monkeypatch.setattr("paperhouse.export.COPY", "copy nowhere to ($file) (format parquet)")
    with pytest.raises(duckdb.Error):
        export(settings, tmp_path / "out")
    assert (tmp_path / "out" / "papers.parquet").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
