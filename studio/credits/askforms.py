"""The forms by which credits are asked for and requests are answered; none without a reason (D9, D11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms

from studio.accounts.fields import WholeField
from studio.credits.days import day_to_come, end_of
from studio.credits.forms import MOST
from studio.credits.rooms import Room


class AskForm(forms.Form):
    """How many credits, what for, and of which budget, where one bounds the member."""

    amount = WholeField(label="Credits", min_value=1, max_value=MOST)
    reason = forms.CharField(label="What for", max_length=200)
    what = forms.ChoiceField(label="What should be raised", required=False)
    reference = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rooms: Sequence[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "My credits"), *((str(room.budget.pk), room.words) for room in rooms)]
        self.fields["what"] = forms.ChoiceField(
            label="What should be raised", required=False, choices=choices
        )
        if not rooms:
            del self.fields["what"]

    @classmethod
    def fresh(cls, rooms: Sequence[Room], amount: str = "", what: str = "") -> "AskForm":
        """An empty form with a token of its own, or one with what a refusal led here with."""
        typed = amount if amount.isascii() and amount.isdigit() and len(amount) < 8 else ""
        return cls(initial={"reference": uuid4(), "amount": typed, "what": what}, rooms=rooms)

    @property
    def budget_id(self) -> UUID | None:
        """The budget that is to be raised; None for credits."""
        what = self.cleaned_data.get("what", "")
        return UUID(what) if what else None


class AnswerForm(forms.Form):
    """An admin's answer: how many, until when, and why. Granting takes over the member's own reason."""

    amount = WholeField(label="Credits", min_value=1, max_value=MOST, required=False)
    answer = forms.CharField(label="Reason", max_length=200, required=False)
    ends_on = forms.DateField(
        label="Lapses after", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    decision = forms.ChoiceField(choices=[("grant", "Grant"), ("refuse", "Refuse")])

    def clean_ends_on(self) -> date | None:
        """Return a day from today on, not years away."""
        return day_to_come(self.cleaned_data["ends_on"])

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen answer needs."""
        data: dict[str, Any] = self.cleaned_data
        if data.get("decision") == "refuse" and not data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "Say why, so that they know what to do instead.")
        if data.get("decision") == "grant" and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", "Say how many credits.")
        return data

    @property
    def ends_at(self) -> datetime | None:
        """The moment at which what is unspent lapses."""
        return end_of(self.cleaned_data.get("ends_on"))
