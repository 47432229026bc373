"""The pages inside Airflow: whoever is not logged in gets nothing but the way to the login."""

from functools import cache
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import load_settings
from .app import create_app


async def serve_pages(scope: Scope, receive: Receive, send: Send) -> None:
    """The app behind Airflow's own login and roles: to see plugins is what it takes."""
    if scope["type"] != "http":
        raise RuntimeError("the pages speak HTTP only")
    request = Request(scope)
    refusal = await refuse(request)
    await (refusal or _load_app())(scope, receive, send)


async def refuse(request: Request) -> Response | None:
    """The answer to somebody who may not see the pages; None to everybody else."""
    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException as error:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            back = quote(str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""), safe="")
            # Airflow's own door: it knows where its login is, whichever auth manager is configured.
            return RedirectResponse(f"{_airflow_base(request)}/api/v2/auth/login?next={back}", 302)
        return JSONResponse({"error": "log in to Airflow first"}, 401 if error.status_code == 401 else 403)
    if not get_auth_manager().is_authorized_view(access_view=AccessView.PLUGINS, user=user):
        return JSONResponse({"error": "your role in Airflow may not see plugins"}, 403)
    return None


def _airflow_base(request: Request) -> str:
    """Where Airflow itself is mounted: in front of the prefix of this plugin."""
    return request.scope.get("root_path", "").removesuffix(PREFIX)


PREFIX = "/paperhouse"


@cache
def _load_app() -> ASGIApp:
    return create_app(load_settings())
