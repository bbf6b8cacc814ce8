"""The door for a WSGI server."""

import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
django = get_wsgi_application()

from studio.generation import newsroom  # noqa: E402 - the apps are ready only by now
from studio.politeness import drop_the_rest  # noqa: E402

WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})

newsroom.stop_when_told()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as Django does, without telling strangers which server carries it.

    The request is read to its end first: an answer before that would reset the connection.
    """

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("Server", "studio")], *more)

    answer = django(environ, start)
    if environ["REQUEST_METHOD"] in WITH_BODY:
        drop_the_rest(environ["wsgi.input"])
    return answer
