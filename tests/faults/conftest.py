"""A published warehouse that each test of a file starts from, put back in place: dbt's project is parsed once."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from paperhouse.settings import Settings
from paperhouse.transform import parse_project

from tests.conftest import build_body
from tests.faults.days import OLD_DAY, make_items
from tests.scripted_source import Reply, ScriptedSource


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder with `data`, in which three papers of one day are published, and `pristine`, a copy of it."""
    # Not below pytest's own folder: every pytest that starts forbids it to other users again.
    with tempfile.TemporaryDirectory(prefix="paperhouse-storage-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        settings = Settings(data_dir=folder / "data", hf_url="http://127.0.0.1:9")
        parse_project(settings)  # for the children that are forked from here
        build_body(settings, OLD_DAY, make_items(1, 2, 3), "2025-12-24T20:00:00")
        shutil.copytree(settings.data_dir, folder / "pristine", symlinks=True)
        yield folder


@pytest.fixture
def day_published(place: Path, scripted: ScriptedSource) -> Settings:
    """That warehouse as it was, and a source that has two papers on each other date."""
    shutil.rmtree(place / "data", ignore_errors=True)
    shutil.copytree(place / "pristine", place / "data", symlinks=True)
    scripted.replies = lambda query: Reply(json.dumps(make_items(3, int(query["date"][-2:]))).encode())
    return Settings(data_dir=place / "data", hf_url=scripted.url)
