"""A step to the next image on an open page of one, drawn as fast as it is looked past.

templates/gallery/step.html is drawn once for each shape that a step may have (whether there is an older
image, which figures are known) with marks in the places of what differs from image to image; a step is that
filled in, as the tiles of the wall are. Two queries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from gallery import family, search, shown
from gallery.filters import Filters
from gallery.fragment import NOBODY
from gallery.shown import Shown
from studio.accounts.models import Member
from studio.accounts.models.member import hue_of, initials_of

MOST_KEPT = 500  # shapes that a process keeps
MARK = re.compile(f"\x02([^\x03]+)\x03|{NOBODY}")
ID = "uuid"  # the name under which an image's id is filled in; in a mould nobody's stands for it
ALWAYS = ("title", "crumb", "alt", "original", "moment", "made", "back")
MAYBE = ("newer", "older", "run", "sent_as")  # what is told where there is any


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a step decides which parts it has."""

    there: tuple[str, ...]  # of MAYBE
    figures: tuple[str, ...]  # names of what is known of it
    larger: tuple[str, ...]
    ratio: str
    hue: int
    version: bool


def drawn(member: Member, uuid: UUID, filters: Filters) -> str:
    """Return the HTML of a step to an image that the member may see. Raises Http404."""
    one = shown.read(member, uuid)
    told = shown.first(member, one, filters, _beside(member, one.pk, filters))
    shape = Shape(
        there=tuple([name for name in MAYBE if told[name]]),
        figures=tuple([name for name, _ in told["params"]]),
        larger=tuple(told["larger"]),
        ratio=told["ratio"],
        hue=hue_of(one.member_id),
        version=told["version"],
    )
    mould = (_mould.__wrapped__ if settings.DEBUG else _mould)(shape, settings.ROOT_URLCONF)
    values = _values(one, told, shown.address(uuid, filters))
    return "".join([values[piece] if place else piece for place, piece in mould])


def _beside(member: Member, pk: int, filters: Filters) -> shown.Beside:
    """Return the images next to one in a search. One query, where a word is found as it was written."""
    asked = search.of(member, search.read(filters.said))
    found = asked.next_to(pk)
    return found if found is not None else family.beside(member, asked.neighbours(pk))


def _values(one: Shown, told: Mapping[str, Any], here: str) -> dict[str, str]:
    """Return what is put into the places of a mould, each of it ready HTML."""
    plain = {name: told[name] for name in (*ALWAYS, *MAYBE)}
    plain |= {f"figure {name}": value for name, value in told["params"]}
    name, email = one.member__name, one.member__email
    plain |= {"here": here, "prompt": one.prompt, "name": name, "initials": initials_of(name, email)}
    ready = {name: escape(text) for name, text in plain.items()}
    return ready | {"width": str(one.width), "height": str(one.height), ID: str(one.uuid)}


@lru_cache(maxsize=MOST_KEPT)
def _mould(shape: Shape, _addresses: str) -> tuple[tuple[bool, str], ...]:
    """Return the pieces of a step: ready HTML, and the names of the places between."""
    member = SimpleNamespace(name=_mark("name"), initials=_mark("initials"), hue=shape.hue)
    image = SimpleNamespace(
        uuid=NOBODY, prompt=_mark("prompt"), width=_mark("width"), height=_mark("height"), member=member
    )
    told = {name: _mark(name) for name in (*ALWAYS, *shape.there, "here")} | {
        "image": image,
        "ratio": shape.ratio,
        "larger": shape.larger,
        "version": shape.version,
        "params": [(name, _mark(f"figure {name}")) for name in shape.figures],
    }
    return tuple(_pieces(render_to_string("gallery/step.html", told)))


def _mark(name: str) -> str:
    return f"\x02{name}\x03"


def _pieces(html: str) -> list[tuple[bool, str]]:
    pieces, start = [], 0
    for mark in MARK.finditer(html):
        pieces += [(False, html[start : mark.start()]), (True, mark[1] or ID)]
        start = mark.end()
    return [*pieces, (False, html[start:])]
