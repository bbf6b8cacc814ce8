"""What is said of a link for guests before it is made: until when, what is allowed, what is shown (C18)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from gallery.guestlinks import Terms
from gallery.models import Naming
from studio.accounts.fields import WholeField

LEAST_PASSWORD = 6
MOST_DAYS = 365
USUAL_DAYS = 14
MAY = {
    "star": "Give stars",
    "pick": "Pick",
    "comment": "Comment",
    "download": "Download",
}
SHOWS = {
    "prompts": "The prompts",
    "costs": "What each cost",
    "names": "Who made them",
}


class LinkForm(forms.Form):
    """The terms of a link."""

    title = forms.CharField(max_length=80, label="Title", help_text="Guests read it above the pictures.")
    days = WholeField(
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        label="Open for",
        error_messages=dict.fromkeys(("min_value", "max_value"), f"Choose 1 to {MOST_DAYS} days."),
    )
    password = forms.CharField(
        required=False,
        min_length=LEAST_PASSWORD,
        max_length=200,
        label="Password",
        strip=False,
        help_text="Send it another way than the link. Only its hash is kept.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"min_length": f"Take at least {LEAST_PASSWORD} letters or digits."},
    )
    naming = forms.ChoiceField(choices=Naming, initial=Naming.MAY, label="A guest’s name")
    may = forms.MultipleChoiceField(
        choices=MAY, required=False, initial=["star", "pick", "comment"], label="Guests may look, and"
    )
    shows = forms.MultipleChoiceField(choices=SHOWS, required=False, label="Guests also see")

    def terms(self, now: datetime) -> Terms:
        """Return the terms of a form that is whole."""
        said: dict[str, Any] = self.cleaned_data
        return Terms(
            title=" ".join(said["title"].split()),
            expires_at=now + timedelta(days=said["days"]),
            password=said["password"],
            naming=said["naming"],
            may=frozenset(said["may"]),
            shows=frozenset(said["shows"]),
        )
