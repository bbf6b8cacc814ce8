"""How this studio reaches the provider: one client from the settings, for one key.

The only place where settings meet the client. Tests and benches say `with use(factory)`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local

import httpx
from django.conf import settings

from studio.doitong import Client, Secret, open_http

CONNECTIONS = 2  # of a thread: the API's and the pictures' host

type ClientFactory = Callable[[Secret], Client]


_thread = local()


def _http() -> httpx.Client:
    """Return this thread's own HTTP client: a pool that threads share is searched at each request."""
    client: httpx.Client | None = getattr(_thread, "http", None)
    if client is None:
        client = _thread.http = open_http(connections=CONNECTIONS)
    return client


def from_settings(secret: Secret) -> Client:
    """Return a client for this key at settings.DOITONG_URL; nowhere else can set that (PERM-09)."""
    return Client(
        base_url=settings.DOITONG_URL,
        key=secret,
        http=_http(),
        dialect=settings.DOITONG_TRANSPORT,
        image_hosts=settings.DOITONG_IMAGE_HOSTS,
        allow_private=settings.DOITONG_SANDBOX,
    )


_factories: list[ClientFactory] = [from_settings]


def client_for(secret: Secret) -> Client:
    """Return a client that speaks under this key."""
    return _factories[-1](secret)


@contextmanager
def use(factory: ClientFactory) -> Iterator[None]:
    """Have `client_for` ask this factory meanwhile."""
    _factories.append(factory)
    try:
        yield
    finally:
        _factories.remove(factory)
