"""Numbers that people and addresses write, read more strictly than Django does. Pure."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

PLAIN = re.compile(r"[0-9]{1,9}", re.ASCII)
POSITION = re.compile(r"[0-9]{1,18}", re.ASCII)  # digits that every database's big integer holds


def position(text: str) -> int | None:
    """Return the place in a list that an address names in plain digits, None for anything else (INP-01)."""
    return int(text) if POSITION.fullmatch(text) else None


class WholeField(forms.IntegerField):
    """A whole number in plain digits: not 1_000, 1e3, +5 or digits of another script (INP-01)."""

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for nothing; ValidationError for anything else."""
        text = str(value or "").strip()
        if text and not PLAIN.fullmatch(text):
            raise ValidationError("Write a whole number in digits.", code="invalid")
        return super().to_python(text)
