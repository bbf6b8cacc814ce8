"""A line of the log as people read it; `objects` is the form for machines (G8, LOG-02).

Whatever a visitor or a provider sent, a line stays a line: breaks, control characters and the escape
sequences of terminals are written out, and the lines of a traceback are set in.
"""

import logging
import re
from datetime import UTC, datetime
from typing import override

from studio.logs.masking import masked

INSET = "    "
# C0 and C1 controls, line and paragraph separators, what turns the direction of writing
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Text(logging.Formatter):
    """`2026-01-31T09:00:00.123Z WARNING studio.room words request=… job=…`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and below it the traceback where there is one."""
        about = getattr(record, "about", {})
        told = "".join(f" {name}={value}" for name, value in about.items())
        head = f"{moment(record)} {record.levelname} {record.name} {record.getMessage()}{told}"
        return masked("\n".join([written_out(head), *self._traceback(record)]))

    def _traceback(self, record: logging.LogRecord) -> list[str]:
        text = self.formatException(record.exc_info) if record.exc_info else record.exc_text or ""
        return [INSET + written_out(line) for line in text.splitlines()]


def written_out(text: str) -> str:
    """Return a text with its control characters as they are written in Python."""
    return _ODD.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def moment(record: logging.LogRecord) -> str:
    """Return when it was logged, in UTC to the millisecond."""
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
