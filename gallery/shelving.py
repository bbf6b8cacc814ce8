"""The boards and saved searches beside the wall, and the choice of a board, as HTML.

Written by hand for the wall's sake, as its tiles are (gallery.sides); all that is not ours is escaped.
"""

from collections.abc import Sequence
from functools import cache
from html import escape
from uuid import UUID

from django.urls import reverse

from gallery.beside import Smart
from gallery.boards import Shelf
from gallery.models import Board
from studio.templatetags.look import icon, number

NOBODY = UUID(int=0)
HERE = ' aria-current="page"'


def boards(shelves: Sequence[Shelf], current: Board | None) -> str:
    """Return the boards with how many images the member finds on each; a tile may be dragged onto one.

    Each says who made it: whose they are, may put them in order (static/js/board-order.js). The same for all.
    """
    return "".join(
        _board(shelf, current, "folder" if shelf.boards else "layout-grid", "")
        + "".join(_board(one, current, "layout-grid", " side__item--in") for one in shelf.boards)
        for shelf in shelves
    )


def searches(found: Sequence[Smart], asked: str) -> str:
    """Return the saved searches: the member's own, and those that others share."""
    if not found:
        return ""
    return '<div class="side__h"><h2>Searches</h2></div>' + "".join(_search(one, asked) for one in found)


def options(shelves: Sequence[Shelf]) -> str:
    """Return the options of a select: folders, each before what it holds."""
    return "".join(
        _option(shelf.board, shelf.board.name)
        + "".join(_option(one.board, f"{shelf.board.name} / {one.board.name}") for one in shelf.boards)
        for shelf in shelves
    )


def _board(shelf: Shelf, current: Board | None, drawn: str, css: str) -> str:
    pk, name = shelf.board.pk, escape(shelf.board.name)
    here = HERE if shelf.board == current else ""
    by = shelf.board.by_id
    return (
        f'<a class="side__item{css}" href="{_way()}{pk}" data-board="{pk}" data-by="{by}"{here}>'
        f'{icon(drawn)}<span>{name}</span><span class="num">{number(shelf.count)}</span></a>'
    )


@cache
def _way() -> str:
    """Return how the addresses of boards begin; a look-up each is dear where there are many."""
    return reverse("board", args=[NOBODY]).removesuffix(str(NOBODY))


def _search(one: Smart, asked: str) -> str:
    of = f' <span class="faint">of {escape(one.of)}</span>' if one.of else ""
    here = HERE if one.query == asked else ""
    return (
        f'<a class="side__item" href="{reverse("gallery")}?{escape(one.query)}"{here}>{icon("list-filter")}'
        f"<span>{escape(one.name)}{of}</span></a>"
    )


def _option(board: Board, name: str) -> str:
    return f'<option value="{board.pk}">{escape(name)}</option>'
