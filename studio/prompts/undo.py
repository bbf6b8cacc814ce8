"""A way back that is offered once, on the next page; kept in the session, so that it needs no script."""

from django.http import HttpRequest
from django.urls import reverse

from studio.prompts.models import Kept

KEY = "library.undo"


def offer(request: HttpRequest, kind: str, row: Kept) -> None:
    """Have the next page of the library say that something was deleted, with a button that takes it back."""
    url = reverse("library_restore", args=[kind, row.pk])
    request.session[KEY] = {"text": f"“{str(row)[:80]}” is deleted.", "url": url}


def offered(request: HttpRequest) -> dict[str, str] | None:
    """Return what was offered, once."""
    found: dict[str, str] | None = request.session.pop(KEY, None) if KEY in request.session else None
    return found
