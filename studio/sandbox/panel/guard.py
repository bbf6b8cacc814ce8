"""Who may use the panel: a person at this machine, and no other site's page through his browser.

The caller comes from the loopback by a local name (which stops DNS rebinding) and
not through a proxy; what changes anything comes from a page of ours, with its token.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from studio.sandbox.control import at_home
from studio.sandbox.errors import ApiError

TOKEN = "token"  # noqa: S105 - the name of a field
SHIELDS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Holds the token that every form of this process carries."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def admit(self, environ: WSGIEnvironment) -> None:
        """Raises ApiError(403) for anybody but a browser at this machine."""
        at_home(environ, "panel")

    def admit_change(self, environ: WSGIEnvironment, form: Mapping[str, str]) -> None:
        """Raises ApiError(403) where a form was not sent from a page of ours."""
        origin = environ.get("HTTP_ORIGIN")
        ours = origin is None or urlsplit(origin).netloc == environ.get("HTTP_HOST")
        site = environ.get("HTTP_SEC_FETCH_SITE", "same-origin")
        if not ours or site != "same-origin":
            raise ApiError(403, "The panel takes forms from its own pages only.")
        if not hmac.compare_digest(form.get(TOKEN, "").encode(), self.token.encode()):
            raise ApiError(403, "This form is older than the sandbox. Load the page again.")
