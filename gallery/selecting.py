"""The bar of what is selected and the boards beside the wall put together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any
from uuid import UUID

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from gallery import beside, boards, queries, returning, search, searches, shelving
from gallery.beside import Beside, Told
from gallery.boards import Shelf
from gallery.bulk import Done
from gallery.filters import Filters, read
from gallery.known import Known
from gallery.models import Board, Deed
from studio.accounts.http import MemberRequest
from studio.accounts.models import Member
from studio.generation import many

PLACES = ("token", "query", "here", "upto", "said", "options", "board")
PLACE = re.compile(f"~({'|'.join(PLACES)})~")
MOST_DRAWN = 500  # tiles of an open page that an answer takes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What the member did a short while ago, and where it is taken back."""

    sentence: str
    undo: str


def bar(request: MemberRequest, filters: Filters, known: Known, said: str) -> dict[str, Any]:
    """Return what the gallery's page reads of this; said: how many match, in words. One query."""
    here = request.get_full_path()
    found = beside.read(request.user)
    shelved = _shelved(found.rows, _counted(known))
    filled = {
        "token": get_token(request),
        "query": escape(filters.query),
        "here": escape(here),
        "upto": f"{timezone.now().timestamp():.6f}",
        "said": escape(said),
        "options": shelved.options,
        "board": _while_open(_open(shelved.shelves, filters), filters),
    }
    return _drawn(found, shelved, filters, here) | {"selection": _filled(filled)}


def done(request: MemberRequest, did: Done, undo: str) -> dict[str, Any]:
    """Return what templates/gallery/bulk_done.html reads: a toast, the tiles that are gone, the boards."""
    told = said(request, did.sentence, "success" if did.deed else "warning")
    gone = _gone(request.user, did.deed, read(request.GET)) if did.deed else []
    return told | {"undo": undo, "gone": gone}


def said(request: MemberRequest, sentence: str, level: str = "success") -> dict[str, Any]:
    """Return what the same template reads where no image was touched: a toast, and the boards as they are."""
    filters, found = read(request.GET), beside.read(request.user)
    shelved = _shelved(found.rows, _counted(Known(request.user)))
    told = {"say": sentence, "level": level, "undo": "", "gone": []}
    return told | _drawn(found, shelved, filters, returning.way(request))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """Boards with how many images a member finds on each, and what is drawn of them."""

    shelves: tuple[Shelf, ...]
    options: str
    links: str  # while none of them is open


def _counted(known: Known) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(known.kind("b").items()))


@lru_cache(maxsize=50)  # what these values are drawn as is the same for everybody
def _shelved(rows: tuple[Told, ...], counts: tuple[tuple[str, int], ...]) -> Shelved:
    shelves = tuple(boards.arranged(beside.boards_of(rows), dict(counts)))
    return Shelved(
        shelves=shelves, options=shelving.options(shelves), links=shelving.boards(shelves, current=None)
    )


def _drawn(found: Beside, shelved: Shelved, filters: Filters, here: str) -> dict[str, Any]:
    asked, opened = searches.cleaned(filters.query), _open(shelved.shelves, filters)
    links = shelving.boards(shelved.shelves, opened) if opened else shelved.links
    return {
        "boards": mark_safe(links),  # noqa: S308 - escaped there
        "searches": mark_safe(shelving.searches(found.searches, asked)),  # noqa: S308
        "asked_for": asked,
        "here": here,
        "last": Last(undo=reverse("deed_undo", args=[found.last[0]]), sentence=found.last[1])
        if found.last
        else None,
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
