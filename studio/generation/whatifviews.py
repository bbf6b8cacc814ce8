"""The calculator: what a grid would make, cost and take, before anything is written or held (D26)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from studio.accounts.fields import WholeField
from studio.accounts.http import MemberRequest
from studio.generation.capabilities import current
from studio.generation.estimate import estimate
from studio.generation.forms import ComposerForm
from studio.generation.models import Draft
from studio.generation.recipe import Recipe
from studio.generation.sizes import SHAPES, SIZES, dimensions
from studio.generation.whatif import WhatIf, of_grid, of_plan

MOST_SIDE = 100  # cells
MOST_REPEATS = 100


class WhatIfForm(forms.Form):
    """A grid of so many by so many cells, images of each, and their size."""

    across = WholeField(label="Columns", min_value=1, max_value=MOST_SIDE)
    down = WholeField(label="Rows", min_value=1, max_value=MOST_SIDE)
    each = WholeField(label="Of each", min_value=1, max_value=MOST_REPEATS)
    shape = forms.ChoiceField(label="Shape", choices=[(one.name, one.label) for one in SHAPES.values()])
    size = forms.ChoiceField(label="Size", choices=[(one.name, one.label) for one in SIZES.values()])
    quality = forms.ChoiceField(label="Quality", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = current().parameter("quality")
        if known is None or not known.choices:
            del self.fields["quality"]
            return
        self.fields["quality"] = forms.ChoiceField(
            label=known.label, choices=list(known.choices.items()), required=False
        )

    @property
    def recipe(self) -> Recipe:
        """The valid form as a recipe of a single cell."""
        data = self.cleaned_data
        width, height = dimensions(SHAPES[data["shape"]], SIZES[data["size"]])
        quality = {"quality": data["quality"]} if data.get("quality") else {}
        return Recipe(template="a", width=width, height=height, each=data["each"], parameters=quality)

    @property
    def cells(self) -> int:
        """How many cells the grid has."""
        return int(self.cleaned_data["across"]) * int(self.cleaned_data["down"])


@require_safe
@never_cache
def what_if(request: MemberRequest) -> HttpResponse:
    """A grid typed in, or the prompt that a draft of one's own holds."""
    if draft := _draft(request):
        form = WhatIfForm(initial=START)
        told = estimate(request.user, ComposerForm(draft.fields, member=request.user))
        found = of_plan(told.plan) if told.plan else None
        return _draw(request, form, found, draft=draft, trouble="" if found else told.error)
    quality = current().parameter("quality")
    form = WhatIfForm(START | {"quality": quality.default if quality else ""} | request.GET.dict())
    return _draw(request, form, of_grid(form.cells, form.recipe) if form.is_valid() else None)


START = {"across": "4", "down": "3", "each": "2", "shape": "3x2", "size": "1k"}


def _draft(request: MemberRequest) -> Draft | None:
    try:
        named = UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    return Draft.objects.filter(pk=named, member=request.user).first()


def _draw(
    request: MemberRequest,
    form: WhatIfForm,
    found: WhatIf | None,
    *,
    draft: Draft | None = None,
    trouble: str = "",
) -> HttpResponse:
    context = {"form": form, "found": found, "draft": draft, "trouble": trouble}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "generation/whatif.html", context, status=status)
