"""What holds for a whole sheet where a cell is empty: shape, size, quality, who sees it, which lane (A28)."""

from collections.abc import Mapping
from typing import Any

from django import forms

from studio.generation.capabilities import current
from studio.generation.forms import SIZE_PRICES
from studio.generation.models import Visibility
from studio.generation.sizes import SHAPES, SIZES

FIELDS = ("shape", "size", "quality", "visibility", "background")


class BatchForm(forms.Form):
    """The choices of a batch; anything that is none of them becomes the usual one."""

    shape = forms.ChoiceField(choices=[(shape.name, shape.label) for shape in SHAPES.values()], initial="3x2")
    size = forms.ChoiceField(
        choices=[(size.name, size.label) for size in SIZES.values()], initial="1k", widget=forms.RadioSelect
    )
    visibility = forms.ChoiceField(
        label="Who sees it",
        choices=Visibility.choices,
        initial=Visibility.PRIVATE,
        widget=forms.RadioSelect,
    )
    background = forms.BooleanField(label="Run in the background", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quality = current().parameter("quality")
        if quality and quality.choices:
            self.fields["quality"] = forms.ChoiceField(
                label=quality.label,
                choices=list(quality.choices.items()),
                initial=quality.default,
                widget=forms.RadioSelect,
            )

    @property
    def sizes(self) -> list[tuple[str, str, str]]:
        """Return name, label and documented credits of each size."""
        return [(size.name, size.label, SIZE_PRICES[size.name]) for size in SIZES.values()]


def defaults(posted: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return what is kept of the choices that were posted, and the usual ones for the rest."""
    form = BatchForm(posted)
    chosen = form.cleaned_data if posted is not None and (form.is_valid() or form.errors) else {}
    return {
        name: _kept(chosen.get(name, field.initial)) for name, field in form.fields.items() if name in FIELDS
    }


def _kept(value: object) -> str:
    """Return a choice as text; a tick is "1" or nothing."""
    return ("1" if value else "") if isinstance(value, bool) else str(value)
