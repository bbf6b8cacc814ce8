"""Deleting from the library and bringing back, for everything that it holds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studio.accounts.http import MemberRequest
from studio.prompts import keeping, undo
from studio.prompts.access import any_kept
from studio.prompts.keeping import WORDS
from studio.prompts.models import WordList
from studio.prompts.usage import uses_of


@require_safe
def library(_request: MemberRequest) -> HttpResponse:
    """Lead to the first shelf."""
    return redirect("library_prompts")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def delete(request: MemberRequest, kind: str, pk: UUID) -> HttpResponse:
    """Set something aside, with a way back; for a list in use, first say who uses it."""
    row = any_kept(kind, pk, deleted=request.method == "POST")
    uses = uses_of(row.name) if isinstance(row, WordList) else []
    if request.method != "POST" or (uses and "sure" not in request.POST):
        context = {"row": row, "kind": kind, "word": WORDS[type(row)], "uses": uses}
        return render(request, "prompts/delete.html", context)
    if keeping.delete(row, request.user):
        undo.offer(request, kind, row)
    return redirect(reverse(f"library_{kind}"))


@require_POST
def restore(request: MemberRequest, kind: str, pk: UUID) -> HttpResponse:
    """Bring something back."""
    row = any_kept(kind, pk, deleted=True)
    try:
        if keeping.restore(row, request.user):
            messages.success(request, f"“{row}” is back.")
    except keeping.NotKept as refusal:
        messages.error(request, refusal.sentence)
    return redirect(reverse(f"library_{kind}"))
