"""A server on a real socket that does exactly what a test scripts, byte by byte."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

type Script = Callable[["Visit"], None]

ACCEPTED = b'{"data": {"generate": {"id": "abc123xyz", "status": "processing"}}}'


class Visit:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self._connection = connection
        self._over = over

    def hear(self) -> bytes:
        """The whole request, head and body."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += self._more()
        head, _, body = heard.partition(b"\r\n\r\n")
        length = next(
            (line[16:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")), b"0"
        )
        while len(body) < int(length):
            body += self._more()
        return head + b"\r\n\r\n" + body

    def hear_a_byte(self) -> bytes:
        """The first byte of the request and no more."""
        return self._connection.recv(1)

    def say(self, data: bytes) -> None:
        self._connection.sendall(data)

    def answer(self, body: bytes, *lines: str, status: str = "200 OK", length: int | None = None) -> None:
        """One answer, after which the connection is closed: said, so that no client asks on it again."""
        length = len(body) if length is None else length
        head = [f"HTTP/1.1 {status}", f"Content-Length: {length}", "Connection: close", *lines]
        self.say("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def drip(self, data: bytes, pause: float = 0.02) -> None:
        """`data` byte by byte for ever, until the client goes or the test ends."""
        while not self._over.is_set():
            for place in range(len(data)):
                self.say(data[place : place + 1])
                if self._over.wait(pause):
                    return

    def hang(self) -> None:
        self._over.wait(20)

    def reset(self) -> None:
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def _more(self) -> bytes:
        data = self._connection.recv(65_536)
        if not data:
            raise ConnectionError("the client is gone")
        return data


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run `script` for each connection; the port. Whatever the client does to it is no failure."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)

        def accept() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    visit(server.accept()[0])

        def visit(connection: socket.socket) -> None:
            connection.settimeout(5)
            with suppress(OSError), connection:
                if tls is None:
                    script(Visit(connection, over))
                else:
                    with tls.wrap_socket(connection, server_side=True) as wrapped:
                        script(Visit(wrapped, over))

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join(10)


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
