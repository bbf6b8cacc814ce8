"""The form by which a credit admin gives credits; it hands over a frozen value."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django import forms

from studio.accounts.fields import WholeField

MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """So many credits, why, and the page's own token that makes a second press harmless (INP-06)."""

    amount: int
    reason: str
    reference: UUID


class GrantForm(forms.Form):
    """Amount and reason; no change by hand without one (D11)."""

    amount = WholeField(label="Credits", min_value=1, max_value=MOST)
    reason = forms.CharField(label="What for", max_length=200)
    reference = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, member_id: UUID) -> "GrantForm":
        """An empty form with a token of its own."""
        return cls(initial={"reference": uuid4()}, auto_id=f"grant-{member_id}-%s")

    @property
    def gift(self) -> Gift:
        """The valid form as a value."""
        data = self.cleaned_data
        return Gift(amount=data["amount"], reason=data["reason"], reference=data["reference"])
