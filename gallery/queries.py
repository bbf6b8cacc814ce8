"""What the gallery reads: newest first, by keyset, and only what this member may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from gallery import search
from gallery.filters import Filters
from studio.accounts.models import Member
from studio.generation.models import Image, Visibility

PAGE = 40
OFFERED = 24  # images to choose from on the compare page; the rest is found by its words


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One page of the gallery: its images, and the id from which the next page goes on."""

    images: tuple[Image, ...]
    following: int | None


def found(member: Member, filters: Filters) -> QuerySet[Image]:
    """Return the images that a member may see and that the filter asks for, in no order."""
    return search.matching(member, search.read(filters.said))


def wall(member: Member, filters: Filters, before: int | None) -> Wall:
    """Return the page that begins after the image with the id `before`. One query, any depth."""
    images = found(member, filters).select_related("member")
    if before is not None:
        images = images.filter(pk__lt=before)
    rows = list(images.order_by("-pk")[: PAGE + 1].fetch_mode(models.FETCH_RAISE))
    more = len(rows) > PAGE
    return Wall(images=tuple(rows[:PAGE]), following=rows[PAGE - 1].pk if more else None)


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


def makers(member: Member) -> list[Member]:
    """Return the members who have images that this member may see, by name. One query."""
    images = Image.objects.filter(member=OuterRef("pk"))
    visible = Exists(images.filter(visibility=Visibility.TEAM)) | Q(Exists(images), pk=member.pk)
    return list(Member.objects.filter(visible).order_by("name", "email"))


def by_day(images: Sequence[Image]) -> list[tuple[date, list[Image]]]:
    """Return the images in the days they were made, in the team's time zone, order kept."""
    days: dict[date, list[Image]] = {}
    for image in images:
        days.setdefault(timezone.localdate(image.created_at), []).append(image)
    return list(days.items())
