"""What was judged so far, of many images at once: stars and statuses. Reads; one query each."""

from collections.abc import Collection

from django.db.models import Avg, Count

from gallery.models import Rating, Review, Status
from studio.accounts.models import Member


def mine(member: Member, ids: Collection[int]) -> dict[int, int]:
    """Return a member's own stars for some images, those without left out."""
    return dict(Rating.objects.filter(member=member, image__in=ids).values_list("image", "stars"))


def means(ids: Collection[int]) -> dict[int, tuple[float, int]]:
    """Return the mean and the number of ratings of some images, those without left out."""
    rows = Rating.objects.filter(image__in=ids).values("image").annotate(mean=Avg("stars"), count=Count("pk"))
    return {row["image"]: (row["mean"], row["count"]) for row in rows}


def statuses(ids: Collection[int]) -> dict[int, str]:
    """Return the status of some images, those that are open left out."""
    rows = Review.objects.filter(image__in=ids).exclude(status=Status.OPEN)
    return dict(rows.values_list("image", "status"))
