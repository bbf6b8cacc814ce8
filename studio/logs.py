"""What the log says of answers that are meant to be: one line, no traceback. Touches log records only."""

import logging


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
