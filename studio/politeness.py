"""What every answer owes and every request must keep to, whatever the view: two small middlewares.

Pages with data are not kept by browsers, so that Back after signing out shows the sign-in (WEB-06).
A request in another charset than UTF-8 is refused before anything reads it: some of Python's codecs
raise what no view expects (INP-05).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

type GetResponse = Callable[[HttpRequest], HttpResponse]

SPOKEN = {"", "utf-8", "utf8"}


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
