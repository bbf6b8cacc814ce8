"""The forms of the team's pages and of joining: each hands over a value, and says what would work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from studio.accounts.fields import WholeField
from studio.accounts.inviting import Newcomer
from studio.accounts.models import Announcement, Member, Role

MOST_DAYS = 90
MOST_USES = 50
MOMENT = "%Y-%m-%dT%H:%M"


class LineField(forms.CharField):
    """A line of text: doubled spaces are one, and what no text has is refused."""

    def to_python(self, value: Any) -> str:
        """Return the line; ValidationError where it holds what cannot be shown."""
        line = " ".join(str(super().to_python(value)).split())
        if not line.isprintable():
            raise ValidationError("Leave out characters that cannot be seen.", code="unseen")
        return line


class RoleForm(forms.Form):
    """What a member is from now on."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)

    @property
    def chosen(self) -> Role:
        """The role of a valid form."""
        return Role(self.cleaned_data["role"])


class LeaveForm(forms.Form):
    """Who goes on with what somebody had."""

    heir = forms.ModelChoiceField(
        Member.objects.none(),
        label="Goes on with their images and boards",
        empty_label="Choose somebody",
        error_messages={
            "required": "Choose who goes on with their images and boards.",
            "invalid_choice": "They are not in the team. Choose somebody else.",
        },
    )

    @classmethod
    def of(cls, leaver: Member, data: Any = None) -> "LeaveForm":
        """The form for somebody who leaves: anybody else of the team may go on."""
        form = cls(data, prefix="leave")
        heir = form.fields["heir"]
        assert isinstance(heir, forms.ModelChoiceField)
        heir.queryset = Member.objects.filter(is_active=True).exclude(pk=leaver.pk)
        return form

    @property
    def chosen(self) -> Member:
        """Who goes on, of a valid form."""
        found: Member = self.cleaned_data["heir"]
        return found


class InviteForm(forms.Form):
    """Whom a link lets in, how many of them, and until when."""

    note = LineField(label="For", max_length=80, required=False, help_text="A name, to tell links apart.")
    to = forms.EmailField(
        label="Mail it to", max_length=254, required=False, help_text="The link is shown to you as well."
    )
    role = forms.ChoiceField(label="Joins as", choices=Role.choices, initial=Role.DESIGNER)
    days = WholeField(
        label="Open for",
        min_value=1,
        max_value=MOST_DAYS,
        initial=7,
        error_messages=dict.fromkeys(("min_value", "max_value"), f"Choose 1 to {MOST_DAYS} days."),
    )
    uses = WholeField(
        label="People",
        min_value=1,
        max_value=MOST_USES,
        initial=1,
        error_messages=dict.fromkeys(("min_value", "max_value"), f"Choose 1 to {MOST_USES} people."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        if not settings.MAILERS:
            del self.fields["to"]

    def clean(self) -> dict[str, Any]:
        """Let a link make one owner at the most: whoever it is passed on to would be one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") == Role.OWNER and (cleaned.get("uses") or 1) > 1:
            self.add_error("uses", "A link that makes an owner is for one person.")
        return cleaned


class JoinForm(forms.Form):
    """Who joins: their name, address and password."""

    name = LineField(label="Name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label="Password",
        max_length=4_096,
        strip=False,
        help_text="At least 12 characters. A sentence is good.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    @property
    def newcomer(self) -> Newcomer:
        """The valid form as a value."""
        return Newcomer(**{name: self.cleaned_data[name] for name in ("name", "email", "password")})


class MomentField(forms.DateTimeField):
    """A day and a time in the studio's time zone, as browsers send them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        kwargs["error_messages"] = {"invalid": "Write it as 2026-11-30T18:00."}
        super().__init__(required=False, widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; ValidationError for one that no calendar of ours has."""
        try:
            return super().to_python(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class BannerForm(forms.Form):
    """What everybody is told, from when until when, and whether nothing new starts meanwhile (E15)."""

    text = LineField(label="What everybody reads", max_length=300, required=False)
    starts_at = MomentField(label="From")
    ends_at = MomentField(label="Until")
    maintenance = forms.BooleanField(label="Maintenance: nothing new is started", required=False)

    @classmethod
    def present(cls) -> "BannerForm":
        """The form as it stands."""
        standing = Announcement.objects.first() or Announcement()
        names = ("text", "starts_at", "ends_at", "maintenance")
        return cls(initial={name: getattr(standing, name) for name in names})

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the beginning, or over already."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if end is not None and end <= (start or timezone.now()):
            self.add_error("ends_at", "It ends before it begins. Choose a later time.")
        return cleaned
