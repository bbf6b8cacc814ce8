"""Pages drawn from a mould: what of a template is the same for everybody is drawn once a process.

A template marks with `{% slot %}…{% endslot %}` what differs from one answer to another. Its mould is the
page with those places left open; an answer draws them alone, from its own context, and puts them in. Outside
of a slot a template sees nothing of a request but the page's name and whether an admin looks, so nothing of
one member can stand in another's page. Where a page is drawn as usual, a slot is what it holds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django import shortcuts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import Context, NodeList
from django.template.context import make_context
from django.template.loader import get_template
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext
from django.utils.safestring import SafeString

MOST_KEPT = 100  # moulds that a process keeps
OPEN = "moulded"  # the name under which a mould that is made gathers its slots
TOKEN = "\x02token\x03"  # noqa: S105 - where the token of forms goes, which each answer has its own of
PLACE = re.compile("\x02(?:token|[0-9]+)\x03")


type Blocks = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Slot:
    """What is drawn for each answer: a piece of a template, and the blocks that it may stand among."""

    nodes: NodeList
    blocks: Blocks | None


type Piece = str | Slot | None
"""A piece of a mould: ready HTML, a slot, or None for the token of forms."""


def render(request: HttpRequest, name: str, given: dict[str, Any] | None = None) -> HttpResponse:
    """Answer with a template that knows slots, as `django.shortcuts.render` would."""
    if settings.DEBUG or not request.user.is_authenticated or request.resolver_match is None:
        return shortcuts.render(request, name, given)
    page, admin = str(request.resolver_match.url_name), bool(getattr(request.user, "is_admin", False))
    pieces = _mould(name, page, admin, settings.TEAM, settings.ROOT_URLCONF)
    return HttpResponse(_filled(name, pieces, make_context(given, request)))


def left_open(nodes: NodeList, context: Context) -> str | None:
    """Return the mark of a slot in a mould that is being made; None where a page is drawn as usual."""
    slots = context.get(OPEN)
    if slots is None:
        return None
    told: Any = context.render_context
    blocks = told.get(BLOCK_CONTEXT_KEY)
    kept = {one: tuple(found) for one, found in blocks.blocks.items()} if blocks is not None else None
    if slots and slots[-1].blocks == kept:
        kept = slots[-1].blocks  # then an answer copies them once for both
    slots.append(Slot(nodes, kept))
    return SafeString(f"\x02{len(slots) - 1}\x03")


def _filled(name: str, pieces: tuple[Piece, ...], context: Context) -> str:
    template = cast(Any, get_template(name)).template
    with context.render_context.push_state(template), context.bind_template(template):
        return "".join(_drawn(pieces, context))


def _drawn(pieces: tuple[Piece, ...], context: Context) -> Iterator[str]:
    """Yield a mould's pieces as this answer has them."""
    told: Any = context.render_context
    blocks: Blocks | None = None
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif piece is None:
            yield str(context["csrf_token"])
        else:
            if piece.blocks is not blocks:
                blocks = piece.blocks
                told[BLOCK_CONTEXT_KEY] = _copied(blocks)
            yield piece.nodes.render(context)


@lru_cache(maxsize=MOST_KEPT)
def _mould(name: str, page: str, admin: bool, team: str, _addresses: str) -> tuple[Piece, ...]:
    """Return a template's pieces, in their order."""
    slots: list[Slot] = []
    drawn = get_template(name).render(
        {
            OPEN: slots,
            "user": SimpleNamespace(is_authenticated=True, is_admin=admin),
            "request": SimpleNamespace(resolver_match=SimpleNamespace(url_name=page)),
            "team_name": team,
            "csrf_token": TOKEN,
        }
    )
    pieces: list[Piece] = []
    start = 0
    for mark in PLACE.finditer(drawn):
        pieces += [drawn[start : mark.start()], None if mark[0] == TOKEN else slots[int(mark[0][1:-1])]]
        start = mark.end()
    return tuple(one for one in (*pieces, drawn[start:]) if one != "")


def _copied(blocks: Blocks | None) -> BlockContext | None:
    """Return blocks for one answer: drawing one takes it off and puts it back."""
    if blocks is None:
        return None
    copied = BlockContext()
    copied.blocks.update((name, list(found)) for name, found in blocks.items())
    return copied
