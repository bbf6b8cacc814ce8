"""The forms of security: which roles need a second factor, and whom an owner helps in."""

from typing import Any

from django import forms

from studio.accounts.models import Member, Policy, Role


class FactorForm(forms.Form):
    """Which roles need a second factor (E7)."""

    roles = forms.MultipleChoiceField(
        choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple, label="Needed for"
    )

    @classmethod
    def present(cls) -> "FactorForm":
        """The form as it stands."""
        return cls(initial={"roles": Policy.present().factor_roles}, prefix="factor")


class WhoField(forms.ModelChoiceField):  # type: ignore[type-arg] # it takes none at run time
    """A member, by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the words of one choice."""
        return f"{obj.name}, {obj.email}"


class WhoForm(forms.Form):
    """For whom: a member who is in the team."""

    member = WhoField(Member.objects.filter(is_active=True), label="Member", empty_label="Choose a member")

    @property
    def chosen(self) -> Member:
        """The member of the valid form."""
        found: Member = self.cleaned_data["member"]
        return found
