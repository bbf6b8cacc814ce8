"""How often a member may ask for what costs the studio much: exports, ZIPs, searches (LOAD-07).

Counted in each web process by itself, and in memory: a limit that wrote a row for each request would cost
more than it saves. Who asks too often is told when to come again, and loses nothing.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django_htmx.http import reswap, retarget

MOST_KNOWN = 10_000  # members and groups; then those whose time is over are forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many a minute in the long run, and so many at once."""

    minute: int
    at_once: int

    @property
    def every(self) -> float:
        """Return the seconds that one of them takes up."""
        return 60 / self.minute


PACES: Mapping[str, Pace] = MappingProxyType(
    {"export": Pace(minute=30, at_once=20), "search": Pace(minute=300, at_once=240)}
)
EXPORTS = frozenset(
    {"run_export", "batch_zip", "download_zip", "sheet", "report", "statement", "team_statement", "team_csv"}
)
SEARCHES = frozenset({"gallery", "gallery_facets", "gallery_suggest", "history"})


class Counter:
    """When each member has used up what they asked for, by group. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._over: dict[tuple[UUID, str], float] = {}

    def wait(self, member: UUID, group: str) -> float:
        """Count one more, and return 0; or, where that is too many, the seconds until there is room."""
        pace, now, who = PACES[group], self._clock(), (member, group)
        with self._lock:
            over = max(self._over.get(who, now), now)
            if (late := over - now - (pace.at_once - 1) * pace.every) > 0:
                return late
            self._over[who] = over + pace.every
            if len(self._over) > MOST_KNOWN:
                self._over = {one: at for one, at in self._over.items() if at > now}
        return 0.0

    def forget(self) -> None:
        """Begin anew."""
        self._over.clear()


counter = Counter()


class NotTooOften:
    """The middleware; it decides once it is known who asks, and for what."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Let a view be called, or answer 429 with the seconds to wait."""
        group = _group(request)
        if not group or not request.user.is_authenticated:
            return None
        seconds = counter.wait(request.user.pk, group)
        return _refused(request, math.ceil(seconds)) if seconds > 0 else None


def _group(request: HttpRequest) -> str:
    name = request.resolver_match.url_name if request.resolver_match else None
    if name in EXPORTS:
        return "export"
    return "search" if name in SEARCHES and request.GET.get("q") else ""


def _refused(request: HttpRequest, seconds: int) -> HttpResponse:
    text = f"This was asked for very often. Nothing is lost: try again in {seconds} s."
    if request.headers.get("HX-Request"):
        note = HttpResponse(render_to_string("components/refused.html", {"text": text}), status=429)
        answer = reswap(retarget(note, "#toasts"), "afterbegin")
    else:
        answer = render(request, "429.html", {"text": text}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
