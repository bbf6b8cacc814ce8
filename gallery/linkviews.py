"""The doors of who makes links for guests: a new one, all of them, one with what guests did, and its end."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gallery import chosen, guestlinks, linkpages
from gallery.linkform import LinkForm
from gallery.takingviews import either, refused
from studio.accounts.http import MemberRequest


@either
def new_link(request: MemberRequest) -> HttpResponse:
    """Ask for the terms of a link; make it where they are said, and tell its secret once."""
    found = chosen.read(request, request.user)
    making = request.method == "POST" and "title" in request.POST
    form = LinkForm(request.POST if making else None, initial={"title": found.title})
    if making and not found.problem and form.is_valid():
        link, secret = guestlinks.make(request.user, found.images, found.origin, form.terms(timezone.now()))
        address = settings.PUBLIC_URL.rstrip("/") + reverse("guest", args=[secret])
        return render(request, "gallery/link_made.html", {"link": link, "address": address}, status=201)
    page = {
        "form": form,
        "chosen": found,
        "refused_text": refused(found.refused),
        "may": form["may"].value() or (),
        "shows": form["shows"].value() or (),
    }
    return render(request, "gallery/link_new.html", page, status=422 if making else 200)


@require_safe
def links_page(request: MemberRequest) -> HttpResponse:
    """Draw the links that the member looks after."""
    return render(request, "gallery/links.html", linkpages.listed(request.user))


@require_safe
def link_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Draw one link, and what guests did with each of its pictures."""
    link = linkpages.link_for(request.user, pk)
    return render(request, "gallery/link.html", linkpages.page(link) | {"member": request.user})


@require_POST
def revoke_link(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Close a link for good."""
    link = linkpages.link_for(request.user, pk)
    closed = guestlinks.revoke(link, request.user)
    messages.success(
        request, f"“{link.title}” opens for nobody any more." if closed else "It was closed already."
    )
    return redirect("guest_link", link.pk)
