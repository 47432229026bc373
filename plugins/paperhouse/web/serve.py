"""The pages alone, without Airflow and its login: on this machine only."""

import socket

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ..errors import PaperhouseError
from ..settings import Settings
from ..warehouse import find_published
from .app import create_app

HOST = "127.0.0.1"


class PortTaken(PaperhouseError):
    """Something else listens on the port."""


def only_here(app: FastAPI) -> FastAPI:
    """Answer to names of this machine alone: a page elsewhere could have its own name lead here, and read all."""
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False)
    return app


def serve_pages(settings: Settings, port: int) -> None:
    """Serve the pages on loopback until Ctrl-C; port 0 takes a free one.

    Raises WarehouseMissing while there is nothing to show, and PortTaken.
    """
    find_published(settings)
    app = only_here(create_app(settings))
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()  # who follows the printed address at once waits a moment, and is not refused
    except OSError:
        listener.close()
        raise PortTaken(f"port {port} is in use; choose another: paperhouse web --port 0") from None
    print(
        f"{settings.data_dir} is shown at http://{HOST}:{listener.getsockname()[1]} (stop it with Ctrl-C)", flush=True
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
    server.run(sockets=[listener])
