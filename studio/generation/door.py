"""The door before the sessions: answers a question for news that finds none, without any query (B3).

It opens for a signed pass alone, and says “nothing new” or nothing at all: then the question goes on to
the session and the view as any other request does.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from studio.generation import newsroom, passes

type GetResponse = Callable[[HttpRequest], HttpResponse]

NEWS = reverse_lazy("news")
ASK_AGAIN = "Studio-Ask-Again"  # in how many seconds; read by js/pulse.js


def door(get_response: GetResponse) -> GetResponse:
    """Stand right before SessionMiddleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        wait = _wait(request) if str(NEWS) == request.path and settings.HELD_QUESTIONS else None
        return get_response(request) if wait is None else nothing_new(wait)

    return middleware


def nothing_new(seconds: float) -> HttpResponse:
    """Return the empty answer, and when it is worth asking again."""
    return HttpResponse(status=204, headers={ASK_AGAIN: f"{seconds:g}", "Cache-Control": "private, no-store"})


def _wait(request: HttpRequest) -> float | None:
    """Return in how many seconds to ask again; None for what only the view can answer.

    Somebody signed out has no cookie, and is sent to the sign-in at once.
    """
    if request.method != "GET" or settings.SESSION_COOKIE_NAME not in request.META.get("HTTP_COOKIE", ""):
        return None
    ticket = passes.read(request.GET)
    return newsroom.room().ask(ticket) if ticket is not None else None
