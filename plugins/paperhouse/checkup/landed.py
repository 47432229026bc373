"""The landing zone: whether what was received is still what lies there."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from ..batches import check_batch
from ..landing import read_fetch, read_pages
from ..refresh.land import list_looks
from ..refresh.land import read_body as read_page_body
from ..settings import Settings
from ..storage import list_landed
from ..texts.land import list_texts
from ..texts.land import read_body as read_text_body
from .finding import Finding, find_ok, find_problem, list_some

SAMPLE = 20  # of each kind, the newest


def check_landing(settings: Settings, every: bool) -> Iterator[Finding]:
    """Compare landed bodies with their sha256: the newest of each kind, or every one."""
    landing = settings.landing_dir
    kinds = {
        "fetches": (_list_newest(landing / "hf" / "daily", 2, "fetch.json"), _check_fetch),
        "readings": (_list_newest(landing / "readings", 1, "batch.json"), check_batch),
        "pages": (_list_newest(landing / "hf" / "papers", 2, "look.json"), _check_look(settings)),
        "texts": (_list_newest(landing / "texts", 2, "text.json"), _check_text(settings)),
    }
    for noun, (folders, check) in kinds.items():
        chosen = list(islice(folders, None if every else SAMPLE))
        faults = [fault for folder in chosen if (fault := _find_fault(folder, check))]
        if faults:
            yield find_problem(
                f"landed {noun}",
                f"{len(faults)} of {len(chosen)} are not what was received: {list_some(faults, 3)}",
                "restore the folder from a backup, or remove it and fetch again; what is published stays right",
            )
        elif chosen:
            total = len(folders)
            yield find_ok(f"landed {noun}", f"{len(chosen)} of {total} compared with their sha256")


def _list_newest(root: Path, depth: int, record: str) -> list[Path]:
    """Folders that landed whole by name, which begins with the moment, the newest first."""
    whole = [folder for folder, names in list_landed(root, depth).items() if record in names]
    return sorted(whole, key=lambda folder: folder.name, reverse=True)


def _find_fault(folder: Path, check: Callable[[Path], object]) -> str | None:
    try:
        check(folder)
    except Exception as error:  # a record that is no JSON, or lacks a field, is as damaged as a body
        return f"{folder.parent.name}/{folder.name}: {error}"
    return None


def _check_fetch(folder: Path) -> None:
    for _ in read_pages(folder, read_fetch(folder)):
        pass


def _check_look(settings: Settings) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        (look,) = [one for one in list_looks(settings, folder.parent.name) if one.look_id == folder.name]
        read_page_body(settings, look)

    return check


def _check_text(settings: Settings) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        for text in list_texts(settings, folder.parent.name):
            if text.folder == folder:
                read_text_body(text)

    return check
