"""Puts the key into a request at the last moment. Touches the one request that it is given.

The key is handed to httpx in no argument: what httpx is given, it keeps in frames that error reports
print (D9). Each endpoint gets its own header [decided]: GraphQL a bearer token, REST `X-API-Key`.
"""

from collections.abc import Generator
from typing import override

import httpx

from studio.doitong.secret import Secret


class BearerAuth(httpx.Auth):
    """`Authorization: Bearer KEY`, for GraphQL (S8)."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


class HeaderAuth(httpx.Auth):
    """`X-API-Key: KEY`, for REST (S9)."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    @override
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-API-Key"] = self._key.reveal()
        yield request
