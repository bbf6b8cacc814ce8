"""The form of a word list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.prompts.faults import Fault
from studio.prompts.forms import KeptForm, WordsField
from studio.prompts.listcheck import circle_of, faults_of
from studio.prompts.listtext import entries_of, needs_of
from studio.prompts.models import PRESENT, WordList
from studio.prompts.naming import fault_of as fault_of_name


class ListForm(KeptForm):
    """A word list: name, what it is for, and an entry a line."""

    name = forms.CharField(
        max_length=120, help_text="Used as __name__ in a prompt. A / makes a folder: animals/cats."
    )
    description = forms.CharField(max_length=500, required=False, label="What it is for")
    text = WordsField(rows=16, label="Entries", help_text="One a line. Lines that begin with # are notes.")

    follow = forms.BooleanField(
        required=False, initial=True, label="When the name changes, change it wherever the list is used"
    )

    faults: list[Fault]

    def clean_name(self) -> str:
        """Return the name; ValidationError where it could not be typed in a prompt."""
        name = str(self.cleaned_data["name"])
        if sentence := fault_of_name(name):
            raise ValidationError(sentence)
        return name

    def clean_text(self) -> str:
        """Return the text; ValidationError with a sentence for each entry that cannot be read."""
        text = str(self.cleaned_data["text"])
        self.faults = faults_of(text)
        if self.faults:
            raise ValidationError([str(fault) for fault in self.faults])
        return text

    def clean(self) -> dict[str, Any]:
        """See that the list does not lead back to itself."""
        data = super().clean() or self.cleaned_data
        if {"name", "text"} <= data.keys() and (chain := self._circle(data["name"], data["text"])):
            words = " → ".join(chain)
            self.add_error(
                "text", f"These lists ask for each other in a circle: {words}. Take one of the names out."
            )
        return data

    def _circle(self, name: str, text: str) -> tuple[str, ...]:
        needs = needs_of(text)
        if not needs:
            return ()
        former = self.initial.get("name")
        rows = WordList.objects.filter(PRESENT).exclude(name=former).values_list("name", "needs")
        called = {former: name} if self.cleaned_data.get("follow") else {}
        others = {row: [called.get(need, need) for need in asked] for row, asked in rows}
        return circle_of(name, {**others, name: [called.get(need, need) for need in needs]})

    @property
    def values(self) -> dict[str, Any]:
        """What is saved of the valid form, with what is read out of the text."""
        data = self.cleaned_data
        text = data["text"]
        own = {"name": data["name"], "description": data["description"], "text": text}
        return own | {"count": len(entries_of(text)), "size": len(text), "needs": needs_of(text)}

    @classmethod
    def of(cls, row: WordList) -> "ListForm":
        """A form with what is kept."""
        kept = {"name": row.name, "description": row.description, "text": row.text, "revision": row.revision}
        return cls(initial=kept)
