"""The gallery page put together: days with their tiles, the sides, what is asked for, the next page.

The tiles are kept with their cards and joined here, and the sides are written here too: a template takes
forty times as long for the same page (docs/gallery.md). All that is not ours is escaped where it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from gallery import fragment, marks, queries, search, sides
from gallery.filters import Filters
from gallery.known import Known
from gallery.marked import Marker
from gallery.rows import Row
from gallery.search import Search
from studio.accounts.fields import position
from studio.generation.access import visible_images
from studio.templatetags.look import icon

TICK = '" aria-label="Select: '  # behind the id in a tile's tick: a folded run's stands for all of it
EAGER = 6  # tiles that are in sight at once
NEWER = 20  # images above the one that a page is drawn around


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the wall one is: after an id, or around an image; whether runs are folded, if it says so.

    `shown_day` (such as 2026-03-29) is the last day that the page this one is added to has headed.
    """

    before: int | None = None
    around: UUID | None = None
    stacked: bool | None = None
    shown_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What the tiles of a page share."""

    asked: str  # the end of the address that their own pages go on in, escaped
    names: Mapping[str, str]
    marker: Marker | None
    stacks: Mapping[int, int]
    eager: frozenset[int]


def read_place(asked: Mapping[str, str]) -> Place:
    """Return the place that an address names; what makes no sense in it is as if it was not there."""
    try:
        around = UUID(asked.get("around", ""))
    except ValueError:
        around = None
    return Place(
        before=position(asked.get("before", "")),
        around=around,
        stacked={"1": True, "0": False}.get(asked.get("stacks", "")),
        shown_day=asked.get("day", ""),
    )


def page(known: Known, filters: Filters, place: Place) -> dict[str, Any]:
    """Return what templates/gallery/gallery.html reads of the images."""
    asked = search.of(known.member, search.read(filters.said), known)
    before = _around(asked, place.around) if place.around else place.before
    stacked = known.stacked if place.stacked is None else place.stacked
    stacked = stacked and all(field.name != "run" for field in asked.query.fields)
    wall = queries.wall(known.member, filters, before, asked=asked, stacked=stacked)
    if before is None and wall.images:
        asked.first = wall.images[0].pk
    placed = _placed(known, asked, filters, wall, eager=before is None)
    days = queries.by_day(wall.images)
    return {
        "filters": filters,
        "asked": asked,
        "stacked": stacked,
        "paged": known.paged,
        "grid": _grid(days, placed, place.shown_day),
        "count": len(wall.images),
        "newest": "" if before is None else reverse("gallery") + filters.query,
        "next_url": _next(wall, days[-1][0], filters, place) if wall.following and days else "",
    }


def _around(asked: Search, uuid: UUID) -> int | None:
    """Return where a page begins that holds an image, with some newer ones; None for the first page."""
    pk = visible_images(asked.member).filter(uuid=uuid).values_list("pk", flat=True).first()
    newer = asked.newer(pk, NEWER) if pk else []
    return newer[-1] + 1 if len(newer) == NEWER else None


def frame(known: Known, asked: Search) -> dict[str, Any]:
    """Return what the template reads beside the images."""
    return {
        "sides": sides.places(known, asked.query),
        "chips": sides.chips(asked.query, known, asked.problems),
        "total": total(asked),
        "form": fragment.FORM,
    }


def total(asked: Search) -> str:
    """Return how many there are in words: an exact count of what is kept, else up to “1,000+”."""
    found = asked.count()
    more = "+" if not asked.everything and found == search.MORE_THAN else ""
    return f"{found:,}{more} image{'' if found == 1 else 's'}"


def anew(some: list[Row], known: Known, asked: Search, filters: Filters, page: queries.Wall) -> SafeString:
    """Return the tiles of cards that changed, each to take its own place on an open page."""
    placed = _placed(known, asked, filters, page, eager=False)
    told = (_tile(row, placed).partition(">")[2].removesuffix("</li>") for row in some)
    marked = (tile.replace("<article ", '<article hx-swap-oob="outerHTML" ', 1) for tile in told)
    return mark_safe(fragment.joined(marked))  # noqa: S308


def fresh(
    some: list[Row], known: Known, asked: Search, filters: Filters, page: queries.Wall, today: date
) -> SafeString:
    """Return the tiles of today's new images, to come first of their day on an open page."""
    placed = _placed(known, asked, filters, page, eager=False)
    tiles = fragment.joined(_tile(row, placed) for row in some if row.day == today)
    return mark_safe(tiles)  # noqa: S308


def _placed(known: Known, asked: Search, filters: Filters, wall: queries.Wall, *, eager: bool) -> Placed:
    words = asked.query.wanted and asked.step != "letters"
    return Placed(
        asked=escape(filters.query),
        names=known.names,
        marker=Marker(asked.query, starts=asked.step == "starts") if words else None,
        stacks=wall.stacks,
        eager=frozenset(row.pk for row in wall.images[:EAGER]) if eager else frozenset(),
    )


def _next(wall: queries.Wall, last: date, filters: Filters, place: Place) -> str:
    more = {} if place.stacked is None else {"stacks": int(place.stacked)}
    return reverse("gallery") + filters.with_query(before=wall.following, day=last.isoformat(), **more)


def _grid(days: list[tuple[date, list[Row]]], placed: Placed, shown_day: str) -> SafeString:
    return mark_safe(fragment.joined(_day(day, images, placed, shown_day) for day, images in days))  # noqa: S308


def _day(day: date, images: list[Row], placed: Placed, shown_day: str) -> str:
    """Return a day; without a heading it goes on with the day of that id on the page before."""
    name = f"day-{day.isoformat()}"
    tiles = "".join(_tile(image, placed) for image in images)
    if day.isoformat() == shown_day:
        return f'<ul class="justified" role="list" hx-swap-oob="beforeend:#{name}">{tiles}</ul>'
    return (
        f'<h2 class="daymark" id="{name}-h">{_heading(day)}</h2>'
        f'<ul class="justified" role="list" id="{name}" aria-labelledby="{name}-h">{tiles}</ul>'
    )


def _tile(row: Row, placed: Placed) -> str:
    marked = marks.drawn(row.stars, kept=row.kept)
    count = placed.stacks.get(row.pk, 1)
    if count > 1:
        marked += _stack(row, count)
    html = fragment.placed(
        row.html,
        by=placed.names.get(row.maker, ""),
        marks=marked,
        asked=placed.asked,
        eager=row.pk in placed.eager,
    )
    if count > 1:
        html = html.replace(TICK, f'*{count}" aria-label="Select all {count} of this run: ', 1)
    return fragment.titled(html, placed.marker, row.prompt) if placed.marker else html


def _stack(row: Row, count: int) -> str:
    href = f"{reverse('gallery')}?q=run%3A{row.run}&amp;stacks=0"
    return (
        f'<a class="plate plate--stack" href="{href}">{icon("layers")}{count}'
        f'<span class="sr"> images of this run: show all</span></a>'
    )


def _heading(day: date) -> str:
    return _named(day, timezone.localdate())


@cache
def _named(day: date, today: date) -> str:
    days = (today - day).days
    names = {0: "Today", 1: "Yesterday"}
    return names.get(days) or date_format(day, "l j F" if days < 300 else "j F Y")
