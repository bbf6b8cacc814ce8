"""The gallery page put together: days with their tiles, the sides, the next page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gallery import queries
from gallery.filters import Filters
from studio.accounts.models import Member
from studio.generation.tiles import Tile, tile_of_image


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the gallery; its heading is empty where the page before already showed it."""

    heading: str
    tiles: tuple[Tile, ...]
    makers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A place of the side: where it leads, and whether it is where one is."""

    name: str
    icon: str
    href: str
    current: bool


def page(member: Member, filters: Filters, before: int | None, shown_day: str = "") -> dict[str, Any]:
    """Return what templates/gallery/gallery.html reads; `shown_day` is the last day already headed."""
    wall = queries.wall(member, filters, before)
    days = queries.by_day(wall.images)
    last = days[-1][0].isoformat() if days else shown_day
    next_query = filters.with_query(before=wall.following, day=last) if wall.following else ""
    return {
        "filters": filters,
        "days": [_day(day, images, filters, shown_day) for day, images in days],
        "count": len(wall.images),
        "first": before is None,
        "next_url": f"{reverse('gallery')}{next_query}" if next_query else "",
    }


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


def _day(day: date, images: list[Any], filters: Filters, shown_day: str) -> Day:
    return Day(
        heading="" if day.isoformat() == shown_day else _heading(day),
        tiles=tuple(
            tile_of_image(
                image,
                title=image.prompt[:80],
                meta=f"{image.member}, {image.cost} credits" if image.cost is not None else str(image.member),
                query=filters.query,
                plate=False,
            )
            for image in images
        ),
        makers=len({image.member_id for image in images}),
    )


def _heading(day: date) -> str:
    days = (timezone.localdate() - day).days
    names = {0: "Today", 1: "Yesterday"}
    return names.get(days) or date_format(day, "l j F" if days < 300 else "j F Y")
