"""The bar of what is selected and the boards beside the wall put together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from gallery import boards, deeds, queries, returning, search, searches, shelving
from gallery.boards import Shelf
from gallery.bulk import Done
from gallery.filters import Filters, read
from gallery.models import Board, Deed
from gallery.search import MORE_THAN, Search
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import many

PLACES = ("token", "query", "here", "newest", "said", "options", "board")
PLACE = re.compile(f"~({'|'.join(PLACES)})~")
MOST_DRAWN = 500  # tiles of an open page that an answer takes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What the member did a short while ago, and where it is taken back."""

    sentence: str
    undo: str


def bar(request: MemberRequest, filters: Filters, asked: Search | None = None) -> dict[str, Any]:
    """Return what the gallery's page reads of this. A constant number of queries."""
    member, here = request.user, request.get_full_path()
    asked = asked or search.of(member, search.read(filters.said))
    shelves = boards.shelves(member)
    count, newest = asked.count(), asked.ids(None, 1)
    filled = {
        "token": get_token(request),
        "query": escape(filters.query),
        "here": escape(here),
        "newest": str(newest[0] if newest else 0),
        "said": f"{MORE_THAN:,}+" if count >= MORE_THAN else f"{count:,}",
        "options": shelving.options(shelves),
        "board": _while_open(_open(shelves, filters), filters),
    }
    return _beside(member, filters, shelves, here) | {"selection": _filled(filled)}


def done(request: MemberRequest, did: Done, undo: str) -> dict[str, Any]:
    """Return what templates/gallery/bulk_done.html reads: a toast, the tiles that are gone, the boards."""
    filters = read(request.GET)
    told = {
        "say": did.sentence,
        "level": "success" if did.deed else "warning",
        "undo": undo,
        "gone": _gone(request.user, did.deed, filters) if did.deed else [],
    }
    return told | _beside(request.user, filters, boards.shelves(request.user), returning.way(request))


def _beside(member: Member, filters: Filters, shelves: Sequence[Shelf], here: str) -> dict[str, Any]:
    asked = searches.cleaned(filters.query)
    found = shelving.searches(searches.seen(member), member, asked)
    return {
        "boards": mark_safe(shelving.boards(shelves, _open(shelves, filters))),  # noqa: S308 - escaped there
        "searches": mark_safe(found),  # noqa: S308
        "asked_for": asked,
        "here": here,
        "last": _last(deeds.last(member)),
    }


def _filled(values: Mapping[str, str]) -> SafeString:
    """Return the bar with these in their places, each ready HTML; in one pass: none fills another's place."""
    return mark_safe(PLACE.sub(lambda found: values[found[1]], _mould()))  # noqa: S308


@cache
def _mould() -> str:
    """Return the bar with its places open: a template takes many times as long as filling them."""
    return render_to_string("gallery/selection.html", {name: f"~{name}~" for name in PLACES})


def _while_open(board: Board | None, filters: Filters) -> str:
    if board is None:
        return ""
    return render_to_string("gallery/selection_board.html", {"board": board, "query": filters.query})


def _open(shelves: Sequence[Shelf], filters: Filters) -> Board | None:
    """Return the board that a search is narrowed to, None where it is none or several."""
    named = [field for field in search.read(filters.said).fields if field.name == "board" and not field.minus]
    if len(named) != 1 or len(named[0].values) != 1:
        return None
    value = named[0].values[0]
    there = [shelf.board for shelf in boards.flat(shelves)]
    found = [one for one in there if _is(one, value)]
    return found[0] if len(found) == 1 else None


def _is(board: Board, value: str) -> bool:
    return value.replace("-", "") == board.pk.hex or value.casefold() == board.name.casefold()


def _gone(member: Member, deed: Deed, filters: Filters) -> list[UUID]:
    """Return those of a deed's images that the search of the page finds no more. Two queries."""
    ids = deed.kept["ids"][:MOST_DRAWN]
    still = set(queries.found(member, filters).filter(pk__in=many.among(ids)).values_list("pk", flat=True))
    gone = [pk for pk in ids if pk not in still]
    return list(many.images(gone).values_list("uuid", flat=True)) if gone else []


def _last(deed: Deed | None) -> Last | None:
    return Last(sentence=deed.sentence, undo=returning.undo_of(deed)) if deed else None
