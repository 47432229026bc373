"""Docs that Great Expectations and dbt write: listed and framed by our pages, each also to be opened alone."""

from pathlib import Path

import duckdb
from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse

from ...docs import locate_dbt_docs
from ...judge import locate_docs
from ..answer import HTML, LookAt
from ..asked import PageNumber
from ..foreign import PLAIN_POLICY, PROGRAM_POLICY, clean_page, find_file
from ..page import FOLDER, draw
from ..rows.quality_rows import read_suites

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 15
STYLE = (FOLDER / "static" / "docs.css").read_text(encoding="utf-8")


@router.get("/quality/data-docs")
def list_data_docs(look: LookAt, doc: str = "", page: PageNumber = 1) -> Response:
    """The fetches and batches with Data Docs, the newest first; `doc` is the path of the one to show."""
    folder = locate_docs(look.request.app.state.settings).parent
    docs = find_docs(folder)

    def make(warehouse: duckdb.DuckDBPyConnection) -> str:
        names = sorted(docs, reverse=True)
        shown = names[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        return draw(
            look,
            "data_docs.html.j2",
            "quality",
            part="data-docs",
            runs=[(name, sorted(docs[name].items())) for name in shown],
            suites=read_suites(warehouse, shown),
            doc=doc if find_doc(folder, doc) else None,
            pages={"number": page, "count": -(-len(names) // PAGE_SIZE)},
        )

    # Docs are written after a version is published, and for rejected fetches too.
    return look.answer(make, also=str(hash(frozenset(path for suites in docs.values() for path in suites.values()))))


@router.get("/quality/data-docs/{path:path}")
def show_data_doc(look: LookAt, path: str) -> Response:
    """One page of Data Docs, without scripts and with our style; it may do nothing."""
    file = find_doc(locate_docs(look.request.app.state.settings).parent, path)
    if file is None:
        raise HTTPException(404, "there is no such page of Data Docs (any more); choose another at /quality/data-docs")
    body = clean_page(file.read_text(encoding="utf-8", errors="replace"), STYLE)
    return Response(body, media_type=HTML, headers={"Content-Security-Policy": PLAIN_POLICY})


@router.get("/quality/dbt-docs")
def frame_dbt_docs(look: LookAt) -> Response:
    """dbt docs in a frame, or how to make them."""
    has_docs = locate_dbt_docs(look.request.app.state.settings).exists()
    return look.answer(
        lambda warehouse: draw(look, "dbt_docs.html.j2", "quality", part="dbt-docs", has_docs=has_docs),
        also=str(has_docs),
    )


@router.get("/quality/dbt-docs/index.html")
def show_dbt_docs(look: LookAt) -> Response:
    """The page that `paperhouse docs` wrote, which is one program; it may run, but is nobody here."""
    file = locate_dbt_docs(look.request.app.state.settings)
    if find_file(file.parent, file.name) is None:
        raise HTTPException(404, "there are no dbt docs yet; write them: paperhouse docs")
    headers = {"Content-Security-Policy": PROGRAM_POLICY, "Cache-Control": "private, no-cache"}
    return FileResponse(file, media_type=HTML, headers=headers)


def find_docs(folder: Path) -> dict[str, dict[str, str]]:
    """Fetch or batch → suite → path of its page below `folder`; of several runs the last."""
    docs: dict[str, dict[str, str]] = {}
    for file in sorted(folder.glob("validations/*/*/*/*.html")):
        suite, name = file.parts[-4:-2]
        docs.setdefault(name, {})[suite] = file.relative_to(folder).as_posix()
    return docs


def find_doc(folder: Path, path: str) -> Path | None:
    """The file of a page of Data Docs; None for anything else."""
    return find_file(folder, path) if path.endswith(".html") else None
