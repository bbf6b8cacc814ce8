"""What every answer owes and every request must keep to, whatever the view.

Pages with data are not kept by browsers, so that Back after signing out shows the sign-in (WEB-06).
A request in another charset than UTF-8 is refused before anything reads it: some of Python's codecs
raise what no view expects (INP-05). A form that is too large is refused with its limit and the way on, and
what was not read of a request is read and dropped: else the refusal would not arrive, nor the next answer.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django_htmx.http import reswap, retarget

type GetResponse = Callable[[HttpRequest], HttpResponse]

SPOKEN = {"", "utf-8", "utf8"}
MOST_DROPPED = 128_000_000  # bytes of a refused request that are read to its end
LONGEST_DROPPING = 10.0  # seconds; who sends slower is hung up on
PIECE = 65_536


def one_charset(get_response: GetResponse) -> GetResponse:
    """Answer 415 to a body that names another charset than UTF-8."""

    def middleware(request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", "")
        if named.strip("\"' ").lower() not in SPOKEN:
            return HttpResponse("Send it as UTF-8.\n", status=415, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def not_kept(get_response: GetResponse) -> GetResponse:
    """Say `private, no-store` on every answer that says nothing of caching itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what cannot be read, with the limit and the mend where it is too much (INP-04).

    An htmx request is answered with a note of its own; the page, and what is typed in it, stays.
    """
    sentence = _beyond(exception)
    if not isinstance(exception, RequestDataTooBig):
        return HttpResponse(render_to_string("400.html", {"text": sentence}), status=400)
    if request.headers.get("HX-Request"):
        note = HttpResponse(render_to_string("components/refused.html", {"text": sentence}), status=413)
        return reswap(retarget(note, "#toasts"), "afterbegin")
    return HttpResponse(render_to_string("413.html", {"text": sentence}), status=413)


def _beyond(exception: Exception) -> str:
    """Return what of a request is above which limit, and what to do; "" where it is something else."""
    match exception:
        case RequestDataTooBig():
            most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000} MB"
            return (
                f"A form may have {most} of text, and this one has more. Nothing was changed. Go back, where "
                "what you wrote still stands, and shorten it; a long word list comes in as a file, by Import."
            )
        case TooManyFieldsSent():
            most = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"
            return f"A form may have {most} fields, and this one has more. Go back and send fewer at once."
        case TooManyFilesSent():
            return "These are too many files at once. Go back and send them one by one."
        case MultiPartParserError() if "header" in str(exception):
            return (
                "The name of a file is too long to be taken in. Nothing was changed. Give the file a name of "
                "at most 100 letters, go back and send it again."
            )
        case _:
            return ""


def drop_the_rest(body: Any, *, clock: Callable[[], float] = time.monotonic) -> int:
    """Read what nobody read of a request's body, and return how many bytes that were.

    It stops at MOST_DROPPED and after LONGEST_DROPPING; the server closes the connection then.
    """
    dropped, end = 0, clock() + LONGEST_DROPPING
    while dropped < MOST_DROPPED and clock() < end and (piece := body.read(PIECE)):
        dropped += len(piece)
    return dropped
