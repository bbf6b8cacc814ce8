"""The doors of triage: the page of one image after the other, and the deck of the next (C15)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gallery import triage
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest


@require_safe
def review_page(request: MemberRequest) -> HttpResponse:
    """Draw the image that is looked at, with what is needed to judge it."""
    return render(request, "gallery/triage.html", triage.page(request.user, request.GET))


@require_safe
def review_deck(request: MemberRequest) -> HttpResponse:
    """Draw the images that come next, for a page that already shows one."""
    after = position(request.GET.get("after", ""))
    if after is None:
        raise Http404("A deck begins after an image.")
    return render(request, "gallery/deck.html", triage.deck(request.user, request.GET, after))
