"""A real HTTP server on loopback that answers what a test scripts, one answer a request, in order."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """One scripted answer. `cut_after` closes the connection in the middle of the body."""

    body: bytes = b"[]"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None


class ScriptedSource:
    """Answers with `replies` one after another and repeats the last, or by path; keeps what it was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] | Callable[[dict[str, str]], Reply] = [Reply()]
        self.replies_by_path: Callable[[str], Reply] | None = None
        self.queries: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        source = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                source.queries.append(query)
                source.paths.append(path)
                source.headers.append(dict(self.headers))
                reply = source.replies_by_path(path) if source.replies_by_path else source._next(query)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut_after])
                if reply.cut_after is not None:
                    self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _next(self, query: dict[str, str]) -> Reply:
        if callable(self.replies):
            return self.replies(query)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def __enter__(self) -> "ScriptedSource":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
