"""The key page's forms: they hand over a Secret and Terms, and never show a key again (KEY-08)."""

from typing import Any

from django import forms
from django.views.decorators.debug import sensitive_variables

from studio.accounts.errors import NotAKey
from studio.accounts.fields import WholeField
from studio.accounts.models import Key
from studio.accounts.pasted import read_key
from studio.accounts.plans import PRESETS, Limits, Plan, Terms
from studio.doitong import Secret

MOST = 1_000_000


def _plan_words(plan: Plan) -> str:
    limits = PRESETS[plan]
    if limits.per_minute is None:
        return plan.label
    return f"{plan.label}, {limits.per_minute} a minute, {limits.at_once} at once"


class SecretField(forms.CharField):
    """A pasted key, as a Secret; the page never gets it back."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "placeholder": "Paste it here"}
        widget = forms.PasswordInput(render_value=False, attrs=attrs)
        super().__init__(widget=widget, strip=False, **kwargs)

    @sensitive_variables()
    def clean(self, value: Any) -> Any:
        """Return a Secret; ValidationError where the text cannot be a key."""
        try:
            return read_key(str(value or ""))
        except NotAKey as fault:
            raise forms.ValidationError(fault.sentence, code="not_a_key") from None


class TermsForm(forms.Form):
    """What a person says of a key: plan, limits of an enterprise plan."""

    plan = forms.ChoiceField(choices=[(plan.value, _plan_words(plan)) for plan in Plan])
    per_minute = WholeField(label="Requests a minute", required=False, min_value=1, max_value=MOST)
    at_once = WholeField(label="Jobs at once", required=False, min_value=1, max_value=MOST)
    per_day = WholeField(label="Jobs a day", required=False, min_value=1, max_value=MOST)

    @property
    def terms(self) -> Terms:
        """The valid form as a value."""
        data = self.cleaned_data
        limits = Limits(per_minute=data["per_minute"], at_once=data["at_once"], per_day=data["per_day"])
        return Terms(plan=Plan(data["plan"]), limits=limits)

    @classmethod
    def of(cls, key: Key) -> "TermsForm":
        """The form as it stands for a key in use."""
        names = ("plan", "per_minute", "at_once", "per_day")
        return cls(initial={name: getattr(key, name) for name in names}, prefix="terms")


class KeyForm(TermsForm):
    """A key to try and put in use."""

    key = SecretField(label="API key")

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that few need."""
        return [self[name] for name in ("per_minute", "at_once", "per_day")]

    @property
    def secret(self) -> Secret:
        """The pasted key."""
        found: Secret = self.cleaned_data["key"]
        return found
