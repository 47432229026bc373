"""Verify: a kept version is still, to the byte, the file that was published, and every table of it reads."""

import json
from contextlib import suppress
from pathlib import Path

from .errors import PaperhouseError
from .publish import MANIFEST, ReadBackFailed, hash_file, read_back

FIX = "remove a left-over log beside it, go back with `paperhouse rollback`, or make all anew: `paperhouse rebuild`"


class VersionDamaged(PaperhouseError):
    """A version is not what was published: a flipped byte, a cut file, foreign rows, a left-over log."""


def verify_version(path: Path) -> dict[str, int]:
    """Compare a version (its file, or the link) with its manifest and read it whole; return rows by table.

    Raises VersionDamaged. A version of before its hash was kept is only read.
    """
    file = path.resolve()
    try:
        manifest = json.loads(file.with_name(MANIFEST).read_bytes())
        sha256 = hash_file(file)
    except (OSError, ValueError) as error:
        raise VersionDamaged(f"{file} or its {MANIFEST} cannot be read ({error}); {FIX}") from None
    if manifest.get("sha256", sha256) != sha256:
        raise VersionDamaged(f"{file} is not the file that was published, its sha256 differs; {FIX}")
    try:
        row_counts = read_back(file)
    except ReadBackFailed as error:
        raise VersionDamaged(f"{error}; {FIX}") from None
    if row_counts != manifest.get("row_counts"):
        raise VersionDamaged(f"{file} has other row counts than its {MANIFEST}; {FIX}")
    return row_counts


def is_whole(path: Path) -> bool:
    """Whether a version verifies."""
    with suppress(VersionDamaged):
        return bool(verify_version(path))
    return False
