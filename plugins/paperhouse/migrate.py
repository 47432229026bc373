"""Migrate: the warehouse and what landed, from one machine's folder into the lake, or back; nothing is judged again."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from .build import LOCK_TIMEOUT
from .content_hash import hash_content, hash_version
from .coordination import hold_shared_lock
from .errors import PaperhouseError
from .lake.attach import open_lake
from .lake.pull import hold_host, pull_newest
from .lake.push import push_version
from .lake.snapshots import find_newest
from .publish import MANIFEST
from .settings import SettingInvalid, Settings
from .storage import is_in_bucket, write_file
from .verify import verify_version
from .warehouse import WarehouseMissing, find_published

COPIERS = 16  # at once; in a bucket, copying is waiting
RECORDS = {"fetch.json", "batch.json", "look.json", "text.json", "query.json"}  # without its record a folder is none


class LakeInUse(PaperhouseError):
    """The lake holds another warehouse."""


class HashesDiffer(PaperhouseError):
    """What arrived does not tell the same story as what was there. The old warehouse is as it was."""


def migrate(settings: Settings, to: str, say: Callable[[str], None] = print) -> str:
    """Bring the published version and the landing zone to the target `to`, "lake" or "local"; return the content hash.

    Killed anywhere, it can be called again. Raises WarehouseMissing, LakeInUse, LakeUnusable, VersionDamaged,
    HashesDiffer, LockTimeout, SettingInvalid.
    """
    if not (settings.lake_catalog and settings.lake_data):
        raise SettingInvalid("set PAPERHOUSE_LAKE_CATALOG and PAPERHOUSE_LAKE_DATA; they say where the lake is")
    local, lake = replace(settings, target="local"), replace(settings, target="lake")
    own = replace(local, landing=None)
    with _hold_both(lake):
        if to == "lake":
            _copy_landing(own, lake, say)
            before, after = _push(local, lake, say), _hash_lake(lake)
        else:
            _copy_landing(lake, own, say)
            before, after = _hash_lake(lake), _pull(lake, say)
    say(f"content hash before: {before}")
    say(f"content hash after:  {after}{', equal' if before == after else ''}")
    if before != after:
        raise HashesDiffer(f"the {to} warehouse is not the same; keep the other, and report this with both hashes")
    say(f"from now on set PAPERHOUSE_TARGET={to}, in .env or exported, for every process of Airflow")
    return after


@contextmanager
def _hold_both(lake: Settings) -> Iterator[None]:
    with hold_shared_lock(lake, "publish", LOCK_TIMEOUT), hold_host(lake):
        yield


def _push(local: Settings, lake: Settings, say: Callable) -> str | None:
    version = find_published(local)
    name = version.parent.name
    verify_version(version)
    newest = find_newest(lake)
    if newest and newest.version != name:
        raise LakeInUse(
            f"the lake holds version {newest.version} already, and {local.data_dir} has {name}; "
            "give an empty PAPERHOUSE_LAKE_CATALOG and PAPERHOUSE_LAKE_DATA, or work with what is there"
        )
    if newest is None:
        push_version(lake, version, None, name, json.loads(version.with_name(MANIFEST).read_bytes()))
    say(f"version {name} is snapshot {find_newest(lake).snapshot_id} of the lake")
    return hash_version(version)


def _pull(lake: Settings, say: Callable) -> str | None:
    version = pull_newest(lake)
    verify_version(version)
    say(f"version {version.parent.name} of the lake is published in {lake.data_dir}")
    return hash_version(version)


def _hash_lake(lake: Settings) -> str:
    """The content hash as any reader of the lake computes it, from its files and not from a copy here."""
    if find_newest(lake) is None:
        raise WarehouseMissing("nothing is published in the lake yet")
    with open_lake(lake) as connection:
        connection.execute("use lake")
        return hash_content(connection)


def _copy_landing(source: Settings, target: Settings, say: Callable) -> None:
    """Copy what landed and is not there; the records of folders come last, as when they landed."""
    if source.landing_dir == target.landing_dir:
        say(f"what landed stays in {target.landing_dir}; several hosts need one that all see: PAPERHOUSE_LANDING")
        return
    files, there = _list_files(source.landing_dir), _list_files(target.landing_dir)
    # The ledgers of requests grow, all else is written once.
    missing = [name for name in files if name not in there or name.endswith(".jsonl")]
    records = [name for name in missing if Path(name).name in RECORDS]
    with ThreadPoolExecutor(COPIERS) as pool:
        for names in (set(missing) - set(records), records):
            list(pool.map(lambda name: write_file(target.landing_dir / name, files[name].read_bytes()), names))
    say(f"{len(missing)} of {len(files)} landed files were copied to {target.landing_dir}")


def _list_files(folder: Path) -> dict[str, Path]:
    """Every file below a folder, of a disk or of a bucket, by its path from there; no drafts of killed writers."""
    if not is_in_bucket(folder):
        paths = [path for path in folder.rglob("*") if path.is_file()]
    else:
        found = list(folder.glob("**/*"))
        folders = {path.parent for path in found}
        paths = [path for path in found if path not in folders]
    return {str(path.relative_to(folder)): path for path in paths if not path.name.startswith(".")}
