"""The doors beside the wall: what a search may be narrowed by, what it may go on with, how it is paged."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from gallery import facets, manners, newcards, search, suggesting
from gallery.filters import read
from gallery.known import Known
from studio.accounts.fields import position
from studio.accounts.http import MemberRequest


@require_safe
@vary_on_headers("HX-Request")
def facets_page(request: MemberRequest) -> HttpResponse:
    """Draw what a search may be narrowed by, with counts; a part for htmx, a page of its own without it."""
    filters = read(request.GET)
    asked = search.of(request.user, search.read(filters.said))
    page = {"facets": facets.of(asked), "asked": asked, "filters": filters}
    return render(request, "gallery/facets.html" + ("#part" if request.htmx else ""), page)


@require_safe
def news(request: MemberRequest) -> HttpResponse:
    """Draw the cards that changed since a page was drawn, or answer that nothing did."""
    version, newest = (position(request.GET.get(name, "")) for name in ("since", "newest"))
    if version is None or newest is None:
        return HttpResponseBadRequest("Say since when.")
    since = newcards.Since(version=version, newest=newest)
    filters, stacked = read(request.GET), request.GET.get("stacks") == "1"
    told = newcards.of(Known(request.user), filters, since, stacked=stacked)
    if told["since"] == since:
        return HttpResponse(status=204)
    return render(request, "gallery/news.html", told | {"filters": filters, "stacked": stacked})


@require_safe
def suggest(request: MemberRequest) -> HttpResponse:
    """Draw what the search that is being written may go on with."""
    found = suggesting.of(request.GET.get("q", ""), Known(request.user))
    return render(request, "gallery/suggestions.html", {"suggestions": found})


@require_POST
def manner(request: MemberRequest) -> HttpResponse:
    """Keep how this member likes the wall: page by page or without an end, runs folded or not (C23, C28)."""
    if not manners.keep(request.user, request.POST):
        return HttpResponseBadRequest("The wall goes page by page or without an end; runs are folded or not.")
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    messages.success(request, "The wall is drawn so from now on.")
    return redirect(back if safe else reverse("gallery"))
