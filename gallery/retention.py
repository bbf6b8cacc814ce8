"""What was rejected goes into the trash after its days, where the settings say so (G13).

Nothing is removed here: the trash has its own days, out of which an image comes back whole. Reads reviews.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from gallery.models import Review
from gallery.models.judging import Status

AT_ONCE = 500


def rejected(now: datetime) -> Sequence[int]:
    """Return the next images that were rejected so long ago and lie in no trash; none where they stay."""
    if not settings.REJECTED_DAYS:
        return []
    before = now - timedelta(days=settings.REJECTED_DAYS)
    late = Review.objects.filter(status=Status.REJECTED, at__lt=before, image__deleted_at=None)
    return list(late.order_by("image").values_list("image", flat=True)[:AT_ONCE])
