"""The form by which a credit admin gives credits; it hands over a frozen value."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django import forms

from studio.accounts.fields import WholeField
from studio.credits.days import day_to_come, end_of

MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """So many credits, why, and the page's own token that makes a second press harmless (INP-06)."""

    amount: int
    reason: str
    reference: UUID
    ends_at: datetime | None = None  # when what is unspent lapses (D10)


class GrantForm(forms.Form):
    """Amount and reason; no change by hand without one (D11)."""

    amount = WholeField(label="Credits", min_value=1, max_value=MOST)
    reason = forms.CharField(label="What for", max_length=200)
    ends_on = forms.DateField(
        label="Lapses after", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reference = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls, member_id: UUID) -> "GrantForm":
        """An empty form with a token of its own."""
        return cls(initial={"reference": uuid4()}, auto_id=f"grant-{member_id}-%s")

    def clean_ends_on(self) -> date | None:
        """Return a day from today on, not years away."""
        return day_to_come(self.cleaned_data["ends_on"])

    @property
    def gift(self) -> Gift:
        """The valid form as a value."""
        data = self.cleaned_data
        ends_at = end_of(data["ends_on"])
        return Gift(
            amount=data["amount"], reason=data["reason"], reference=data["reference"], ends_at=ends_at
        )
