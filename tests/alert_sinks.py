"""Where alerts arrive in tests: a webhook and a mail server on loopback that keep what they are sent."""

import email
import email.policy
import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebhookSink:
    """Keeps each JSON body in `received`; answers with `status`."""

    def __init__(self, status: int = 200) -> None:
        self.received: list[dict] = []
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sink.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.send_header("Location", sink.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook/secret-part"

    def __enter__(self) -> "WebhookSink":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class MailSink:
    """Speaks as much SMTP as a client needs, and keeps each message in `received`."""

    def __init__(self) -> None:
        self.received: list[email.message.EmailMessage] = []
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 sink")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"DATA":
                        self._say("354 go on")
                        sink.received.append(self._read_message())
                    self._say("221 bye" if word == b"QUIT" else "250 ok")

            def _read_message(self) -> email.message.EmailMessage:
                lines = iter(self.rfile.readline, b".\r\n")
                return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

            def _say(self, text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        # What a user exports, as one address: no TLS is spoken here, and nobody signs in.
        self.connection = (
            f"smtp://127.0.0.1:{self._server.server_address[1]}"
            "?disable_ssl=true&disable_tls=true&retry_limit=0&timeout=5&from_email=paperhouse%40example.org"
        )

    def __enter__(self) -> "MailSink":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
