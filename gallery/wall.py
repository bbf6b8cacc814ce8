"""The gallery page put together: days with their tiles, the sides, the next page."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gallery import queries
from gallery.filters import Filters
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility
from studio.generation.tiles import Tile, tile_of_image
from studio.templatetags.look import credits_


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the gallery; without a heading it goes on with the day of that id on the page before."""

    id: str
    heading: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A place of the side: where it leads, and whether it is where one is."""

    name: str
    icon: str
    href: str
    current: bool


def page(member: Member, filters: Filters, before: int | None, shown_day: str = "") -> dict[str, Any]:
    """Return what templates/gallery/gallery.html reads.

    `shown_day` (such as 2026-03-29) is the last day that the page this one is added to has headed.
    """
    wall = queries.wall(member, filters, before)
    days = queries.by_day(wall.images)
    return {
        "filters": filters,
        "days": [_day(day, images, filters, shown_day) for day, images in days],
        "count": len(wall.images),
        "newest": "" if before is None else reverse("gallery") + filters.query,
        "next_url": _next(wall, days[-1][0], filters) if wall.following else "",
    }


def _next(wall: queries.Wall, last: date, filters: Filters) -> str:
    return reverse("gallery") + filters.with_query(before=wall.following, day=last.isoformat())


def sides(member: Member, filters: Filters) -> dict[str, Any]:
    """Return the places and members of the side."""
    everything = not (filters.member or filters.mine or filters.private)
    views = [
        _view("All images", "images", filters.only(), current=everything),
        _view("Mine", "user", filters.only(mine=True), current=filters.mine),
        _view("Only me", "lock", filters.only(private=True), current=filters.private),
    ]
    members = [
        (one, reverse("gallery") + filters.only(member=one.pk).query, one.pk == filters.member)
        for one in queries.makers(member)
    ]
    return {"views": views, "members": members}


def _view(name: str, icon: str, filters: Filters, *, current: bool) -> View:
    return View(name=name, icon=icon, href=reverse("gallery") + filters.query, current=current)


def _day(day: date, images: list[Image], filters: Filters, shown_day: str) -> Day:
    return Day(
        id=f"day-{day.isoformat()}",
        heading="" if day.isoformat() == shown_day else _heading(day),
        tiles=tuple(_tile(image, filters) for image in images),
    )


def _tile(image: Image, filters: Filters) -> Tile:
    cost = f", {credits_(image.cost)}" if image.cost is not None else ""
    tile = tile_of_image(
        image, title=image.prompt[:80], meta=f"{image.member}{cost}", query=filters.query, plate=False
    )
    return replace(tile, badge="private") if image.visibility == Visibility.PRIVATE else tile


def _heading(day: date) -> str:
    days = (timezone.localdate() - day).days
    names = {0: "Today", 1: "Yesterday"}
    return names.get(days) or date_format(day, "l j F" if days < 300 else "j F Y")
