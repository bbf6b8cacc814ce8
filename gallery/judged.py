"""What was judged so far, of many images at once: stars and statuses. Reads; one query each."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg, Count, Max, Q

from gallery.models import Rating, Review, Status
from studio.accounts.models import Member
from studio.generation import many


def means(ids: Collection[int]) -> dict[int, tuple[float, int]]:
    """Return the mean and the number of ratings of some images, those without left out."""
    rows = (
        Rating.objects.filter(image__in=many.among(ids))
        .values("image")
        .annotate(mean=Avg("stars"), count=Count("pk"))
    )
    return {row["image"]: (row["mean"], row["count"]) for row in rows}


def raters(ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the hex ids of those who rated some images, those without left out."""
    found: dict[int, tuple[str, ...]] = {}
    rows = Rating.objects.filter(image__in=many.among(ids)).order_by("pk")
    for image, member in rows.values_list("image", "member"):
        found[image] = (*found.get(image, ()), member.hex)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """The stars of an image: a member's own (0 for none), the mean, how many gave some."""

    mine: int = 0
    mean: float | None = None
    count: int = 0


def stars(member: Member, ids: Collection[int]) -> dict[int, Stars]:
    """Return the stars of some images as a member sees them, those without left out."""
    rows = Rating.objects.filter(image__in=many.among(ids)).values("image")
    rows = rows.annotate(
        own=Max("stars", filter=Q(member=member)), mean=Avg("stars"), count=Count("pk")
    ).order_by()
    return {row["image"]: Stars(mine=row["own"] or 0, mean=row["mean"], count=row["count"]) for row in rows}


def statuses(ids: Collection[int]) -> dict[int, str]:
    """Return the status of some images, those that are open left out."""
    rows = Review.objects.filter(image__in=many.among(ids)).exclude(status=Status.OPEN)
    return dict(rows.values_list("image", "status"))


def of_run(run: UUID) -> dict[UUID, str]:
    """Return the statuses of a run's images by the ids of their jobs, those that are open left out."""
    rows = Review.objects.filter(image__job__run=run).exclude(status=Status.OPEN)
    return dict(rows.values_list("image__job", "status"))
