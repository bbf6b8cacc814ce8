"""Where sessions are kept: Django's table, read by a statement that is put together once.

Every page reads one; building the SQL of it took longer than the database did. Touches sessions only.
"""

from django.contrib.sessions.backends.db import SessionStore as Store
from django.contrib.sessions.models import Session
from django.utils import timezone

from studio import prepared


class SessionStore(Store):
    """Django's own, but for how a session is read."""

    def _get_session_from_db(self) -> Session | None:
        """Return the session while it is good; else forget its key, as Django does."""
        found = _GOOD.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found


_GOOD = prepared.Rows(
    lambda: Session.objects.filter(session_key=prepared.text("key"), expire_date__gt=prepared.moment("now"))
)
