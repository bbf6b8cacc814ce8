"""What members are told while the queue or the watcher is not heard, or the disk is short (G5, OPS-03).

Each web process keeps what it heard for a few seconds, so that no page costs a query more. Every
answer to htmx carries the event `silent` meanwhile, at which the page fetches the sentences.
Touches `Heartbeat`, read only.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_htmx.http import trigger_client_event

from studio.accounts.models import Member
from studio.generation import disk, heartbeats
from studio.generation.heartbeats import Silence

type GetResponse = Callable[[HttpRequest], HttpResponse]

KEPT = 4.0  # seconds
YOUNG = 20.0  # seconds after the start of a web process in which the others may be starting too
EVENT = "silent"  # what templates/components/silence.html listens for
WAITS = {
    heartbeats.QUEUE: ("The queue", "images wait, nothing is lost."),
    heartbeats.WATCHER: ("The watcher", "finished images are noticed late, nothing is lost."),
}


class Ear:
    """What this process heard last, and when. `clock` gives monotonic seconds."""

    def __init__(
        self,
        ask: Callable[[datetime], list[Silence]] = heartbeats.silences,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.ask, self.clock = ask, clock
        self.born = clock()
        self.heard_at = float("-inf")
        self.heard: list[Silence] = []

    def hear(self) -> list[Silence]:
        """Return who is silent; a database that is away leaves what was known."""
        now = self.clock()
        if now - self.born < YOUNG:
            return []
        if now - self.heard_at > KEPT:
            self.heard_at = now
            try:
                self.heard = self.ask(timezone.now())
            except Error:
                return self.heard  # the page itself says that the database is away
        return self.heard


ear = Ear()


def sentences(silences: list[Silence], now: datetime) -> list[str]:
    """Say for each who is silent, since when, and what it means."""
    return [_sentence(silence, now) for silence in silences]


def _sentence(silence: Silence, now: datetime) -> str:
    who, meaning = WAITS[silence.name]
    seconds = silence.seconds(now)
    if seconds is None:
        return f"{who} has not been started; {meaning}"
    return f"{who} has not answered for {_span(seconds)}; {meaning}"


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def banner(request: HttpRequest) -> dict[str, Any]:
    """Return `silence` for templates, heard only by pages that draw it; None for somebody signed out."""
    if not isinstance(getattr(request, "user", None), Member):
        return {"silence": None}
    return {"silence": SimpleLazyObject(_now)}


def _now() -> list[str]:
    """Return what is to be said now: who is silent, and that the disk is short (OPS-03)."""
    return [*sentences(ear.hear(), timezone.now()), *filter(None, [disk.short()])]


def told(get_response: GetResponse) -> GetResponse:
    """Let each answer to htmx say that somebody is silent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get("HX-Request") and ear.hear():
            trigger_client_event(response, EVENT)
        return response

    return middleware
