"""The door for a WSGI server."""

import os
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
django = get_wsgi_application()

from studio.generation import newsroom  # noqa: E402 - the apps are ready only by now

newsroom.stop_when_told()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as Django does, without telling strangers which server carries it."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("Server", "studio")], *more)

    return django(environ, start)
