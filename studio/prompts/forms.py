"""What the library's forms share. They check what is typed by the code of an import, and lose none of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from studio.accounts.fields import WholeField
from studio.prompts.grammar import MOST_CHARACTERS
from studio.prompts.listcheck import fault_of
from studio.prompts.stylecheck import placed


class WordsField(forms.CharField):
    """Words of several lines, kept letter by letter; line ends are one character each."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})
        super().__init__(strip=False, required=kwargs.pop("required", False), widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the text with line feeds alone."""
        text = (super().to_python(value) or "").lstrip("\ufeff")  # as it may be pasted from a file
        return text.replace("\r\n", "\n").replace("\r", "\n")


class TemplateField(WordsField):
    """A template that can be read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=True, max_length=MOST_CHARACTERS, rows=6, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the template; ValidationError with its place where it cannot be read."""
        text = str(super().clean(value))
        if fault := fault_of(text):
            raise ValidationError(str(placed(fault, text)))
        return text


class KeptForm(forms.Form):
    """What the forms of a thing that is kept share: the revision that was opened."""

    revision = WholeField(widget=forms.HiddenInput, required=False, min_value=0)

    @property
    def opened(self) -> int:
        """The revision that the page was opened with."""
        return int(self.cleaned_data["revision"] or 0)
