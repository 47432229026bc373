"""Docs: dbt's own description of the project and the published tables, as one page with nothing from elsewhere."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from .errors import PaperhouseError
from .locking import hold_lock
from .settings import REPO, Settings
from .transform import run_dbt
from .warehouse import find_published

LOCK_TIMEOUT = 120  # seconds; writing takes about ten

# In the page, with what stands there instead: an icon that is nowhere; a script that counts visitors, which would be
# loaded if the project allowed that; addresses of icons that a browser follows before they are filled in.
_CHANGES = (
    (re.compile(r'<link rel="(?:shortcut icon|canonical)"[^>]*>'), ""),
    (re.compile(r"//[a-z0-9]+\.cloudfront\.net/[\w./-]+\.js"), "about:blank"),
    (re.compile(r'xlink:href="(?=\{\{)'), 'ng-attr-href="'),
)


class DocsUnusable(PaperhouseError):
    """dbt wrote a page that is not as we know it; nothing was replaced."""


def locate_dbt_docs(settings: Settings) -> Path:
    """The page of dbt docs; not there before `paperhouse docs`."""
    return settings.quality_dir / "dbt_docs" / "index.html"


def write_dbt_docs(settings: Settings) -> Path:
    """Write dbt docs of the published version and return their page; readers have the old one until it is whole.

    dbt works on a private copy. Raises WarehouseMissing, DbtFailed, DocsUnusable, LockTimeout.
    """
    version, page = find_published(settings), locate_dbt_docs(settings)
    with hold_lock(settings.locks_dir / "docs.lock", LOCK_TIMEOUT):
        work = page.parent.with_name("dbt_docs.next")
        shutil.rmtree(work, ignore_errors=True)  # of a killed one
        work.mkdir(parents=True)
        try:
            # The tables of a version say in which file they lie, so the copy has the same name.
            copy = shutil.copyfile(version, work / "warehouse.duckdb")
            run_dbt(replace(settings, data_dir=work), copy, "docs generate", "--static")
            text = (work / "dbt" / "target" / "static_index.html").read_text(encoding="utf-8")
            draft = work / page.name
            draft.write_text(keep_inside(text, work), encoding="utf-8")
            page.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(page)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return page


def keep_inside(text: str, work: Path) -> str:
    """The page without what it would load from elsewhere, and without the paths of this machine.

    Raises DocsUnusable when another dbt writes it in another way.
    """
    for pattern, instead in _CHANGES:
        text, count = pattern.subn(instead, text)
        if not count:
            raise DocsUnusable("dbt writes its docs in another way than expected; install the version in requirements/")
    for folder in (work, REPO):
        text = text.replace(f"{folder}/", "").replace(f"{folder}", "")
    return text
