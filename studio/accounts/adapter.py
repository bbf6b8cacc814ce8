"""How allauth signs people in here: no public sign-up, one answer for every wrong try (AUTH-01 to AUTH-04).

Touches the throttle's counters in the cache, through allauth, and the audit trail.
"""

import logging
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from studio.accounts.addresses import own_path
from studio.accounts.models import Event, Member, Verb

log = logging.getLogger(__name__)
TOO_MANY = "too_many_login_attempts"
WAIT_SECONDS = 15 * 60  # as ACCOUNT_RATE_LIMITS has it for failed tries
TOLD = {
    "account/messages/password_changed.txt": "Your password is changed. Other devices are signed out.",
    "account/messages/password_set.txt": "Your password is set.",
}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is untyped
    """Signing in by e-mail and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail address and password do not go together.",
        TOO_MANY: "Too many tries. Wait 15 minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody adds themself to a team."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Lead to a page of this studio only, whatever other hosts it answers to (AUTH-09)."""
        return own_path(url or "") is not None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who tried too often; that is noted once in the time they wait (AUTH-01, LOG-01)."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            counted = self._get_login_attempts_cache_key(request, **credentials)
            if cache.add(f"halted:{sha256(counted.encode()).hexdigest()}", 1, WAIT_SECONDS):
                Event.note(Verb.SIGN_IN_HALTED, who=None, subject=str(credentials.get("email", ""))[:200])
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Member | None:
        """Return the member; a deactivated one is answered as a wrong password is (AUTH-04)."""
        member: Member | None = super().authenticate(request, **credentials)
        return member if member is not None and member.is_active else None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it; a mail that fails is the operator's to mend, and tells a stranger nothing (AUTH-04)."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.warning("A mail could not be sent: %s", type(error).__name__)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_args: Any,
        **_kwargs: Any,
    ) -> None:
        """Say what a person would miss; that they are signed in, they see."""
        if words := TOLD.get(message_template or ""):
            messages.add_message(request, level, words)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count by address too, so that a stranger cannot lock a member out from afar (AUTH-02)."""
        counted: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{counted}:{self.get_client_ip(request)}"
