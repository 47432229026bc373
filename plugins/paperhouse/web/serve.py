"""The pages alone, without Airflow and its login: on this machine only."""

import gc
import socket
import sys

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from ..errors import PaperhouseError
from ..settings import Settings
from ..warehouse import find_published
from .app import create_app

HOST = "127.0.0.1"
# Seconds that a thread may keep the interpreter. A page comes back to it after each of its nine queries, and waits for
# the thread of another page each time, as long as this.
SWITCH = 0.001


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
    version = find_published(settings).parent.name
    app = only_here(create_app(settings))
    with app.state.search_index.open(version):
        pass  # it is begun now, so that the first search finds it made
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
    sys.setswitchinterval(SWITCH)
    gc.freeze()  # what is loaded by now stays; else each full collection looks at it all, while everybody waits
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
    server.run(sockets=[listener])
