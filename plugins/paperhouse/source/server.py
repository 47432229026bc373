"""The offline source: serves a folder of recorded answers as if it were Hugging Face and arXiv.

One server stands for huggingface.co, arxiv.org and export.arxiv.org, so one base URL replaces all three:

    GET /api/daily_papers?date=&limit=&p=    a listing day, at most 100 items a page, 50 unless told
    GET /api/papers/<id>                     one paper
    GET /papers/<id>.md                      the paper as Markdown
    GET /html/<id>, /abs/<id>                arXiv HTML and abstract page, with or without vN
    GET /api/query?id_list=                  arXiv's Atom feed
"""

import logging
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from paperhouse.source.answers import Reply, answer_request
from paperhouse.source.faults import FaultySource, parse_faults
from paperhouse.source.folder import RecordedFolder, RecordingInvalid

log = logging.getLogger(__name__)

WINDOW_SECONDS = 300
QUOTAS = {"api": 500, "pages": 100}  # what Hugging Face grants an anonymous caller in a window


def serve_source(
    folder: Path, port: int = 0, host: str = "127.0.0.1", faults: Sequence[str] = (), latency: float = 0.0
) -> None:
    """Serve `folder` until SIGTERM or SIGINT; prints the base URL first. Port 0 takes a free one.

    Every answer comes `latency` seconds late.
    Raises RecordingMissing when the folder has no recorded days, FaultInvalid, OSError when the port is taken.
    """
    with SourceServer(folder, port, host, faults, latency) as server:
        # A shell starts background jobs with SIGINT ignored, so both signals are set here.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        spoiled = f", with {', '.join(faults)}" if faults else ""
        print(f"Serving {folder} at {server.url}{spoiled}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            log.info("stopped")


@contextmanager
def start_source(folder: Path, faults: Sequence[str] = (), latency: float = 0.0) -> Iterator[str]:
    """Serve `folder` from a thread on a free port of 127.0.0.1; yields the base URL, without a slash."""
    with SourceServer(folder, port=0, host="127.0.0.1", faults=faults, latency=latency) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.url
        finally:
            server.shutdown()
            thread.join()


class SourceServer(ThreadingHTTPServer):
    """The listening server with its folder and its count of requests; `faults` as `parse_faults` reads them."""

    request_queue_size = 64

    def __init__(self, folder: Path, port: int, host: str, faults: Sequence[str] = (), latency: float = 0.0):
        self.latency = latency
        self.folder = RecordedFolder(folder)
        chosen = parse_faults(faults)
        well = partial(answer_request, self.folder)
        self.answer_request = FaultySource(self.folder, chosen).answer_request if chosen else well
        self.limits = {bucket: RateWindow(bucket, quota) for bucket, quota in QUOTAS.items()}
        super().__init__((host, port), SourceHandler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host}:{port}"


class SourceHandler(BaseHTTPRequestHandler):
    """Turns a request into an answer; one connection may carry many."""

    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; with Nagle's algorithm on, a kept connection waits 40 ms between them.
    disable_nagle_algorithm = True
    server: SourceServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        time.sleep(self.server.latency)
        try:
            reply = self.server.answer_request(unquote(parts.path), query)
        except RecordingInvalid as error:
            reply = Reply(500, "text/plain; charset=utf-8", str(error).encode())
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.bucket:
            for name, value in self.server.limits[reply.bucket].count_request().items():
                self.send_header(name, value)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.deliver:
            reply.deliver(self, reply.body)
            return
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args) -> None:
        log.info("%s %s", self.address_string(), format % args)


class RateWindow:
    """Counts requests in fixed windows and says what is left, as Hugging Face does; it never refuses."""

    def __init__(self, bucket: str, quota: int):
        self.bucket, self.quota = bucket, quota
        self._used, self._ends = 0, 0.0
        self._lock = threading.Lock()

    def count_request(self) -> dict[str, str]:
        """Count one request; returns the two headers (`r` requests left, `t` seconds to the next window)."""
        with self._lock:
            now = time.monotonic()
            if now >= self._ends:
                self._used, self._ends = 0, now + WINDOW_SECONDS
            self._used += 1
            left, seconds = max(0, self.quota - self._used), int(self._ends - now) + 1
        return {
            "RateLimit": f'"{self.bucket}";r={left};t={min(seconds, WINDOW_SECONDS)}',
            "RateLimit-Policy": f'"fixed window";"{self.bucket}";q={self.quota};w={WINDOW_SECONDS}',
        }


def _stop(signal_number: int, frame) -> None:
    raise KeyboardInterrupt
