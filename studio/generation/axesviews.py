"""The door of the composer's axes: add one, take one out. Nothing typed is lost on the way."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from studio.accounts.http import MemberRequest
from studio.generation import drafts, explore
from studio.generation.axesform import FIELD, AxesForm
from studio.generation.forms import ComposerForm

REPEATS = (
    "2"  # of each cell of a grid, unless more were chosen: one picture alone does not show what is chance
)


@require_POST
def axes(request: MemberRequest) -> HttpResponse:
    """Add an axis of the kind that was pressed, or take one out, and draw the axes anew.

    With the first one each cell gets two images, where only one was asked for (A15).
    """
    form = AxesForm(request.POST)
    before = len(form.rows)
    repeats = not before and request.POST.get("axis-add", "") in dict(form.kinds)
    repeats = repeats and request.POST.get("each", "1") == "1"
    form.remove(request.POST.get("axis-remove", ""))
    form.add(request.POST.get("axis-add", ""))
    posted = _with(request.POST, form)
    if repeats:
        posted["each"] = REPEATS
    draft = explore.keep_draft(request.user, posted)
    if not request.htmx:
        return redirect(f"{drafts.address_of(draft)}#axes")
    context = {
        "form": ComposerForm(posted, member=request.user),
        "unfolded": True,
        "repeats": REPEATS if repeats else "",
        "fresh": len(form.rows) - 1 if len(form.rows) > before else None,
    }
    answer = render(request, "generation/axes.html", context)
    return trigger_client_event(answer, "estimate", after="settle")


def _with(posted: QueryDict, form: AxesForm) -> QueryDict:
    """Return what was posted with these axes instead of its own."""
    changed = posted.copy()
    for name in [name for name in changed if FIELD.fullmatch(name)]:
        del changed[name]
    changed.update(form.fields())
    return changed
