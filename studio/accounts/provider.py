"""How this studio reaches the provider: one client from the settings, for one key.

The only place where settings meet the client. Tests and benches say `with use(factory)`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import httpx
from django.conf import settings

from studio.doitong import Client, Secret, open_http

type ClientFactory = Callable[[Secret], Client]


@lru_cache(maxsize=1)
def _http() -> httpx.Client:
    return open_http()


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
