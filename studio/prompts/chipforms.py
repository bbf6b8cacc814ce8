"""The form of a chip."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.prompts.forms import KeptForm
from studio.prompts.listcheck import fault_of
from studio.prompts.models import Category, Chip


class ChipForm(KeptForm):
    """A chip: what is written on it, and what it puts into a prompt."""

    category = forms.ChoiceField(choices=Category.choices)
    label = forms.CharField(max_length=40, label="On the chip")
    text = forms.CharField(max_length=300, label="Into the prompt")

    def clean_text(self) -> str:
        """Return the words; ValidationError where a prompt could not be read with them."""
        text = str(self.cleaned_data["text"])
        if fault := fault_of(text):
            raise ValidationError(str(fault))
        return text

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form."""
        return {name: self.cleaned_data[name] for name in ("category", "label", "text")}

    @classmethod
    def of(cls, row: Chip) -> "ChipForm":
        """A form with what is kept."""
        kept = {"category": row.category, "label": row.label, "text": row.text, "revision": row.revision}
        return cls(initial=kept, auto_id="edit-%s")
