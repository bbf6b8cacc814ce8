"""The bar of what is selected put together: how many match, where images may go, what was done last."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from gallery import boards, deeds, queries, returning, searches
from gallery.bulk import Done
from gallery.filters import Filters, read
from gallery.models import Deed
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import many

MOST_DRAWN = 500  # tiles of an open page that an answer takes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What the member did a short while ago, and where it is taken back."""

    sentence: str
    undo: str


def bar(member: Member, request: HttpRequest) -> dict[str, Any]:
    """Return what templates/gallery/selection.html and sideboards.html read. Five queries."""
    shelves = boards.shelves(member)
    return {
        "shelves": shelves,
        "boards_flat": boards.flat(shelves),
        "searches": searches.seen(member),
        "here": request.get_full_path(),
        "last": _last(deeds.last(member)),
    }


def done(request: MemberRequest, did: Done, undo: str) -> dict[str, Any]:
    """Return what templates/gallery/bulk_done.html reads: a toast, the tiles that are gone, the boards."""
    shelves = boards.shelves(request.user)
    return {
        "say": did.sentence,
        "level": "success" if did.deed else "warning",
        "undo": undo,
        "gone": _gone(request.user, did.deed, read(request.GET)) if did.deed else [],
        "shelves": shelves,
        "drawn": True,
    }


def _gone(member: Member, deed: Deed, filters: Filters) -> list[UUID]:
    """Return those of a deed's images that the search of the page finds no more. Two queries."""
    ids = deed.kept["ids"][:MOST_DRAWN]
    still = set(queries.found(member, filters).filter(pk__in=many.among(ids)).values_list("pk", flat=True))
    gone = [pk for pk in ids if pk not in still]
    return list(many.images(gone).values_list("uuid", flat=True)) if gone else []


def _last(deed: Deed | None) -> Last | None:
    return Last(sentence=deed.sentence, undo=returning.undo_of(deed)) if deed else None
