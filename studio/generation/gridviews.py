"""The doors of the grid: look at it from any side, retry what failed, stop what waits."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from studio.accounts.fields import position
from studio.accounts.http import MemberRequest
from studio.generation import access, batches, gridpage, news
from studio.generation.batches import WAYS, Deed, Tally
from studio.generation.grid import grid_of
from studio.generation.models import Run


@require_safe
def grid_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw a run as a grid, turned as the address says."""
    run = access.run_for(request.user, pk)
    pulse = news.page_news(request.user)  # before the jobs are read
    asked = {name: position(request.GET.get(name, "")) for name in (*gridpage.SIDES, "tab", "second")}
    sides = {name: asked[name] for name in gridpage.SIDES}
    grid = grid_of(run, member=request.user, **sides)
    zoom = request.GET.get("zoom", "")
    view = gridpage.view_of(grid, tab=asked["tab"], second=asked["second"], zoom=zoom)
    pulse |= {"scope": view.scope}
    context: dict[str, Any] = gridpage.page(view, timezone.now())
    context |= {"pulse": pulse, "alone": bool(request.htmx)}
    name = "generation/grid.html#turned" if request.htmx else "generation/grid.html"
    return render(request, name, context)


@require_POST
def grid_retry(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Retry what of a grid failed, and nothing else (A16)."""
    return _done(request, pk, batches.retry_run, Deed.RETRY)


@require_POST
def grid_cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Cancel what of a grid was not sent yet."""
    return _done(request, pk, batches.cancel_run, Deed.CANCEL)


def _done(request: MemberRequest, pk: UUID, do: Callable[[Run], Tally], deed: Deed) -> HttpResponse:
    run = access.run_for(request.user, pk)
    messages.success(request, do(run).said(WAYS[deed].words))
    if not request.htmx:
        return redirect("grid", run.pk)
    return news.ask_again(render(request, "generation/grid_done.html"))
