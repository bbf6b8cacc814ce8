"""The forms of an experiment's page: each hands over a value, or says what is missing."""

from typing import Any

from django import forms

from studio.accounts.fields import WholeField
from studio.generation.experiments import Ask

MOST_CREDITS = 10_000_000
MOST_OF_CONCLUSION = 400  # characters


class Sentence(forms.CharField):
    """Some words in one line: no control characters, spaces as one."""

    def to_python(self, value: Any) -> str:
        """Return the words; line breaks and tabs are spaces."""
        text = str(value or "")
        whole = "".join(letter if letter.isprintable() or letter.isspace() else "" for letter in text)
        return str(super().to_python(" ".join(whole.split())))


class AskForm(forms.Form):
    """Name, question and budget."""

    title = Sentence(label="Name", max_length=120)
    question = Sentence(
        label="Question",
        max_length=300,
        required=False,
        help_text="What are these images to find out?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    budget = WholeField(
        label="Budget",
        min_value=1,
        max_value=MOST_CREDITS,
        required=False,
        help_text="In credits. A note beside what is spent: nothing is stopped by it.",
    )

    @property
    def ask(self) -> Ask:
        """Return the valid form as a value."""
        data = self.cleaned_data
        return Ask(title=data["title"], question=data["question"], budget=data["budget"])


class ConclusionForm(forms.Form):
    """The one sentence that an experiment is closed with."""

    conclusion = Sentence(
        label="Conclusion",
        max_length=MOST_OF_CONCLUSION,
        help_text="One sentence: what was found out?",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write one sentence about what was found out, then close it."},
    )
