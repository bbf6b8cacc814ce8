"""What was judged so far, of many images at once: stars and statuses. Reads; one query each."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Max, Q, QuerySet

from gallery.models import Rating, Review, Status
from studio.accounts.models import Member
from studio.generation import many
from studio.prepared import Rows, number, uuid


def means(ids: Collection[int]) -> dict[int, tuple[float, int]]:
    """Return the mean and the number of ratings of some images, those without left out."""
    return {image: (mean, count) for image, mean, count in _MEANS(ids=ids)}


_MEANS = Rows(
    lambda: (
        Rating.objects.filter(image__in=many.given())
        .order_by()
        .values("image")
        .annotate(mean=Avg("stars"), count=Count("pk"))
        .values_list("image", "mean", "count")
    )
)


def raters(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the hex ids of those who rated some images, those without left out."""
    found: dict[int, tuple[str, ...]] = {}
    for image, member in _RATERS(ids=ids):
        found[image] = (*found.get(image, ()), member.hex)
    return found


_RATERS = Rows(
    lambda: Rating.objects.filter(image__in=many.given()).order_by("pk").values_list("image_id", "member_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """The stars of an image: a member's own (0 for none), the mean, how many gave some."""

    mine: int = 0
    mean: float | None = None
    count: int = 0


def stars(member: Member, ids: Collection[int]) -> dict[int, Stars]:
    """Return the stars of some images as a member sees them, those without left out."""
    if len(ids) == 1:
        rows = _OF_ONE(image=next(iter(ids)), me=member.pk)
    else:
        rows = list(_rated(Q(image__in=many.among(ids)), member.pk))
    return {image: Stars(mine=own or 0, mean=mean, count=count) for image, own, mean, count in rows}


def _rated(images: Q, member: Any) -> QuerySet[Rating, tuple[int, int | None, float, int]]:
    rows = Rating.objects.filter(images).order_by().values("image")
    rows = rows.annotate(own=Max("stars", filter=Q(member=member)), mean=Avg("stars"), count=Count("pk"))
    return rows.values_list("image", "own", "mean", "count")


_OF_ONE = Rows(lambda: _rated(Q(image=number("image")), uuid("me")))


def statuses(ids: Collection[int]) -> dict[int, str]:
    """Return the status of some images, those that are open left out."""
    return dict(_STATUSES(ids=ids))


_STATUSES = Rows(
    lambda: (
        Review.objects.filter(image__in=many.given())
        .exclude(status=Status.OPEN)
        .values_list("image_id", "status")
    )
)


def of_run(run: UUID) -> dict[UUID, str]:
    """Return the statuses of a run's images by the ids of their jobs, those that are open left out."""
    rows = Review.objects.filter(image__job__run=run).exclude(status=Status.OPEN)
    return dict(rows.values_list("image__job", "status"))
