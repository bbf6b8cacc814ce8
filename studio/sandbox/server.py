"""The HTTP server: one thread a connection, HTTP/1.1 with keep-alive, from the standard library.

A thread a connection means that a caller who is slow with his first byte holds
up nobody but himself.  Cut and hanging connections are made real here.
"""

from __future__ import annotations

import io
import select
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from types import TracebackType
from typing import Any, cast
from urllib.parse import unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from studio.sandbox import digits
from studio.sandbox.errors import ConnectionDropped, NeverAnswered

IDLE_SECONDS = 75.0
WATCH_SECONDS = 0.2
MOST_DRAINED = 16 * 1024 * 1024  # bytes
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Server(ThreadingHTTPServer):
    """Serves one WSGI application; `closing` ends every pause and every hanging request."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, host: str, port: int, app: WSGIApplication | None = None) -> None:
        """Takes the port at once; port 0 takes a free one.  `app` may be set until it serves."""
        self.app = app
        self.closing = threading.Event()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Binds without asking the DNS for a name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent where the caller or the server goes away; else the traceback goes to the terminal."""
        if not self.closing.is_set() and not isinstance(sys.exception(), OSError):
            traceback.print_exc(file=sys.stderr)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Doitong-Sandbox/1", ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """No log: a request's headers hold a key."""

    def _serve(self) -> None:
        environ = self._environ()
        reply = Reply(self, environ["wsgi.input"])
        try:
            assert self.server.app is not None
            reply.send(self.server.app(environ, cast(StartResponse, reply.start)))
        except ConnectionDropped as cut:
            self._cut(cut.said)
        except NeverAnswered as hanging:
            self._hang(hanging.seconds)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def _environ(self) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": self.server.server_name,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": self.headers.get("Content-Length", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": Body(self.rfile, self.headers),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "sandbox.pause": self.pause,
        }
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ

    def pause(self, seconds: float) -> None:
        """Sends what is written, then waits; ends early when the server does."""
        self.wfile.flush()
        if self.server.closing.wait(seconds):
            raise ConnectionDropped

    def _cut(self, said: bytes) -> None:
        """Ends the connection with a reset, as a crash would."""
        self.wfile.write(said)
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
        self.wfile = io.BytesIO()  # what comes after is for nobody

    def _hang(self, seconds: float) -> None:
        """Holds the connection until the caller leaves, the seconds are over or the server ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.server.closing.wait(WATCH_SECONDS):
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        self._cut(b"")


class Body:
    """The request's body, which knows how much of it is still in the pipe."""

    def __init__(self, source: BufferedIOBase, headers: Message) -> None:
        length = digits.number(headers.get("Content-Length", "0"))
        self._source = source
        self._left = length or 0
        self._endless = "Transfer-Encoding" in headers or length is None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, and never more than the request has."""
        found = self._source.read(min(size, self._left))
        self._left -= len(found)
        return found

    def drain(self) -> bool:
        """Throws away what nobody read; False where that is too much and the connection has to end."""
        if self._endless or self._left > MOST_DRAINED:
            return False
        while self._left and self.read(64 * 1024):
            pass
        return self._left == 0


class Reply:
    """Turns a WSGI answer into bytes: headers and a short body leave in one piece."""

    def __init__(self, handler: Handler, body: Body) -> None:
        self._handler = handler
        self._body = body

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Any:
        """The WSGI start_response."""
        handler = self._handler
        code, _, phrase = status.partition(" ")
        handler.send_response(int(code), phrase)
        for name, value in headers:
            handler.send_header(name, value)
        # An answer to a request that was not read to its end would be lost in the reset that follows.
        if not self._body.drain() or not any(name == "Content-Length" for name, _ in headers):
            handler.send_header("Connection", "close")
            handler.close_connection = True
        handler.end_headers()
        return handler.wfile.write

    def send(self, body: Iterable[bytes]) -> None:
        """Writes the body, piece by piece."""
        for piece in body:
            self._handler.wfile.write(piece)
        self._handler.wfile.flush()
