"""An answer on its way out, and how it goes: whole, slowly, by drips, cut or without an end.

The pauses are made by the server that carries the request (`environ["sandbox.pause"]`);
in process there is none, so that a test never waits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal
from wsgiref.types import StartResponse, WSGIEnvironment

from studio.sandbox.errors import ConnectionDropped

Manner = Literal["whole", "slow", "drip", "cut", "endless"]
Pause = Callable[[float], None]

ENDLESS_CHUNK = b"\xff\xd8\xff\xe0" + bytes(65_532)


@dataclass(slots=True, kw_only=True)
class Answer:
    """`before` are seconds to wait before the headers, `pause` the seconds that the manner uses."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    manner: Manner = "whole"
    before: float = 0.0
    pause: float = 0.0


def of_json(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    return Answer(
        status=status,
        body=raw,
        headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )


def send(answer: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Hands the answer to the WSGI server."""
    pause: Pause = environ.get("sandbox.pause", _no_pause)
    if answer.before:
        pause(answer.before)
    headers = dict(answer.headers)
    if answer.manner != "endless":
        headers.setdefault("Content-Length", str(len(answer.body)))
    start_response(_line(answer.status), list(headers.items()))
    if environ["REQUEST_METHOD"] == "HEAD":
        return [b""]
    return [answer.body] if answer.manner == "whole" else _manners(answer, pause)


def _line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _manners(answer: Answer, pause: Pause) -> Iterator[bytes]:
    if answer.manner == "endless":
        while True:
            yield ENDLESS_CHUNK
    if answer.manner == "slow":
        yield b""
        pause(answer.pause)
        yield answer.body
    elif answer.manner == "drip":
        for place in range(len(answer.body)):
            yield answer.body[place : place + 1]
            pause(answer.pause)
    else:
        yield answer.body[: len(answer.body) // 2]
        raise ConnectionDropped


def _no_pause(_seconds: float) -> None:
    return
