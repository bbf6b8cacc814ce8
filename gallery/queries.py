"""What the gallery reads: newest first, by keyset, and only what this member may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db import models
from django.db.models import ExpressionWrapper, Q, QuerySet

from gallery import rows, search, stacks
from gallery.filters import Filters
from gallery.rows import Row
from gallery.search import Search
from studio.accounts.models import Member
from studio.generation.models import Image

PAGE = 50
OFFERED = 24  # images to choose from on the compare page; the rest is found by its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One page of the gallery: its cards, and the id from which the next page goes on.

    `stacks` tells how many images a card stands for, where runs are folded.
    """

    images: tuple[Row, ...]
    following: int | None
    stacks: Mapping[int, int] = MappingProxyType({})


def found(member: Member, filters: Filters) -> QuerySet[Image]:
    """Return the images that a member may see and that the filter asks for, in no order."""
    return search.matching(member, search.read(filters.said))


def wall(
    member: Member,
    filters: Filters,
    before: int | None,
    *,
    asked: Search | None = None,
    stacked: bool = False,
) -> Wall:
    """Return the page that begins after the image with the id `before`. Two queries at any depth.

    `asked` is the filter's search where it was read already; `stacked` folds the images of a run.
    """
    asked = asked or search.of(member, search.read(filters.said))
    if stacked:
        folded = stacks.page(asked, before, PAGE)
        shown, following, counts = list(folded.counts), folded.following, folded.counts
        return Wall(images=_seen(rows.read(member, shown)), following=following, stacks=counts)
    found = _at_once(asked, before)
    if found:
        asked.settle()
    else:
        found = rows.read(member, asked.ids(before, PAGE + 1))
    more = len(found) > PAGE
    return Wall(images=_seen(found[:PAGE]), following=found[PAGE - 1].pk if more else None)


def _at_once(asked: Search, before: int | None) -> list[Row]:
    """Return the cards by one statement, [] where that finds none or where it takes more."""
    selected = asked.sql(before, PAGE + 1)
    if selected is None:
        return []
    sql, values = selected
    return rows.among(asked.member, f"SELECT * FROM ({sql}) AS page", values)  # noqa: S608 - our own words


def _seen(found: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in found if row.seen)


def to_compare(member: Member, filters: Filters, chosen: Sequence[Image]) -> list[Image]:
    """Return what may be held against some images: first what their runs made besides, then the newest.

    One query; one more than is offered, so that it is known whether there are more.
    """
    images = found(member, filters).exclude(pk__in=[image.pk for image in chosen])
    beside = Q(job__run__in={image.job.run_id for image in chosen})
    images = images.annotate(beside=ExpressionWrapper(beside, models.BooleanField())) if chosen else images
    order = ("-beside", "-pk") if chosen else ("-pk",)
    return list(
        images.select_related("member").order_by(*order)[: OFFERED + 1].fetch_mode(models.FETCH_RAISE)
    )


def by_day(images: Sequence[Row]) -> list[tuple[date, list[Row]]]:
    """Return the cards in the days they were made, in the team's time zone, order kept."""
    days: dict[date, list[Row]] = {}
    for image in images:
        days.setdefault(image.day, []).append(image)
    return list(days.items())
