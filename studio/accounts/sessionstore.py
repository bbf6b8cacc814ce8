"""Where sessions are kept: Django's table, read by a statement that is put together once.

Every page reads one; building the SQL of it took longer than the database did. What a session holds of a
secret, for the minutes between two steps, is sealed in it for that session alone. Touches sessions only.
"""

import json
import logging
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as Store
from django.contrib.sessions.models import Session
from django.utils import timezone

from studio import prepared
from studio.accounts.sealing import Place, SealingError, keyring
from studio.doitong import Secret

# an authenticator app's secret until its first code; a form put aside until who sent it confirmed it
SEALED = (SECRET_SESSION_KEY, STATE_SESSION_KEY)
log = logging.getLogger(__name__)


class SessionStore(Store):
    """Django's own, but for how a session is read, and what of it is sealed."""

    def _get_session_from_db(self) -> Session | None:
        """Return the session while it is good; else forget its key, as Django does."""
        found = _GOOD.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the session as it is stored, its secrets sealed."""
        if session_dict.keys().isdisjoint(SEALED):
            return super().encode(session_dict)
        return super().encode(
            {name: self._sealed(value) if name in SEALED else value for name, value in session_dict.items()}
        )

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return what `encode` took; a secret that does not open is left out, and asked for anew."""
        found: dict[str, Any] = super().decode(session_data)
        for name in SEALED:
            if name in found and (opened := self._opened(found.pop(name))) is not None:
                found[name] = opened
        return found

    def _sealed(self, value: Any) -> str:
        try:
            return keyring().seal(Secret(json.dumps(value)), self._place)
        except SealingError as error:
            log.error("%s", error)  # it is not kept then, and asked for anew
            return ""

    def _opened(self, value: Any) -> Any:
        try:
            return json.loads(keyring().unseal(str(value), self._place).reveal())
        except SealingError:
            return None

    @property
    def _place(self) -> Place:
        return Place(table="django_session", row=self.session_key or "", purpose="between two steps")


_GOOD = prepared.Rows(
    lambda: Session.objects.filter(session_key=prepared.text("key"), expire_date__gt=prepared.moment("now"))
)
