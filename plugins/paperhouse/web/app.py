"""The app: every page of the warehouse, read-only, with nothing from elsewhere."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ..errors import PaperhouseError
from ..report.rows import DateNotInWarehouse
from ..settings import Settings
from ..warehouse import DatabaseUnusable, WarehouseMissing
from .answer import HTML, Answers, look_at
from .page import draw
from .pages import api, api_index, day, docs, domains, feed, numbers, paper, period, quality, search, sql
from .periods import PeriodUnreadable
from .policy import HEADERS
from .rows.domain_rows import DomainNotInWarehouse
from .rows.paper_rows import PaperNotInWarehouse
from .search_index import SearchIndex
from .snapshot import Snapshots

PAGES = (day, period, domains, numbers, paper, search, quality, docs, api_index, api, sql, feed)


def create_app(settings: Settings) -> FastAPI:
    """The pages of one data folder. Who may see them is decided outside: by loopback, or by Airflow's login."""
    # The usual pages for an API's description load their scripts from elsewhere; ours is the plain description.
    app = FastAPI(
        title="paperhouse",
        description="Your own warehouse of Hugging Face Daily Papers, read-only.",
        version="1",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.answers = Answers(Snapshots(settings))
    app.state.search_index = SearchIndex(settings)
    for page in PAGES:
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.middleware("http")(_add_headers)
    app.add_exception_handler(PaperhouseError, _explain)
    app.add_exception_handler(HTTPException, _explain_status)
    app.add_exception_handler(RequestValidationError, _explain_question)
    return app


async def _add_headers(request: Request, go_on) -> Response:
    response = await go_on(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.scope["path"].removeprefix(request.scope.get("root_path", "")).startswith("/static/"):
        response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _explain(request: Request, error: PaperhouseError) -> Response:
    """What is missing says itself what to do."""
    statuses = {
        DateNotInWarehouse: 404,
        PaperNotInWarehouse: 404,
        DomainNotInWarehouse: 404,
        PeriodUnreadable: 422,
        WarehouseMissing: 503,
        DatabaseUnusable: 503,
    }
    return _show_error(request, statuses.get(type(error), 400), str(error))


def _explain_status(request: Request, error: HTTPException) -> Response:
    return _show_error(request, error.status_code, error.detail, error.headers)


def _explain_question(request: Request, error: RequestValidationError) -> Response:
    said = "; ".join(f"{part['loc'][-1]}: {part['msg'].removeprefix('Value error, ')}" for part in error.errors())
    return _show_error(request, 422, said)


def _show_error(request: Request, status: int, message: str, headers: dict | None = None) -> Response:
    """A page for people, and JSON for programs."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if f"{path}/".startswith("/api/"):
        return JSONResponse({"error": message}, status, headers)
    body = draw(look_at(request), "error.html.j2", None, status=status, message=message)
    return Response(body, status, headers, media_type=HTML)
