"""The key page's forms: they hand over a Secret and Terms, and never show a key again (KEY-08)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.views.decorators.debug import sensitive_variables

from studio.accounts.errors import NotAKey
from studio.accounts.fields import WholeField
from studio.accounts.models import Key, Member, Payer, Policy
from studio.accounts.pasted import read_hook_secret, read_key
from studio.accounts.plans import PRESETS, Limits, Plan, Terms
from studio.accounts.sharing import kin, may_name
from studio.doitong import Secret

MOST = 1_000_000


def _plan_words(plan: Plan) -> str:
    limits = PRESETS[plan]
    if limits.per_minute is None:
        return plan.label
    return f"{plan.label}, {limits.per_minute} a minute, {limits.at_once} at once"


class SecretField(forms.CharField):
    """A pasted key, or what else `read` makes a Secret of; the page never gets it back."""

    def __init__(self, *, read: Callable[[str], Secret] = read_key, **kwargs: Any) -> None:
        self.read = read
        attrs = {"autocomplete": "off", "spellcheck": "false", "placeholder": "Paste it here"}
        widget = forms.PasswordInput(render_value=False, attrs=attrs)
        super().__init__(widget=widget, strip=False, **kwargs)

    @sensitive_variables()
    def clean(self, value: Any) -> Any:
        """Return a Secret; ValidationError where the text cannot be a key."""
        try:
            return self.read(str(value or ""))
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


class HookForm(forms.Form):
    """The secret that signs a key's webhooks (HOOK-10)."""

    secret = SecretField(label="Webhook secret", read=read_hook_secret)

    @property
    def pasted(self) -> Secret:
        """The pasted secret."""
        found: Secret = self.cleaned_data["secret"]
        return found


class AccountForm(forms.Form):
    """Of which Doitong account a key is: one of its own, or that of another key (S96)."""

    other = forms.ModelChoiceField(
        Key.objects.none(), label="Same account as", required=False, empty_label="None: its own account"
    )

    @classmethod
    def of(cls, key: Key, actor: Member, data: Any = None) -> "AccountForm":
        """The form of a key, with the keys that this person may name."""
        form = cls(data, prefix="account", initial={"other": next(iter(kin(key)), None)})
        others = form.fields["other"]
        assert isinstance(others, forms.ModelChoiceField)
        others.queryset = may_name(actor).exclude(pk=key.pk)
        return form

    @property
    def chosen(self) -> Key | None:
        """The key whose account it is, None for its own."""
        found: Key | None = self.cleaned_data["other"]
        return found


class PayerForm(forms.Form):
    """Whose key and credits the team's images are made with (D23)."""

    payer = forms.ChoiceField(label="Images are made with", choices=Payer.choices)

    @classmethod
    def present(cls) -> "PayerForm":
        """The form as the owners decided last."""
        return cls(initial={"payer": Policy.present().payer}, prefix="payer")
