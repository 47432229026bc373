"""A real HTTP server on loopback that speaks OpenAI's chat-completions protocol and answers as a test scripts it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.scripted_source import Reply


def complete(content: str, tokens: int | None = 1_200) -> Reply:
    """A chat completion whose message is `content`; without `tokens` the endpoint does not count them."""
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_766_620_800,
        "model": "small",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": content},
                "logprobs": None,
            }
        ],
    }
    if tokens is not None:
        completion["usage"] = {"prompt_tokens": tokens - 200, "completion_tokens": 200, "total_tokens": tokens}
    return Reply(json.dumps(completion).encode(), headers={"Content-Type": "application/json"})


def refuse(status: int, message: str, **headers: str) -> Reply:
    """An error in OpenAI's form."""
    body = json.dumps({"error": {"message": message, "type": "error", "param": None, "code": None}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body, status, {"Content-Type": "application/json", **named})


class ModelServer:
    """Answers POST /v1/chat/completions with `replies` one after another and repeats the last.

    `asked` and `headers` keep what came. While `silence` is set, nothing is answered until the server ends.
    """

    def __init__(self) -> None:
        self.replies: list[Reply] = [refuse(500, "nothing is scripted")]
        self.asked: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.silence = False
        self._over = threading.Event()
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked.append(question)
                model.headers.append(dict(self.headers))
                if model.silence:
                    model._over.wait(60)
                    self.close_connection = True
                    return
                is_known = self.path == "/v1/chat/completions"
                reply = model._next() if is_known else refuse(404, f"no such path: {self.path}")
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def _next(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def __enter__(self) -> "ModelServer":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
