"""A client over a transport that the test writes, and the samples both sides are held to."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.doitong import Client, Secret

KEY = "dk_live_CANARY_4f81c2d09b7e6a35"
NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "samples"

type Handler = Callable[[httpx.Request], httpx.Response]
type MakeClient = Callable[..., Client]


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def answer(told: dict[str, Any]) -> httpx.Response:
    """A sample as an HTTP answer: its `body` as JSON, or its `text` as it is."""
    headers = {"content-type": "application/json"} | told.get("headers", {})
    content = told["text"] if "text" in told else json.dumps(told["body"])
    return httpx.Response(told["status"], headers=headers, content=content.encode())


@pytest.fixture
def client_of() -> Iterator[MakeClient]:
    """Makes a client whose provider is a function from request to response."""
    opened: list[httpx.Client] = []

    def make(handler: Handler, **options: Any) -> Client:
        http = httpx.Client(transport=httpx.MockTransport(handler))
        opened.append(http)
        settings: dict[str, Any] = {
            "base_url": "https://api.doitong.com",
            "key": Secret(KEY),
            "clock": lambda: NOW,
        }
        return Client(http=http, **(settings | options))

    yield make
    for http in opened:
        http.close()
