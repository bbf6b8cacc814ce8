"""The HTTP client that keeps the deadlines of `deadline`. Touches sockets, through httpcore."""

from collections.abc import Iterable
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any, override

import httpcore
import httpx

from studio.doitong.deadline import cut


def open_http(*, connections: int = 4) -> httpx.Client:
    """An HTTP client fit for `Client`: deadlines kept, TLS verified, no redirect, cookie or proxy.

    `connections` bounds the pool. The caller closes it.
    """
    return httpx.Client(
        transport=_BoundedTransport(connections),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )


@cache
def _context() -> SSLContext:
    """Return the process's one context of trusted certificates: it takes some 20 ms to read them."""
    return httpx.create_ssl_context()


class _BoundedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool with our backend: httpx offers no argument for one."""

    def __init__(self, connections: int) -> None:
        context = _context()
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            network_backend=_BoundedBackend(),
        )


class _BoundedBackend(httpcore.SyncBackend):
    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(host, port, cut(timeout), local_address, socket_options)
        return _BoundedStream(stream)


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, cut(timeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, cut(timeout))

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _BoundedStream(self._inner.start_tls(ssl_context, server_hostname, cut(timeout)))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
