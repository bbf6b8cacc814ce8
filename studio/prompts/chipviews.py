"""The page of the chips: a card a category, in the order of the composer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from studio.accounts.http import MemberRequest
from studio.prompts import chips, keeping
from studio.prompts.access import kept
from studio.prompts.chipforms import ChipForm
from studio.prompts.frame import draw
from studio.prompts.models import Chip

METHODS = ["GET", "HEAD", "POST"]
STEPS = {"up": -1, "down": 1}


@require_http_methods(METHODS)
@never_cache
def chips_page(request: MemberRequest) -> HttpResponse:
    """All chips; one of them in a form where ?edit names it; a POST adds one."""
    if request.method != "POST":
        return _draw(request)
    form = ChipForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return _draw(request, new=form, status=422)
    row = chips.add(request.user, **form.values)
    messages.success(request, f"“{row.label}” is added.")
    return redirect(f"{reverse('library_chips')}#{row.category}")


@require_POST
def chip(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Change a chip."""
    row = kept(Chip, pk)
    form = ChipForm(request.POST, auto_id="edit-%s")
    if not form.is_valid():
        return _draw(request, edited=row, form=form, status=422)
    try:
        keeping.change(row, request.user, form.opened, **form.values)
    except keeping.ChangedMeanwhile as refusal:
        form.add_error(None, refusal.sentence)
        return _draw(request, edited=row, form=form, status=409)
    messages.success(request, f"“{form.cleaned_data['label']}” is saved.")
    return redirect(f"{reverse('library_chips')}#{form.cleaned_data['category']}")


@require_POST
def move(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Move a chip a place up or down within its category."""
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        return HttpResponseBadRequest("A chip moves up or down.")
    row = kept(Chip, pk)
    chips.move(row, step)
    return redirect(f"{reverse('library_chips')}#{row.category}")


def _draw(
    request: MemberRequest, *, new: ChipForm | None = None, edited: Chip | None = None,
    form: ChipForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = chips.by_category()
    wanted = request.GET.get("edit", "")
    edited = edited or next((one for each in found.values() for one in each if str(one.pk) == wanted), None)
    context = {
        "categories": [(category, each) for category, each in found.items()],
        "count": sum(map(len, found.values())),
        "new": new
        or ChipForm(auto_id="new-%s", initial={"category": request.GET.get("category", "subject")}),
        "edited": edited,
        "form": form or (ChipForm.of(edited) if edited else None),
    }
    return draw(request, "chips.html", "chips", context, status)
