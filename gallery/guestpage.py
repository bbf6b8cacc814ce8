"""What a guest sees: the pictures of a link, one of them, and their own stars, picks and words (C18).

A guest is told no prompt, cost or name of the team's unless the link says so: what is not told does not
reach the template at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import FETCH_RAISE
from django.urls import reverse

from gallery import guestlinks, guestpass
from gallery.guestpass import Picture
from gallery.models import Guest, GuestComment, GuestItem, GuestLink, GuestMark, Naming
from studio.templatetags.look import credits_, ratio_class


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One picture as a guest sees it; what the link does not show is empty."""

    number: int
    width: int
    height: int
    ratio: str
    colour: str
    small: str
    srcset: str
    whole: str
    href: str
    prompt: str
    cost: str
    name: str
    stars: int
    picked: bool
    comments: tuple[GuestComment, ...]


def wall(link: GuestLink, secret: str, guest: Guest | None) -> dict[str, Any]:
    """Return what templates/guest/wall.html reads. Three queries for any number of pictures."""
    found = _items(link)
    marks, said = _marks(guest), _comments(link)
    shown = [_shown(link, secret, item, marks.get(item.pk), said.get(item.pk, ())) for item in found]
    return _common(link, secret, guest) | {"shown": shown, "picked": sum(one.picked for one in shown)}


def one(link: GuestLink, secret: str, guest: Guest | None, number: int) -> dict[str, Any] | None:
    """Return what templates/guest/one.html reads, None for a number that is not shown (any more)."""
    page = wall(link, secret, guest)
    shown: list[Shown] = page["shown"]
    place = next((place for place, one in enumerate(shown) if one.number == number), None)
    if place is None:
        return None
    beside = {
        "before": shown[place - 1].href if place else "",
        "after": shown[place + 1].href if place + 1 < len(shown) else "",
    }
    return page | beside | {"one": shown[place], "place": place + 1, "count": len(shown)}


def entrance(link: GuestLink, secret: str) -> dict[str, Any]:
    """Return what templates/guest/enter.html reads."""
    return _common(link, secret, None) | {
        "asks_password": bool(link.password),
        "asks_name": link.naming != Naming.NO,
        "name_needed": link.naming == Naming.MUST,
    }


def _common(link: GuestLink, secret: str, guest: Guest | None) -> dict[str, Any]:
    return {"link": link, "secret": secret, "guest": guest, "stars": range(1, 6)}


def _items(link: GuestLink) -> list[GuestItem]:
    rows = guestlinks.items(link).select_related("image__member")
    return list(rows.fetch_mode(FETCH_RAISE))


def _marks(guest: Guest | None) -> Mapping[int, GuestMark]:
    return {mark.item_id: mark for mark in GuestMark.objects.filter(guest=guest)} if guest else {}


def _comments(link: GuestLink) -> Mapping[int, tuple[GuestComment, ...]]:
    """Return what was said by the link's guests, by picture, in its order: guests read each other."""
    said: dict[int, tuple[GuestComment, ...]] = {}
    rows = GuestComment.objects.filter(guest__link=link).select_related("guest").order_by("pk")
    for comment in rows.fetch_mode(FETCH_RAISE):
        said[comment.item_id] = (*said.get(comment.item_id, ()), comment)
    return said


def _shown(
    link: GuestLink, secret: str, item: GuestItem, mark: GuestMark | None, said: tuple[GuestComment, ...]
) -> Shown:
    image, shows = item.image, guestlinks.shows(link)
    drawn = image.rendered_at is not None
    small = _picture(link, item, 512 if drawn else 0)
    return Shown(
        number=item.number,
        width=image.width,
        height=image.height,
        ratio=ratio_class(image.width, image.height),
        colour=image.colour,
        small=small,
        srcset=f"{_picture(link, item, 256)} 256w, {small} 512w" if drawn else "",
        whole=_picture(link, item, 0),
        href=reverse("guest_one", args=[secret, item.number]),
        prompt=image.prompt if shows.prompts else "",
        cost=credits_(image.cost) if shows.costs else "",
        name=image.member.name if shows.names else "",
        stars=(mark.stars or 0) if mark else 0,
        picked=mark.picked if mark else False,
        comments=said,
    )


def _picture(link: GuestLink, item: GuestItem, size: int) -> str:
    picture = Picture(link=link.pk, number=item.number, size=size)
    return reverse("guest_picture", args=[guestpass.address(picture)])
