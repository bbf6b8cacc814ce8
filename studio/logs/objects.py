"""A line of the log for machines: one JSON object each, of characters that are safe anywhere (G8, LOG-02)."""

import logging
from typing import Any, override

from pythonjsonlogger.json import JsonFormatter

from studio.logs.lines import moment
from studio.logs.masking import masked


class Json(JsonFormatter):
    """One JSON object a line: time, level, logger, message, what it is about, and a traceback's text."""

    def __init__(self) -> None:
        super().__init__()

    @override
    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Name what is told of a record; nothing else of it is (a request, say, is not)."""
        log_data |= {"time": moment(record), "level": record.levelname, "logger": record.name}
        log_data |= {"message": record.getMessage(), **getattr(record, "about", {})}
        if record.exc_info:
            log_data["traceback"] = self.formatException(record.exc_info)

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return masked(super().format(record))
