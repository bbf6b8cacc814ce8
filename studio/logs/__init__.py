"""What the log says, and in which form: lines for people or for machines, and never a secret (G8, LOG-02).

`about` is what a line belongs to (a request, a job), `masking` hides what must not be written down, `lines`
are the two forms, `answered` gives each request its id. Touches log records only.
"""

import logging

from django.core.exceptions import SuspiciousOperation

__all__ = ["Expected", "Suspicious"]


class Expected(logging.Filter):
    """For the logger “django.request”: a refusal (403, 404, 400) is a line, an error keeps its traceback.

    Django logs a PermissionDenied as a warning with the traceback of the view that raised it, though
    somebody who asks for a page that is not theirs is no fault of the program.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, warnings without their traceback."""
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True


class Suspicious(logging.Filter):
    """For a handler: what a visitor sends that is refused as it should be is a warning of one line (INP-04).

    Django has a logger for each kind below “django.security”, and logs a form that is too large as an error
    with a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, these as warnings without their traceback."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if record.name.startswith("django.security.") and isinstance(error, SuspiciousOperation):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True
