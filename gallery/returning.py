"""The way back from a plain form: the page it was sent from, with a sentence, and Undo where there is one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gallery.models import Deed

LONGEST = 2000  # characters of an address


def way(request: HttpRequest, otherwise: str = "gallery") -> str:
    """Return where a form came from, if that is a place of this studio; else the page of that name."""
    asked = request.POST.get("next", "")
    local = asked.startswith("/") and len(asked) <= LONGEST
    if local and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse(otherwise)


def back(
    request: HttpRequest, sentence: str, *, otherwise: str = "gallery", undo: str = "", refused: bool = False
) -> HttpResponse:
    """Go back, and say there what was done; `undo` is the address of the POST that takes it back.

    Two posts of one form say it twice: the second did nothing more.
    """
    level = messages.WARNING if refused else messages.SUCCESS
    messages.add_message(request, level, sentence, extra_tags=undo)
    return redirect(way(request, otherwise))


def undo_of(deed: Deed | None) -> str:
    """Return where a deed is taken back, "" where there is none or nothing was done."""
    return reverse("deed_undo", args=[deed.pk]) if deed is not None and deed.done else ""
