"""Effects of the image stage: what comes where the finished picture should."""

from __future__ import annotations

import io
import itertools
from typing import Any

import httpx
import pytest
from PIL import Image, UnidentifiedImageError

from studio.sandbox.errors import ConnectionDropped
from tests.studio.sandbox.desk import Desk
from tests.studio.sandbox.effects import shows


def fetched(desk: Desk, fault: str, **setting: Any) -> httpx.Response:
    """The first fetch under the fault; the second works, and so does the picture."""
    url = desk.done(width=128, height=128)["url"]
    desk.fault(fault, count=1, **setting)
    first = desk.http.get(url)
    again = desk.http.get(url)
    assert Image.open(io.BytesIO(again.content)).size == (128, 128)
    return first


@shows("image_truncated")
def image_truncated(desk: Desk) -> None:
    answer = fetched(desk, "image_truncated")
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(answer.content)).load()


@shows("image_cut")
def image_cut(desk: Desk) -> None:
    url = desk.done()["url"]
    desk.fault("image_cut")
    with pytest.raises(ConnectionDropped):
        desk.http.get(url)


@shows("image_heavy")
def image_heavy(desk: Desk) -> None:
    assert len(fetched(desk, "image_heavy", value=3_000_000).content) == 3_000_000


@shows("image_bomb")
def image_bomb(desk: Desk) -> None:
    answer = fetched(desk, "image_bomb", value=9_000)
    assert len(answer.content) < 50_000
    assert Image.open(io.BytesIO(answer.content)).size == (9_000, 9_000)


@shows("image_endless")
def image_endless(desk: Desk) -> None:
    url = desk.done()["url"]
    desk.fault("image_endless")
    path = httpx.URL(url).path
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> object:
        seen.append((status, headers))
        return print

    pieces = desk.app(environ, start_response)  # type: ignore[arg-type]
    assert sum(len(piece) for piece in itertools.islice(pieces, 100)) > 5_000_000
    assert "Content-Length" not in dict(seen[0][1])


@shows("image_not_an_image")
def image_not_an_image(desk: Desk) -> None:
    answer = fetched(desk, "image_not_an_image")
    assert answer.headers["Content-Type"] == "image/jpeg"
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(answer.content))


@shows("image_html")
def image_html(desk: Desk) -> None:
    assert fetched(desk, "image_html").headers["Content-Type"].startswith("text/html")


@shows("image_svg")
def image_svg(desk: Desk) -> None:
    assert b"<script>" in fetched(desk, "image_svg").content


@shows("image_redirect")
def image_redirect(desk: Desk) -> None:
    answer = fetched(desk, "image_redirect", value="http://127.0.0.1:1/secret")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:1/secret")


@shows("image_wrong_size")
def image_wrong_size(desk: Desk) -> None:
    assert Image.open(io.BytesIO(fetched(desk, "image_wrong_size").content)).size == (64, 64)


@shows("image_empty")
def image_empty(desk: Desk) -> None:
    answer = fetched(desk, "image_empty")
    assert (answer.status_code, answer.content) == (200, b"")


@shows("image_slow")
def image_slow(desk: Desk) -> None:
    url = desk.done()["url"]
    true = desk.http.get(url).content
    desk.fault("image_slow", value=9)
    pauses: list[float] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": httpx.URL(url).path, "sandbox.pause": pauses.append}
    body = b"".join(desk.app(environ, lambda *_: pauses.clear()))  # type: ignore[arg-type]
    assert (pauses, body) == ([9.0], true)


@shows("image_expired")
def image_expired(desk: Desk) -> None:
    desk.fault("image_expired", value=60)
    url = desk.done()["url"]
    assert desk.http.get(url).status_code == 200
    desk.clock.forward(60)
    assert desk.http.get(url).status_code == 403


@shows("image_404")
def image_404(desk: Desk) -> None:
    assert fetched(desk, "image_404").status_code == 404


@shows("image_503")
def image_503(desk: Desk) -> None:
    assert fetched(desk, "image_503").status_code == 503
