"""Faults of the transport: a good reply goes in, what arrives instead comes out.

The first line of each docstring is what `paperhouse source --help` says about the fault.
"""

import json
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler

from .answers import HTML, JSON, Reply

RETRY_AFTER = 1  # seconds
DRIP_SECONDS = 0.05  # between two bytes: no pause is long, and the body takes hours


def too_many_requests(reply: Reply) -> Reply:
    """429 with Retry-After"""
    return _fail(429, "Too many requests")._replace(headers=(("Retry-After", str(RETRY_AFTER)),))


def server_error(reply: Reply) -> Reply:
    """500"""
    return _fail(500, "Internal server error")


def bad_gateway(reply: Reply) -> Reply:
    """502 with a web page"""
    return Reply(502, HTML, b"<html><h1>502 Bad Gateway</h1></html>", "api")


def connection_reset(reply: Reply) -> Reply:
    """the connection is reset"""
    return reply._replace(deliver=_reset)


def cut_connection(reply: Reply) -> Reply:
    """the connection ends half-way"""
    return reply._replace(deliver=_cut)


def truncated_json(reply: Reply) -> Reply:
    """the JSON ends half-way"""
    return reply._replace(body=reply.body[: len(reply.body) // 2])


def slow_body(reply: Reply) -> Reply:
    """the body drips, twenty bytes a second"""
    return reply._replace(deliver=_drip)


def not_found(reply: Reply) -> Reply:
    """404"""
    return _fail(404, "Sorry, we can't find the page you are looking for.")


def bad_request(reply: Reply) -> Reply:
    """400"""
    return _fail(400, "Invalid date")


def web_page(reply: Reply) -> Reply:
    """a web page with status 200"""
    return Reply(200, HTML, b"<!doctype html>\n<html><title>Sign in</title><p>Please sign in.</p></html>", "api")


def error_object(reply: Reply) -> Reply:
    """a JSON object with status 200"""
    return _fail(200, "Internal error, please try again")


def _fail(status: int, message: str) -> Reply:
    return Reply(status, JSON, json.dumps({"error": message}).encode(), "api")


def _reset(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    # Closing with a linger time of zero sends RST instead of FIN.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def _cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def _drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    handler.end_headers()
    handler.close_connection = True
    try:
        for number in range(len(body)):
            handler.wfile.write(body[number : number + 1])
            time.sleep(DRIP_SECONDS)
    except ConnectionError:
        pass  # the reader has given up, as it should
