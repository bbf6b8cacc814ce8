"""The forms of saved prompts: versions, names, labels and who may move them."""

from django import forms

from studio.accounts.fields import WholeField
from studio.accounts.models import Role
from studio.prompts.forms import KeptForm, TemplateField
from studio.prompts.models import SavedPrompt

LABEL = r"\A\w[\w.-]*\Z"


class VersionForm(forms.Form):
    """One more version of a saved prompt, and why."""

    template = TemplateField(label="Prompt")
    note = forms.CharField(max_length=300, required=False, label="What changed")


class NewPromptForm(VersionForm):
    """A new saved prompt: its name before its first version."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=500, required=False, label="What it is for")
    field_order = ("name", "description", "template", "note")


class NameForm(KeptForm):
    """A saved prompt's name and what it is for."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=500, required=False, label="What it is for")

    @classmethod
    def of(cls, row: SavedPrompt) -> "NameForm":
        """A form with what is kept."""
        kept = {"name": row.name, "description": row.description, "revision": row.revision}
        return cls(initial=kept, prefix="name")


class LabelForm(forms.Form):
    """A label, and the number of the version that it goes to; 0 takes it off."""

    label = forms.RegexField(
        LABEL, max_length=40, strip=True,
        error_messages={"invalid": "A label is one word of letters, digits, _ - and ."},
    )  # fmt: skip
    version = WholeField(min_value=0)


class GuardForm(forms.Form):
    """Who may move labels of a name, beside the owners."""

    name = forms.RegexField(
        LABEL, max_length=40, label="Label",
        error_messages={"invalid": "A label is one word of letters, digits, _ - and ."},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.label) for role in Role if role != Role.OWNER],
        widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
