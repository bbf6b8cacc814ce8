"""The door of the contact sheet: it reads, whichever way it is asked."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gallery import chosen, contact
from gallery.takingviews import either, refused
from studio.accounts.http import MemberRequest


@either
def sheet(request: MemberRequest) -> HttpResponse:
    """Draw the chosen images as a sheet for paper."""
    found = chosen.read(request, request.user)
    layout = contact.read(request.POST if request.method == "POST" else request.GET, found.title)
    page = contact.page(found, layout) | {
        "refused_text": refused(found.refused),
        "today": timezone.localdate(),
    }
    return render(request, "gallery/contact.html", page, status=422 if found.problem else 200)
