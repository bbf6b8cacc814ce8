"""The doors of second factors, sessions and forgotten passwords. allauth reverses its own names."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, register_converter
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_http_methods

from studio.accounts import securityviews as views
from studio.accounts import trailviews
from studio.accounts.confirming import goes_on


class LettersConverter:
    """Letters and digits: where a hyphen follows, the rest is not theirs."""

    regex = r"[0-9A-Za-z]+"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    to_url = to_python


register_converter(LettersConverter, "letters")
RESET = "account_reset_password"  # how allauth calls these doors
METHODS = ["GET", "HEAD", "POST"]


def door(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """Return the pattern of a view of allauth's, which answers to no other method than a page needs."""
    return path(route, require_http_methods(METHODS)(view), name=name)


urlpatterns = [
    path("account/sessions", views.sessions_page, name="sessions"),
    path("team/audit", trailviews.audit_page, name="audit"),
    path("team/audit.csv", trailviews.audit_export, name="audit_export"),
    path("team/security", views.team_security, name="team_security"),
    path("account/confirm", views.reauthenticate, name="account_reauthenticate"),
    path("sign-in/forgot", views.forgot, name=RESET),
    path("sign-in/forgot/sent", views.forgot_done, name=f"{RESET}_done"),
    path(
        "sign-in/new/<letters:uidb36>-<str:key>", views.set_password, name="account_reset_password_from_key"
    ),
    path("sign-in/new/done", views.password_set, name=f"{RESET}_from_key_done"),
    door("account/security", base.index, "mfa_index"),
    door("sign-in/code", base.authenticate, "mfa_authenticate"),
    door("account/confirm/code", goes_on(base.reauthenticate), "mfa_reauthenticate"),
    door("account/confirm/passkey", goes_on(webauthn.reauthenticate_webauthn), "mfa_reauthenticate_webauthn"),
    door("account/security/app", totp.activate_totp, "mfa_activate_totp"),
    door("account/security/app/remove", totp.deactivate_totp, "mfa_deactivate_totp"),
    door("account/security/recovery", recovery.view_recovery_codes, "mfa_view_recovery_codes"),
    door("account/security/recovery/new", recovery.generate_recovery_codes, "mfa_generate_recovery_codes"),
    door("account/security/codes.txt", recovery.download_recovery_codes, "mfa_download_recovery_codes"),
    door("account/security/passkeys", webauthn.list_webauthn, "mfa_list_webauthn"),
    door("account/security/passkeys/add", webauthn.add_webauthn, "mfa_add_webauthn"),
    door("account/security/passkeys/<int:pk>/remove", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    door("account/security/passkeys/<int:pk>/name", webauthn.edit_webauthn, "mfa_edit_webauthn"),
]
