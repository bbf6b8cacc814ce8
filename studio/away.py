"""A database that is locked or gone for a while: a page that says so and when to try again (OPS-05).

Everything else that a view did not expect is an error as ever. Neither page reads a request, a row
or a session: it must stand when those cannot be had.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = 5  # seconds
AWAY = (OperationalError, InterfaceError)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for what a view let through: 503 where the database is away, else 500."""
    if isinstance(sys.exception(), AWAY):
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return HttpResponse(render_to_string("500.html"), status=500)


class OneLine(logging.Filter):
    """For the logger “django.request”: a database that is away is a line for each page, not a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, AWAY):
            record.msg, record.args = f"{record.getMessage()}: {str(error).strip()}", ()
            record.exc_info = record.exc_text = None
        return True
