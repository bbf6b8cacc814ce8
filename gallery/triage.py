"""Judging image after image: the one that is looked at, and the deck of those that come next (C15).

The address is a search, as the gallery's is, and the image that is looked at. Reads; changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.urls import reverse

from gallery import deciding, query, search, standing
from gallery.filters import Filters, read
from gallery.models import Decision
from gallery.search import Search
from gallery.standing import Standing
from gallery.typed import Typed
from studio.accounts.models import Member
from studio.generation.access import image_for, visible_images
from studio.generation.models import Image
from studio.generation.tiles import ALT_CHARACTERS
from studio.templatetags.look import ratio_class

DECK = 10  # images that are brought at once: enough for some seconds of quick keys
VIEWS = (
    ("", "All"),
    ("status:proposed", "Proposed"),
    ("status:open", "Open"),
    ("-is:rated-by-me", "Not rated by me"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """An image with all that is needed to judge it. `onward`: where a plain form leads after a decision."""

    image: Image
    standing: Standing
    ratio: str
    alt: str
    here: str
    onward: str


def page(member: Member, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return what templates/gallery/triage.html reads. Raises Http404 for an image not theirs to see."""
    filters, at = read(asked), _uuid(asked.get("at", ""))
    found = _search(member, filters)
    image = image_for(member, at) if at else _first(member, found)
    context = {
        "filters": filters,
        "problems": found.problems,
        "back": reverse("gallery") + filters.query,
        "views": [_view(filters, words, name) for words, name in VIEWS],
        "typed": Typed(),
        "done": _done(member, asked),
    }
    return context | (_looked_at(found, filters, image) if image is not None else {"judge": None})


def deck(member: Member, asked: Mapping[str, str], after: int) -> dict[str, Any]:
    """Return what templates/gallery/deck.html reads: the images after one, and where it goes on."""
    filters = read(asked)
    ids = _search(member, filters).ids(after, DECK + 1)
    found = _images(member, ids)
    shown = found[:DECK]
    stands = standing.of(member, shown)
    next_one = {one.pk: other.uuid for one, other in pairwise(found)}
    return {
        "judges": [_judge(filters, one, stands[one.pk], next_one.get(one.pk, one.uuid)) for one in shown],
        "more": _deck(filters, shown[-1].pk) if len(ids) > DECK and shown else "",
        "typed": Typed(),
    }


def _search(member: Member, filters: Filters) -> Search:
    return search.of(member, query.read(filters.said))


def _first(member: Member, found: Search) -> Image | None:
    return next(iter(_images(member, found.ids(None, 1))), None)


def _images(member: Member, ids: Sequence[int]) -> list[Image]:
    """Return images in the order of their ids, those that are gone meanwhile left out. One query."""
    seen = visible_images(member).select_related("member").filter(pk__in=ids)
    by_id = {image.pk: image for image in seen.fetch_mode(models.FETCH_RAISE)}
    return [by_id[pk] for pk in ids if pk in by_id]


def _looked_at(found: Search, filters: Filters, image: Image) -> dict[str, Any]:
    beside = found.neighbours(image.pk)
    ids = [pk for pk in (beside.newer, beside.older) if pk is not None]
    uuids = {one.pk: one.uuid for one in _images(found.member, ids)}
    newer, older = uuids.get(beside.newer or 0), uuids.get(beside.older or 0)
    return {
        "judge": _judge(filters, image, standing.one(found.member, image), older or image.uuid),
        "newer": _here(filters, newer) if newer else "",
        "older": _here(filters, older) if older else "",
        "more": _deck(filters, image.pk) if older else "",
    }


def _judge(filters: Filters, image: Image, stands: Standing, following: UUID) -> Judge:
    return Judge(
        image=image,
        standing=stands,
        ratio=ratio_class(image.width, image.height),
        alt=image.prompt[:ALT_CHARACTERS],
        here=_here(filters, image.uuid),
        onward=f"{_here(filters, following)}&done={image.uuid}",
    )


def _done(member: Member, asked: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the member's decision about the image before, which a plain form may take back."""
    uuid = _uuid(asked.get("done", ""))
    if uuid is None:
        return None
    image = image_for(member, uuid)
    last = Decision.objects.filter(image=image).select_related("member").order_by("-number").first()
    if last is None or last.member_id != member.pk:
        return None
    return {"image": image, "number": last.number, "said": deciding.said(last)}


def _view(filters: Filters, words: str, name: str) -> dict[str, Any]:
    href = reverse("review") + (f"?{urlencode({'q': words})}" if words else "")
    return {"text": name, "href": href, "current": filters.said == words}


def _here(filters: Filters, uuid: UUID) -> str:
    return reverse("review") + filters.with_query(at=uuid)


def _deck(filters: Filters, after: int) -> str:
    return reverse("review_deck") + filters.with_query(after=after)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
