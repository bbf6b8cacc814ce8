"""The form of a style."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.accounts.fields import WholeField
from studio.accounts.models import Member
from studio.prompts import samples
from studio.prompts.forms import KeptForm, WordsField
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.mentions import mentioned
from studio.prompts.models import Style
from studio.prompts.sampleid import sample_id
from studio.prompts.stylecheck import faults_of as faults_of_style


class StyleForm(KeptForm):
    """A style: its words, where it stands, and its picture."""

    name = forms.CharField(max_length=120)
    category = forms.CharField(max_length=60, required=False)
    text = WordsField(
        rows=5,
        max_length=MOST_CHARACTERS,
        label="Words",
        help_text="{prompt} is where the prompt goes. Without it, the words follow it after a comma.",
    )
    negative = WordsField(
        rows=3,
        max_length=MOST_CHARACTERS,
        label="Note for other tools",
        help_text="A1111’s and InvokeAI’s negative words: kept, and never sent, since Doitong has none.",
    )
    order = WholeField(
        required=False, min_value=0, max_value=1_000_000, help_text="Lower comes first in its category."
    )
    sample = forms.CharField(
        max_length=200,
        required=False,
        label="Sample image",
        help_text="The address or id of an image you may see.",
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_text(self) -> str:
        """Return the words; ValidationError with line and character where they cannot be read."""
        text = str(self.cleaned_data["text"])
        if faults := faults_of_style(name="-", text=text):
            raise ValidationError([str(fault) for fault in faults])
        return text

    def clean_sample(self) -> Any:
        """Return the image's id, None for none; ValidationError for one that the member may not see.

        One of the offered pictures counts where the field still says what it said when the page was drawn.
        """
        typed = str(self.cleaned_data["sample"]).strip()
        if "picked" in self.data and typed == self.data.get("sample_was", ""):
            typed = self.data["picked"]
        found = sample_id(typed)
        if typed and (found is None or not samples.find(self.member, [found])):
            raise ValidationError("There is no image with this address that you may see.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        return data | {"order": data["order"] or 0, "needs": mentioned(data["text"])}

    @classmethod
    def of(cls, row: Style, member: Member) -> "StyleForm":
        """A form with what is kept."""
        names = ("name", "category", "text", "negative", "order", "revision")
        kept = {name: getattr(row, name) for name in names} | {"sample": str(row.sample or "")}
        return cls(initial=kept, member=member)
