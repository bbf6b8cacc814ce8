"""Fifty visitors who never finish their request do not keep the others out (D11, LOAD-02)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from tests.house import House

SLOW = 50
PATIENCE = 10.0  # seconds; a server that waits for the slow ones would not answer at all
BEGUN = {
    "headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "body": b"POST /runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 9999\r\n\r\ntemplate=",
    "nothing": b"",
}


@contextmanager
def held_open(house: House, begun: bytes) -> Iterator[list[socket.socket]]:
    """Have fifty connections that began to speak and fell silent."""
    address = urlsplit(house.url)
    with ExitStack() as stack:
        sockets = []
        for _ in range(SLOW):
            slow = stack.enter_context(socket.create_connection((address.hostname, address.port), PATIENCE))
            slow.sendall(begun)
            sockets.append(slow)
        yield sockets


@pytest.mark.parametrize("kind", sorted(BEGUN))
def test_load_02_fifty_slow_visitors_keep_nobody_out(running_studio: House, kind: str) -> None:
    with held_open(running_studio, BEGUN[kind]) as slow:
        assert len(slow) == SLOW
        for path in ("/healthz", "/sign-in"):
            assert httpx.get(running_studio.url + path, timeout=PATIENCE).status_code == 200
