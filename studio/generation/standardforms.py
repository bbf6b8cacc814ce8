"""The forms of defaults and caps, and of words: each hands over a value, and says what would work."""

from typing import Any

from django import forms

from studio.accounts.fields import WholeField
from studio.accounts.teamforms import LineField
from studio.generation.capabilities import current
from studio.generation.forms import EACH
from studio.generation.models import Standard, WordRule
from studio.generation.sizes import SIZES

MOST_CREDITS = 1_000_000
MOST_IMAGES = 10_000
NAMES = ("size", "quality", "each", "largest", "most_images", "qualities", "ask_above", "ask_above_credits")
NO_DEFAULT, NO_CAP = ("", "As it is"), ("", "Any")


def _sizes(none: tuple[str, str]) -> list[tuple[str, str]]:
    return [none, *((size.name, size.label) for size in SIZES.values())]


def _qualities() -> list[tuple[str, str]]:
    quality = current().parameter("quality")
    return list(quality.choices.items()) if quality and quality.choices else []


class StandardForm(forms.Form):
    """What a form begins with, and what no run may pass; what is empty says nothing."""

    size = forms.ChoiceField(label="Size", required=False, choices=_sizes(NO_DEFAULT))
    quality = forms.ChoiceField(label="Quality", required=False, choices=lambda: [NO_DEFAULT, *_qualities()])
    each = forms.TypedChoiceField(
        label="Of each",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[NO_DEFAULT, *((str(n), str(n)) for n in EACH)],
    )
    largest = forms.ChoiceField(label="Largest size", required=False, choices=_sizes(NO_CAP))
    most_images = WholeField(label="Largest run", required=False, min_value=1, max_value=MOST_IMAGES)
    qualities = forms.MultipleChoiceField(
        label="Allowed qualities",
        required=False,
        choices=_qualities,
        widget=forms.CheckboxSelectMultiple,
    )
    ask_above = WholeField(label="Ask above", required=False, min_value=1, max_value=MOST_IMAGES)
    ask_above_credits = WholeField(label="or above", required=False, min_value=1, max_value=MOST_CREDITS)

    @classmethod
    def of(cls, row: Standard) -> "StandardForm":
        """The form as a scope stands."""
        return cls(initial={name: getattr(row, name) for name in NAMES})

    def clean(self) -> dict[str, Any]:
        """Refuse defaults that the caps of the same form would refuse."""
        cleaned = super().clean() or self.cleaned_data
        size, largest = cleaned.get("size"), cleaned.get("largest")
        if size and largest and SIZES[size].side > SIZES[largest].side:
            self.add_error("size", f"It is larger than the largest size, {SIZES[largest].label}.")
        quality, allowed = cleaned.get("quality"), cleaned.get("qualities") or []
        if quality and allowed and quality not in allowed:
            self.add_error("quality", "It is not one of the allowed qualities.")
        if set(allowed) == {name for name, _ in _qualities()}:
            cleaned["qualities"] = []  # all of them: nothing is said
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """The valid form as the row's fields."""
        return {name: self.cleaned_data[name] for name in NAMES}


class WordForm(forms.Form):
    """A word or a phrase, and whether it is blocked or wanted."""

    text = LineField(label="Word or phrase", max_length=80, help_text="A star at the end: any ending.")
    kind = forms.ChoiceField(label="It is", choices=WordRule.Kind.choices, initial=WordRule.Kind.BLOCKED)
    note = LineField(label="Why", max_length=160, required=False, help_text="Who is refused reads it.")
