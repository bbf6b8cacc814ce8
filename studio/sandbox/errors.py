"""The refusals of the API: an HTTP status, a code, and a sentence (S46, S52, S53).

Raised anywhere below the front desk, turned into a body in one place there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CODES: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    402: "INSUFFICIENT_CREDITS",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    409: "CONFLICT",
    413: "PAYLOAD_TOO_LARGE",
    429: "RATE_LIMITED",
    500: "INTERNAL",
    502: "BAD_GATEWAY",
    503: "SERVICE_UNAVAILABLE",
    504: "GATEWAY_TIMEOUT",
}


class ApiError(Exception):
    """A refusal with its HTTP status; `facts` become further fields of `extensions`."""

    def __init__(self, status: int, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.facts = facts

    @property
    def extensions(self) -> dict[str, Any]:
        """What stands under `extensions` in the body: the code first, then the facts."""
        return {"code": CODES.get(self.status, "ERROR"), **self.facts}

    def body(self) -> dict[str, Any]:
        """The whole answer in the documented format."""
        return {"errors": [{"message": self.message, "extensions": self.extensions}]}


class ConnectionDropped(ConnectionResetError):
    """The connection is to be cut; `said` is what goes out before the cut.

    The server resets the socket.  In process there is no socket, so that the
    caller of the WSGI application sees this very exception.
    """

    def __init__(self, said: bytes = b"") -> None:
        super().__init__("the sandbox cut the connection, as it was told to")
        self.said = said


class NeverAnswered(TimeoutError):
    """The request is to hang for `seconds`.  In process the caller sees this exception at once."""

    def __init__(self, seconds: float) -> None:
        super().__init__("the sandbox never answers, as it was told to")
        self.seconds = seconds
