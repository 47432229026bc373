"""The promise of the published warehouse for a lake: whoever attaches it, and any host that pulls it, has it whole."""

import tempfile
from dataclasses import replace
from pathlib import Path

from paperhouse.lake.pull import pull_newest
from paperhouse.lake.snapshots import find_newest
from paperhouse.settings import Settings

from tests.faults.invariant import assert_published_invariant
from tests.lake_hosts import open_outside


def assert_lake_invariant(settings: Settings, recompute: bool = False) -> None:
    """The newest publication reads whole, to the digest of each table, and on a host that never saw it before it is
    exactly what its accepted fetches landed; with `recompute`, what a rebuild of the landing zone gives too."""
    newest = find_newest(settings)
    if newest is None:  # killed before the first
        return
    place = f"read_only, data_path '{settings.lake_data}', override_data_path true"  # a copied lake lies elsewhere
    with open_outside(settings, place) as outside:
        for table, digest in newest.manifest["digests"].items():
            seen = outside.execute(
                f'select count(*), coalesce(sum(hash(t)), 0)::varchar from "{table}" as t'
            ).fetchone()
            assert seen == (newest.manifest["row_counts"][table], digest), f"{table} of the lake"
    with tempfile.TemporaryDirectory(prefix="paperhouse-witness-") as folder:
        witness = replace(settings, data_dir=Path(folder))
        assert pull_newest(witness).parent.name == newest.version
        assert_published_invariant(witness, recompute)
