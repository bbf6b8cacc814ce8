"""The form that turns an authenticator app on; it knows how wide its QR code is drawn."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.forms import ActivateTOTPForm

from studio.accounts.secondfactor import modules


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc] # allauth is untyped
    """Allauth's form, and the width of the code."""

    @property
    def modules(self) -> int:
        """Return how many modules wide the QR code is, with its margin."""
        return len(modules(get_adapter().build_totp_url(self.user, self.secret)))
