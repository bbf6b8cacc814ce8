"""What holds for a whole sheet (A28).

Shape, size and quality where a cell is empty; who sees it, its line, the project that pays.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms

from studio.accounts.access import open_projects
from studio.accounts.models import Member, Project
from studio.generation import standards
from studio.generation.capabilities import current
from studio.generation.forms import SIZE_PRICES
from studio.generation.models import Visibility
from studio.generation.sizes import SHAPES, SIZES

FIELDS = ("shape", "size", "quality", "visibility", "background", "project")


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
    project = forms.UUIDField(required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
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

    @cached_property
    def projects(self) -> list[Project]:
        """Return what the batch may be spent in besides General. One query, once."""
        return list(open_projects(self.member))

    @property
    def gone(self) -> bool:
        """Say whether nothing may be spent in the chosen project any more: it is kept, and refused (E8)."""
        chosen = str(self["project"].value() or "")
        return bool(chosen) and chosen not in {str(project.pk) for project in self.projects}


def beginning(member: Member) -> dict[str, str]:
    """Return what a new sheet of a member begins with: the usual, and what the team begins with (E14)."""
    usual = defaults(member)
    return usual | {name: v for name, v in standards.bounds(member).defaults.items() if name in usual}


def defaults(member: Member, posted: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return what is kept of the choices that were posted, and the usual ones for the rest."""
    form = BatchForm(posted, member=member)
    chosen = form.cleaned_data if posted is not None and (form.is_valid() or form.errors) else {}
    return {
        name: _kept(chosen.get(name, field.initial)) for name, field in form.fields.items() if name in FIELDS
    }


def _kept(value: object) -> str:
    """Return a choice as text; a tick is "1" or nothing."""
    return ("1" if value else "") if isinstance(value, bool) else str(value or "")
