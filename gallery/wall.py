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
from studio.accounts.models import Member
from studio.templatetags.look import icon

EAGER = 6  # tiles that are in sight at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What the tiles of a page share."""

    asked: str  # the end of the address that their own pages go on in, escaped
    names: Mapping[str, str]
    marks: Mapping[int, str]
    marker: Marker | None
    stacks: Mapping[int, int]
    eager: frozenset[int]


def page(
    member: Member,
    filters: Filters,
    before: int | None,
    *,
    shown_day: str = "",
    stacked: bool = False,
    known: Known | None = None,
) -> dict[str, Any]:
    """Return what templates/gallery/gallery.html reads of the images.

    `shown_day` (such as 2026-03-29) is the last day that the page this one is added to has headed.
    """
    known = known or Known(member)
    asked = search.of(member, search.read(filters.said), known)
    wall = queries.wall(member, filters, before, asked=asked, stacked=stacked)
    placed = _placed(known, asked, filters, wall, eager=before is None)
    days = queries.by_day(wall.images)
    return {
        "filters": filters,
        "asked": asked,
        "grid": _grid(days, placed, shown_day),
        "count": len(wall.images),
        "newest": "" if before is None else reverse("gallery") + filters.query,
        "next_url": _next(wall, days[-1][0], filters) if wall.following and days else "",
    }


def frame(member: Member, filters: Filters, known: Known, asked: Search) -> dict[str, Any]:
    """Return what the template reads beside the images."""
    return {
        "sides": sides.places(known, filters, asked.query),
        "chips": sides.chips(asked.query, known),
        "total": total(asked),
        "form": fragment.FORM,
    }


def total(asked: Search) -> str:
    """Return how many there are in words: an exact count of what is kept, else up to “1,000+”."""
    found = asked.count()
    more = "+" if not asked.everything and found == search.MORE_THAN else ""
    return f"{found:,}{more} image{'' if found == 1 else 's'}"


def _placed(known: Known, asked: Search, filters: Filters, wall: queries.Wall, *, eager: bool) -> Placed:
    words = asked.query.wanted and asked.step != "letters"
    return Placed(
        asked=escape(filters.query),
        names=known.names,
        marks=marks.of(known.member, [row.pk for row in wall.images]),
        marker=Marker(asked.query, starts=asked.step == "starts") if words else None,
        stacks=wall.stacks,
        eager=frozenset(row.pk for row in wall.images[:EAGER]) if eager else frozenset(),
    )


def _next(wall: queries.Wall, last: date, filters: Filters) -> str:
    return reverse("gallery") + filters.with_query(before=wall.following, day=last.isoformat())


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
    marked = placed.marks.get(row.pk, "")
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
