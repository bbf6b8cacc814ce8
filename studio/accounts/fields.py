"""Form fields that are stricter than Django's. Pure."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

PLAIN = re.compile(r"[0-9]{1,9}", re.ASCII)


class WholeField(forms.IntegerField):
    """A whole number in plain digits: not 1_000, 1e3, +5 or digits of another script (INP-01)."""

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for nothing; ValidationError for anything else."""
        text = str(value or "").strip()
        if text and not PLAIN.fullmatch(text):
            raise ValidationError("Write a whole number in digits.", code="invalid")
        return super().to_python(text)
