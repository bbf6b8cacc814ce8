"""Fields that no person fills in: what is broken in one counts as absent, so that it stands in nobody's way.

A draft, a version or a drawing that is not said is begun anew; a token that is none is asked for again.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class HiddenId(forms.UUIDField):
    """An id that the page keeps; None where it is none."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """Return the id, None for what is none."""
        return _or(None, super().clean, value)


class HiddenNumber(forms.IntegerField):
    """A number that the page keeps; None where it is none or out of its bounds."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """Return the number, None for what is none."""
        return _or(None, super().clean, value)


class HiddenWord(forms.RegexField):
    """A word that the page keeps; "" where it is another."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        """Return the word, "" for another."""
        return _or("", super().clean, value)


def _or(absent: Any, clean: Any, value: Any) -> Any:
    try:
        return clean(value)
    except ValidationError:
        return absent
