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
BUSY = "The database does not answer just now. Nothing is lost. Try again in a few seconds."
ERROR = "The studio had an error. Nothing you made is lost, and nothing is charged twice."
BARE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Studio</title>
<main><h1>{said}</h1><p><a href="/">Back to the studio</a></p></main></html>
"""
log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for what a view let through: 503 where the database is away, else 500."""
    if isinstance(sys.exception(), AWAY):
        response = HttpResponse(_drawn("503.html", BUSY), status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return HttpResponse(_drawn("500.html", ERROR), status=500)


def _drawn(name: str, said: str) -> str:
    """Return a page; where the collected style sheets are missing, what it says without them."""
    try:
        return render_to_string(name)
    except ValueError:  # the manifest of the static files names none of them
        log.exception("%s: the static files are not collected", name)
        return BARE.format(said=said)


class OneLine(logging.Filter):
    """For the logger “django.request”: a database that is away is a line for each page, not a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, AWAY):
            record.msg, record.args = f"{record.getMessage()}: {str(error).strip()}", ()
            record.exc_info = record.exc_text = None
        return True
