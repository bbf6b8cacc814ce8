"""Each request has an id, which every line of its work and its answer carry; and each answer is counted.

The id of a proxy in front is taken where one is trusted (STUDIO_BEHIND_PROXY) and it is one; else one is
made. The first of the middleware: it stands around everything else (G8, G9).
"""

import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from studio.health import counting
from studio.logs.about import begin

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

HEADER = "X-Request-ID"
_FIT = re.compile(r"[A-Za-z0-9._-]{8,64}")


def answered(get_response: GetResponse) -> GetResponse:
    """Give the request its id, and count its answer by status and time."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        told, began = _id_of(request), time.perf_counter()
        request.log_id = told  # type: ignore[attr-defined]  # Django logs a refusal when all this is over
        begin(request=told)
        response = get_response(request)
        response[HEADER] = told
        counting.count(request, response.status_code, time.perf_counter() - began)
        return response

    return middleware


def _id_of(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
    return given if _FIT.fullmatch(given) else secrets.token_hex(8)
