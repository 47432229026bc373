"""What differs between a landing zone in a folder and one in a bucket.

Paths in a bucket are Airflow's ObjectStoragePath, used like a Path; the usual AWS_* variables say how to get in.
"""

import logging
import os
from collections import defaultdict
from pathlib import Path


def open_bucket(url: str, airflow_home: Path) -> Path:
    """The path of s3://bucket/prefix."""
    os.environ.setdefault("AIRFLOW_HOME", str(airflow_home))  # else the import makes a folder in the user's home
    from airflow.sdk import ObjectStoragePath  # 1.5 s

    for name in ("botocore", "aiobotocore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # Airflow shows a line for where each setting was found
    # Other hosts write there too: what was listed before may have grown.
    return ObjectStoragePath(url, use_listings_cache=False)


def is_in_bucket(path: Path) -> bool:
    """Whether a path is of a bucket: no folders, no renaming, and an object is there whole or not at all."""
    return not isinstance(path, Path)


def list_landed(root: Path, depth: int) -> dict[Path, set[str]]:
    """The folders `depth` levels below `root`, in order, each with the names of what it holds; {} without a root."""
    if not is_in_bucket(root):
        return {folder: _list_names(folder) for folder in sorted(root.glob("/".join("*" * depth))) if folder.is_dir()}
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for file in root.glob("**/*"):  # one question for a thousand objects
        *place, name = file.path[len(root.path) + 1 :].split("/")
        if len(place) == depth:
            found[tuple(place)].add(name)
    return {root.joinpath(*place): names for place, names in sorted(found.items())}


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut."""
    if is_in_bucket(path):
        path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)  # half a file on a full disk is of no use
        error.filename = error.filename or str(path)  # a failed write does not name its file
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _list_names(folder: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder)}
    except OSError:  # removed meanwhile, or closed to us: nothing is there
        return set()
