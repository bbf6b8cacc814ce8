"""The doors of the history: look, find, use again. Each takes the request, asks once, answers."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from studio.accounts.http import MemberRequest
from studio.generation import access, batchrun, drafts, history, historypage
from studio.generation.models import Batch


@require_safe
@vary_on_headers("HX-Request")
def history_page(request: MemberRequest) -> HttpResponse:
    """Draw every prompt that the member ever sent, newest first, or those with all of the words."""
    now = timezone.now()
    asked = history.read(request.GET)
    context = historypage.page(history.find(request.user, asked, now), asked, now)
    part = request.htmx and asked.before is not None
    name = "generation/history_page.html#part" if part else "generation/history_page.html"
    return render(request, name, context)


@require_POST
def history_again(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Open what a run asked for as a new draft, beside the one that is being written (A21, A23).

    A sheet's rows become a new batch.
    """
    run = access.run_for(request.user, pk)
    if batch := Batch.objects.filter(run=run).first():
        return redirect("batch", batchrun.again(batch).pk)
    return redirect(drafts.address_of(drafts.of_run(request.user, run)))
