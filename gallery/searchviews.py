"""The doors of saved searches (C5)."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from gallery import access, returning, searches
from gallery.refusals import Refused
from studio.accounts.http import MemberRequest


@require_POST
def search_save(request: MemberRequest) -> HttpResponse:
    """Keep what is searched for under a name, for oneself or for the team to open."""
    asked = request.POST
    try:
        saved = searches.save(
            request.user, asked.get("name", ""), asked.get("query", ""), shared=asked.get("shared") == "1"
        )
    except Refused as refused:
        return returning.back(request, refused.sentence, refused=True)
    return returning.back(request, f"{saved.name} is saved.")


@require_POST
def search_change(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Give a search of one's own another name, and say whether others may open it."""
    search = access.search_to_change(request.user, pk)
    try:
        searches.change(search, request.POST.get("name", ""), shared=request.POST.get("shared") == "1")
    except Refused as refused:
        return returning.back(request, refused.sentence, otherwise="boards", refused=True)
    return returning.back(request, f"{search.name} is changed.", otherwise="boards")


@require_POST
def search_remove(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Forget a search of one's own; what it found stays where it is."""
    search = access.search_to_change(request.user, pk)
    search.delete()
    return returning.back(request, f"{search.name} is removed. The images it found stay.", otherwise="boards")
